import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import type { Page } from 'playwright-core';
import { dayAfter, todayIn } from '../../console/src/departures/days';
import { choose, chooseFromMenu, closeByEscape } from '../support/browser';
import { consoleSuite } from './console-suite';
import { api, phone, pixelsSideways, simulate, unnamedControls } from './console-visit';
import { corpToPush, feedOa, once, pushed, settledRun } from './push-world';

const suite = consoleSuite(feedOa);
const simulated = 'wwattendance000page';
const timezone = 'Asia/Shanghai';
const agentId = 1000002;

/** A corp whose people are bound; its app may not read check-in data yet. */
const corp = once(async () => {
  const { id } = await corpToPush(suite.product, simulated, '海川科技', {
    guard: { maxBranchPercent: null, maxDeletePercent: null, maxDisables: null, maxDecrease: null },
  });
  await pushed(suite.product, id, 'apply');
  return id;
});

const allowCheckin = () =>
  simulate(suite.product, 'POST', `/corps/${simulated}/by-hand`, {
    path: 'agent/set',
    body: { agentid: agentId, permissions: ['checkin'] },
  });

/** The same without the console. */
const ready = once(async () => {
  const id = await corp();
  await allowCheckin();
  const { apps } = await api<{ apps: readonly { id: string }[] }>(suite.product, 'GET', `/corps/${id}`);
  await api(suite.product, 'PUT', `/corps/${id}/attendance/settings`, {
    ...{ appId: apps[0]?.id, timezone, dayStartsAt: '04:00' },
  });
  return id;
});

const today = todayIn(timezone);
const yesterday = dayAfter(today, -1);

interface Row {
  readonly userid: string;
  readonly checkin_time: number;
  readonly [field: string]: unknown;
}

function row(userid: string, day: string, clock: string, more: Readonly<Record<string, unknown>> = {}): Row {
  return {
    ...{ userid, checkin_time: Date.parse(`${day}T${clock}:00+08:00`) / 1_000, checkin_type: '上班打卡' },
    ...{ groupname: '总部考勤组', groupid: 1, timeline_id: 1, schedule_id: 0 },
    ...{ location_title: '海川大厦', deviceid: 'phone-of-lin' },
    ...more,
  };
}

const punches = (rows: readonly Row[]) =>
  simulate(suite.product, 'POST', `/corps/${simulated}/checkins`, rows);
const forget = (query = '') => simulate(suite.product, 'DELETE', `/corps/${simulated}/checkins${query}`);

/** Reads without the console and waits until it has ended. */
async function read(id: string, from: string, to: string) {
  const { runId } = await api<{ runId: string }>(suite.product, 'POST', `/corps/${id}/attendance/runs`, {
    from,
    to,
  });
  const run = await settledRun(suite.product, runId);
  expect(run).toMatchObject({ phase: 'done' });
  return runId;
}

/** As the worker's sweep notes them: days of a rule that no run has read. */
async function miss(ruleId: string, corpId: string, from: string, to: string): Promise<void> {
  const file = join(suite.product.dataFolder, 'run', 'endpoints.json');
  const { databaseUrl } = JSON.parse(readFileSync(file, 'utf8')) as { databaseUrl: string };
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(
      `INSERT INTO attendance_gap (rule_id, day, corp_id)
       SELECT $1, day, $2 FROM generate_series($3::date, $4::date, interval '1 day') AS day`,
      [ruleId, corpId, from, to],
    );
  } finally {
    await client.end();
  }
}

const drawer = (page: Page) => page.locator('.ant-drawer').filter({ visible: true });
const dialog = (page: Page) => page.locator('.ant-modal:visible');
const tableRow = (page: Page, words: string | RegExp) => page.getByRole('row').filter({ hasText: words });

