import { payloadOf } from '../../../activities/notices';
import type { RunRecord } from '../../../store/runs';
import { attendanceGapNoticeId, gapOfNotice } from '../../../workflows/notices.contract';

const gap = { ruleId: '0b9c-1', from: '2026-03-02', to: '2026-03-05' };
const notice = { id: 'n', corpId: 'c1', createdAt: new Date(0) };
const about = { corpName: '测试企业', run: undefined, publicUrl: 'https://bridge.example.com' };

it('the days and the rule of a gap are found again in the id of its notice', () => {
  expect(gapOfNotice(`${attendanceGapNoticeId(gap)}/0`)).toEqual(gap);
  expect(gapOfNotice('notice:failed:run:1/0')).toBeUndefined();
});

it('a notice about missed days names the rule, how many they are, and where to look', () => {
  const payload = payloadOf(
    { ...notice, kind: 'attendance-gap' },
    { ...about, gap: { ...gap, ruleName: '全员打卡', days: 3 } },
  );
  expect(payload).toMatchObject({
    subjects: {
      'zh-CN': expect.stringContaining('“全员打卡”：2026-03-02 至 2026-03-05 有 3 天'),
      en: expect.stringContaining('3 of the days 2026-03-02 to 2026-03-05'),
    },
    attendanceGap: { ...gap, url: 'https://bridge.example.com/corps/c1/attendance' },
    runUrl: null,
  });
});

it('a run of attendance fails in words of its own', () => {
  const run = {
    id: 'r1',
    direction: 'attendance',
    phase: 'failed',
    counts: {},
    error: { code: 'attendance-nobody' },
    progress: { done: 3, failed: 0, total: 8 },
  } as Partial<RunRecord> as RunRecord;
  expect(payloadOf({ ...notice, kind: 'failed' }, { ...about, run }).subjects).toEqual({
    'zh-CN': '[失败] 企业微信打卡读取：attendance-nobody，已完成 3/8',
    en: '[Failed] WeCom attendance: attendance-nobody, 3 of 8 calls were done before',
  });
});

it('a notice about rows that went missing says how many, and names the run', () => {
  const run = {
    id: 'r1',
    direction: 'attendance',
    phase: 'done',
    counts: { heldBack: 80 },
  } as Partial<RunRecord>;
  const payload = payloadOf(
    { ...notice, kind: 'attendance-held' },
    { ...about, run: { progress: { done: 1, failed: 0, total: 1 }, ...run } as RunRecord },
  );
  expect(payload).toMatchObject({
    subject: expect.stringContaining('80 known records'),
    runUrl: 'https://bridge.example.com/runs/r1',
  });
});
