import { differences } from '../../console/src/settings/differences';

describe('what differs between two versions of the settings', () => {
  it('is told by the path of each decision', () => {
    expect(
      differences(
        { version: 1, push: { guard: { maxDeletes: 50, maxMoves: null }, createUsers: true } },
        { version: 2, push: { guard: { maxDeletes: 10, maxMoves: null }, createUsers: false } },
      ),
    ).toEqual([
      { path: 'push.guard.maxDeletes', before: 50, after: 10 },
      { path: 'push.createUsers', before: true, after: false },
    ]);
  });

  it('takes lists and schedules as one decision each', () => {
    const daily = { cron: '0 2 * * *', timezone: 'Asia/Shanghai' };
    const later = { ...daily, cron: '0 3 * * *' };
    expect(differences({ push: { schedule: daily } }, { push: { schedule: later } })).toEqual([
      { path: 'push.schedule', before: daily, after: later },
    ]);
    expect(differences({ push: { match: ['a', 'b'] } }, { push: { match: ['b', 'a'] } })).toEqual([
      { path: 'push.match', before: ['a', 'b'], after: ['b', 'a'] },
    ]);
  });

  it('is nothing where only the order of keys, or the save itself, differs', () => {
    expect(
      differences(
        { savedBy: 'one', notices: [{ name: 'ops', url: 'https://x' }] },
        { savedBy: 'two', notices: [{ url: 'https://x', name: 'ops' }] },
      ),
    ).toEqual([]);
  });
});
