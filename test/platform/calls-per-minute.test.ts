import { mostWithinAMinute, type CallRow } from '../../bench/calls-per-minute';

const call = (second: number, { corpid = 'ww1', path = 'message/send' } = {}): CallRow => ({
  at: new Date(Date.UTC(2026, 0, 1) + second * 1000).toISOString(),
  corpid,
  path,
  errcode: 0,
});

describe('the most calls within a minute', () => {
  it.each([
    ['no calls', [], 0],
    ['calls a minute apart', [call(0), call(60), call(120)], 1],
    ['a burst around the change of the clock', [call(58), call(59), call(61), call(62)], 4],
    ['calls that were written down out of order', [call(70), call(0), call(30), call(59)], 3],
    ['two corps', [call(0), call(1, { corpid: 'ww2' }), call(2)], 2],
    ['two APIs', [call(0), call(1, { path: 'user/get' }), call(2, { path: 'user/get' })], 2],
  ])('of %s is counted for one API of one corp in any 60 seconds', (_what, calls, most) => {
    expect(mostWithinAMinute(calls)).toBe(most);
  });
});
