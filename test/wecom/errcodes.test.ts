import {
  WecomRateLimitedError,
  errcodeReaction,
  explainErrcode,
  explainWecomError,
  knownErrcodes,
} from '../../wecom';
import { blockAfterRefusalMs } from '../../wecom/limits';
import { cleanErrmsg } from '../../wecom/answer';
import { wecomErrorAdvice, wecomErrorCauses } from '../../i18n/wecom-errors';

describe('errcodes', () => {
  it('at least 120 are explained', () => {
    expect(knownErrcodes.length).toBeGreaterThanOrEqual(120);
  });

  it('every explanation says cause and advice in both languages', () => {
    for (const errcode of knownErrcodes) {
      const chinese = explainErrcode(errcode, 'zh-CN');
      const english = explainErrcode(errcode, 'en');
      expect(chinese.cause).toMatch(/[\u4e00-\u9fff]|ID|MD5/);
      expect(chinese.advice).toMatch(/[\u4e00-\u9fff]/);
      for (const text of [english.cause, english.advice]) {
        expect(text.length).toBeGreaterThan(8);
        expect(text).not.toMatch(/[\u4e00-\u9fff]/);
      }
    }
  });

  it('no text has a placeholder nobody fills', () => {
    for (const text of [...Object.values(wecomErrorCauses), ...Object.values(wecomErrorAdvice)]) {
      for (const said of Object.values(text)) expect(said.replace('{errcode}', '')).not.toMatch(/[{}]/);
    }
  });

  it.each([
    [-1, 'retry-soon'],
    [6000, 'retry-soon'],
    [45033, 'retry-soon'],
    [45035, 'retry-soon'],
    [45009, 'retry-at'],
    [40014, 'refresh-token'],
    [42001, 'refresh-token'],
    [40001, 'fix-access'], // repeating with a wrong secret gets the address banned
    [40013, 'fix-access'],
    [48002, 'fix-access'],
    [48009, 'fix-access'],
    [60011, 'fix-access'],
    [60020, 'fix-access'],
    [301002, 'fix-access'],
    [60103, 'fix-data'],
    [60005, 'fix-data'],
    [45029, 'fix-data'],
    [60102, 'already-so'],
    [60111, 'already-so'],
    [99999999, 'fix-data'], // unknown: never repeated blindly
  ])('%s → %s', (errcode, reaction) => {
    expect(errcodeReaction(errcode).kind).toBe(reaction);
  });

  it.each([
    [60102, 'exists'],
    [60104, 'exists'],
    [60008, 'exists'],
    [60111, 'not-found'],
    [60003, 'not-found'],
    [46004, 'not-found'],
  ])('%s says the thing is there already or not there: %s', (errcode, state) => {
    expect(errcodeReaction(errcode)).toMatchObject({ kind: 'already-so', state });
  });

  it.each([
    [60020, '企业可信IP'],
    [48009, '自建应用'],
    [60011, '可见范围'],
    [48002, '通讯录同步'],
    [40001, 'Secret → 查看'],
    [40013, '企业ID'],
    [301002, 'AgentId'],
  ])('the advice for %s names what to click: %s', (errcode, place) => {
    expect(explainErrcode(errcode, 'zh-CN').advice).toContain(place);
  });

  it('an unknown errcode is explained with its number', () => {
    expect(explainErrcode(12345678, 'en')).toMatchObject({
      cause: expect.stringContaining('12345678') as string,
      advice: expect.stringContaining('12345678') as string,
    });
  });

  it('our own budget being used up is explained like WeCom’s limit', () => {
    const error = new WecomRateLimitedError({ path: 'user/get' }, 1000);
    expect(explainWecomError(error, 'en')).toEqual(explainErrcode(45009, 'en'));
  });
});

describe('45009 keeps everybody away', () => {
  const noonInBeijing = Date.parse('2026-05-01T04:00:00Z');
  it.each([
    ['user/get', 'api freq out of limit', 60_000],
    ['user/get', 'api hour-quota reach limit', 3_600_000],
    ['user/get', 'reach max api daily quota limit', 12 * 3_600_000], // until midnight in China
    ['user/getuserid', 'api freq out of limit', 3_600_000],
  ])('%s, "%s": %d ms', (api, errmsg, ms) => {
    expect(blockAfterRefusalMs(api, errmsg, noonInBeijing)).toBe(ms);
  });
});

describe('an errmsg that is shown or logged', () => {
  it.each([
    [
      'not allow to access from your ip, hint: [1700000000_1_0123456789abcdef0123456789abcdef], from ip: 203.0.113.7, more info at https://open.work.weixin.qq.com/devtool/query?e=60020',
      'not allow to access from your ip',
    ],
    ['mobile existed: 13800001234', 'mobile existed: …'],
    ['email existed: zhang.san@example.com', 'email existed: …'],
    [`invalid access_token ${'Ab1_'.repeat(16)}`, 'invalid access_token …'],
    ['invalid name 张三丰', 'invalid name …'],
  ])('%s → %s', (errmsg, cleaned) => {
    expect(cleanErrmsg(errmsg, ['张三丰'])).toBe(cleaned);
  });
});