describe('the attendance of a corp', () => {
  it('begins with a credential that WeCom takes, and goes on with a rule', async () => {
    const id = await corp();
    const { page, picture } = await suite.visiting();
    await page.goto(`/corps/${id}`);
    await page.getByRole('tab', { name: '考勤' }).click();
    await page.getByText('第一步：选择读取打卡数据的凭证').waitFor();
    await page.getByText('2023 年 12 月 1 日起', { exact: false }).first().waitFor();
    await page.getByRole('button', { name: '检查并保存' }).click();
    await page.getByText(/返回 48002/).waitFor();
    await picture('attendance-refused');

    await allowCheckin();
    const begins = page.getByRole('textbox', { name: '每天开始于' });
    await begins.fill('04:00');
    await begins.press('Enter');
    await page.getByText(/03:59 的打卡算/).waitFor();
    await page.getByRole('button', { name: '检查并保存' }).click();

    const form = drawer(page);
    await form.getByRole('textbox', { name: '规则名称' }).fill('每日考勤');
    await picture('attendance-rule');
    await form.getByRole('button', { name: '保存' }).click();
    const rule = page.getByRole('listitem').filter({ hasText: '每日考勤' });
    await rule.getByText('所有已绑定的成员').waitFor();
    await rule.getByText('7 人').waitFor();

    await page.getByRole('button', { name: '新建规则' }).click();
    await form.getByRole('textbox', { name: '规则名称' }).fill('又一条');
    await form.getByRole('button', { name: '保存' }).click();
    await form.locator('.ant-form-item-explain-error').first().waitFor();
    await form.getByRole('button', { name: '取消' }).click();
    await dialog(page).getByRole('button', { name: '放弃修改并离开' }).click();

    await rule.getByRole('button', { name: /^暂停/ }).click();
    await dialog(page).getByRole('textbox').fill('放假');
    await dialog(page).getByRole('button', { name: '暂停' }).click();
    await rule.getByText('已暂停').waitFor();
    await rule.getByText(/放假/).waitFor();
    await rule.getByRole('button', { name: /^恢复/ }).click();
    await rule.getByText('已暂停').waitFor({ state: 'detached' });
    await picture('attendance-rules');
  });

  it('is read at a click, and shows what stands out, on which day, with its photo', async () => {
    const id = await ready();
    await forget();
    await punches([
      row('hc-1', yesterday, '09:20', {
        ...{ exception_type: '时间异常;地点异常', mediaids: ['photo-of-lin'] },
        sch_checkin_time: Date.parse(`${yesterday}T09:00:00+08:00`) / 1_000,
      }),
      row('hc-1', yesterday, '18:05', { checkin_type: '下班打卡' }),
      // After midnight, before the day begins.
      row('hc-2', yesterday, '03:30', { checkin_type: '下班打卡' }),
      row('hc-2', yesterday, '15:00', { checkin_type: '外出打卡', notes: '客户现场' }),
    ]);
    const { page, picture } = await suite.visiting();
    await page.goto(`/corps/${id}/attendance?view=runs`);
    await page.getByRole('button', { name: '立即读取' }).click();
    await dialog(page).getByRole('textbox', { name: '开始日期' }).fill(dayAfter(today, -2));
    await dialog(page).getByRole('textbox', { name: '开始日期' }).press('Enter');
    await dialog(page)
      .getByText(/共 3 天/)
      .waitFor();
    await picture('attendance-starting');
    await dialog(page).getByRole('button', { name: '开始读取' }).click();
    await tableRow(page, '手动读取').first().getByText('完成').waitFor();
    await tableRow(page, '手动读取')
      .first()
      .getByText(/读取 4、\+\s新增 4/)
      .waitFor();
    await picture('attendance-runs');

    await page.getByText('记录', { exact: true }).click();
    await tableRow(page, '陈志远').filter({ hasText: '外出打卡' }).waitFor();
    await tableRow(page, `算 ${dayAfter(yesterday, -1)}`)
      .getByText('陈志远')
      .waitFor();
    await picture('attendance-records');
    await page.getByRole('button', { name: '迟到', exact: true }).last().click();
    await tableRow(page, '陈志远').first().waitFor({ state: 'detached' });
    await tableRow(page, '林晓雨').getByRole('button', { name: '林晓雨：查看打卡记录' }).click();
    await drawer(page).getByText('地点异常').first().waitFor();
    await drawer(page).getByText('phone-of-lin').first().waitFor();
    await drawer(page).getByRole('button', { name: '查看第 1 张照片' }).click();
    await drawer(page).getByRole('img', { name: '打卡照片 1' }).waitFor();
    await picture('attendance-record');
    await drawer(page).getByRole('link', { name: '查看月历' }).click();

    const opened = page.getByRole('region', { name: `${yesterday} 的考勤` });
    await opened.getByText('09:20').waitFor();
    await opened.getByText('18:05').waitFor();
    await page.getByRole('gridcell', { selected: true }).getByText('迟到').waitFor();
    await picture('attendance-calendar');

    await page.goto(`/corps/${id}/attendance?exception=any`);
    await tableRow(page, '林晓雨').waitFor();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      chooseFromMenu(page.getByRole('button', { name: '导出' }), 'CSV 文件'),
    ]);
    expect(file.suggestedFilename()).toMatch(/\.csv$/);
  });

  it('keeps what WeCom no longer has, and asks first where that is much', async () => {
    const id = await ready();
    const day = dayAfter(today, -10);
    await forget();
    const at = (index: number) =>
      `${String(8 + Math.floor(index / 4)).padStart(2, '0')}:${String((index % 4) * 15).padStart(2, '0')}`;
    await punches(Array.from({ length: 30 }, (_, index) => row('hc-3', day, at(index))));
    await read(id, day, day);
    await forget(`?userid=hc-3&checkin_time=${row('hc-3', day, at(0)).checkin_time}`);
    await read(id, day, day);
    const { page, picture } = await suite.visiting();
    await page.goto(`/corps/${id}/attendance?from=${day}&to=${day}`);
    await tableRow(page, '王思琪').first().waitFor();
    await choose(page.getByRole('combobox', { name: '记录状态' }), '已作废');
    await tableRow(page, '王思琪')
      .filter({ hasText: '已作废' })
      .getByRole('button', { name: /查看打卡记录/ })
      .click();
    await drawer(page).getByText('这条记录已作废').waitFor();
    await drawer(page).getByText('不再出现，作废').waitFor();
    await picture('attendance-superseded');
    await closeByEscape(drawer(page));

    await forget();
    const runId = await read(id, day, day);
    await page.goto(`/runs/${runId}`);
    await page.getByText(/有 29 条记录突然不见/).waitFor();
    const accept = page.getByRole('button', { name: '确认作废并重新读取' });
    await accept.waitFor();
    await picture('attendance-held');
    await accept.click();
    await dialog(page).getByRole('button', { name: '确认作废并重新读取' }).click();
    await page.getByText(/不再出现 29/).waitFor();
    await picture('attendance-accepted');
    await page.goto('/runs?direction=attendance');
    await page
      .getByRole('link', { name: /读取考勤.*手动读取/ })
      .first()
      .waitFor();
  });

  it('raises the alarm for days that were not read, which one click reads, paused and gone on with', async () => {
    const id = await ready();
    const rule = await api<{ ruleId: string }>(suite.product, 'POST', `/corps/${id}/attendance/rules`, {
      ...{ name: '每夜读取', schedule: { cron: '0 2 * * *', timezone } },
      scope: { departments: [2] },
    });
    const from = dayAfter(today, -340);
    await miss(rule.ruleId, id, from, yesterday);
    const { page, picture } = await suite.visiting();
    await page.goto(`/corps/${id}/attendance?view=runs`);
    const alarm = page.getByRole('alert').filter({ hasText: '有应读取而没有读取到的日子' });
    // Twelve windows at four calls a time: long enough to be paused in between.
    await simulate(suite.product, 'POST', '/settings', { latencyMs: 5_000 });
    await alarm.getByRole('button', { name: `补读 ${from} 至 ${yesterday}` }).click();
    await page.getByRole('button', { name: '暂停' }).click();
    await simulate(suite.product, 'POST', '/settings', { latencyMs: 0 });
    const open = page.getByRole('button', { name: '继续' });
    await open.waitFor();
    await page.getByRole('progressbar', { name: '读取进度' }).waitFor();
    await picture('attendance-paused');
    await open.click();
    await tableRow(page, '每夜读取').first().getByText('完成').waitFor();
    await alarm.waitFor({ state: 'detached' });
    await picture('attendance-filled');
  });

  it('is only read by those who may not start anything, also on a phone', async () => {
    const id = await ready();
    const { page, picture } = await suite.visiting('viewer', phone);
    for (const view of ['records', 'calendar&member=hc-1', 'runs', 'rules', 'settings']) {
      await page.goto(`/corps/${id}/attendance?view=${view}`);
      await page.getByRole('radiogroup', { name: '显示内容' }).waitFor();
      await page.locator('.ant-skeleton-active, .ant-spin-spinning').first().waitFor({ state: 'detached' });
      expect(await pixelsSideways(page)).toBe(0);
      expect(await unnamedControls(page)).toEqual([]);
      for (const name of ['立即读取', '新建规则', '检查并保存', '立即检查', '立即重试']) {
        expect(await page.getByRole('button', { name }).count()).toBe(0);
      }
      await picture(`attendance-viewer-${view.split('&')[0]}`);
    }
  });
});
