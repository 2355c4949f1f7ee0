import { ruleFingerprint, ruleProblems } from '../../../domain/attendance/rule';
import { sha256 } from '../../../store/push-plans';

const scope = { departments: [1, 2], userIds: ['LiLei'], excludeUserIds: ['tom'] };
const reads = { punches: true, daily: false, monthly: false };
const corp = {
  hasDepartment: (departmentId: number) => [1, 2].includes(departmentId),
  hasMember: (userId: string) => ['lilei', 'tom'].includes(userId.toLowerCase()),
};

const problemsOf = (change: Partial<typeof scope>, sources = reads) =>
  ruleProblems({ scope: { ...scope, ...change }, reads: sources }, corp).map(
    ({ path, code }) => `${path}: ${code}`,
  );

test('a rule names departments and members that the corp has, and something to read', () => {
  expect(problemsOf({})).toEqual([]);
  expect(problemsOf({ departments: [], userIds: [], excludeUserIds: [] })).toEqual([]);
  expect(problemsOf({ departments: [1, 9] })).toEqual(['scope.departments[1]: unknown-department']);
  expect(problemsOf({ userIds: ['nobody', 'LILEI'] })).toEqual(['scope.userIds[0]: unknown-member']);
  expect(problemsOf({ excludeUserIds: ['nobody'] })).toEqual(['scope.excludeUserIds[0]: unknown-member']);
  expect(problemsOf({}, { punches: false, daily: false, monthly: false })).toEqual([
    'reads: nothing-to-read',
  ]);
});

describe('two rules are the same', () => {
  const rule = {
    scope,
    kinds: 'all',
    reads,
    schedule: { cron: '0 2 * * 1-5', timezone: 'Asia/Shanghai' },
  } as const;
  type Rule = Parameters<typeof ruleFingerprint>[0];
  const isSame = (change: Partial<Rule>, base: Rule = rule): boolean =>
    ruleFingerprint({ ...base, ...change }, sha256) === ruleFingerprint(base, sha256);

  test.each<[string, Partial<Rule>]>([
    ['in another order', { scope: { ...scope, departments: [2, 1, 2] } }],
    ['with members in another case', { scope: { ...scope, userIds: ['lilei', 'LILEI'] } }],
    ['with times written otherwise', { schedule: { cron: '00  02 * * MON-FRI', timezone: 'Asia/Shanghai' } }],
  ])('%s', (_, change) => expect(isSame(change)).toBe(true));

  test.each<[string, Partial<Rule>]>([
    ['people', { scope: { ...scope, userIds: [] } }],
    ['people left out', { scope: { ...scope, excludeUserIds: [] } }],
    ['kinds', { kinds: 'work' }],
    ['reports', { reads: { ...reads, daily: true } }],
    ['times', { schedule: { cron: '0 3 * * 1-5', timezone: 'Asia/Shanghai' } }],
    ['time zones', { schedule: { cron: '0 2 * * 1-5', timezone: 'Asia/Tokyo' } }],
    ['no times', { schedule: null }],
  ])('not with other %s', (_, change) => expect(isSame(change)).toBe(false));

  test('with other kinds, where no punches are read', () => {
    const reports: Rule = { ...rule, reads: { punches: false, daily: true, monthly: false } };
    expect(isSame({ kinds: 'outing' }, reports)).toBe(true);
  });
});
