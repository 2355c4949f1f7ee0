import { guardPlan, type GuardHistory } from '../../domain/directory/push/guard';
import { defaultDirectorySettings, type PushSettings } from '../../domain/directory/settings';
import { departedBy, member, oaTree, oaUser, plan, quietDay, snapshot, wecomTree } from './planning-world';

type Limits = PushSettings['guard'];

const noLimits: Limits = {
  maxDecrease: null,
  maxDeletes: null,
  maxDeletePercent: null,
  maxDisables: null,
  maxDepartmentDeletes: null,
  maxBranchPercent: null,
  percentFrom: 3,
  maxMoves: null,
  maxCleared: null,
  protectedUsers: [],
  onExceed: 'hold-risky',
};

const nodes = oaTree([
  ['g', 'Group', null],
  ['a', 'A', 'g'],
  ['b', 'B', 'g'],
]);
const departments = wecomTree([
  [1, 'Group', 0],
  [2, 'A', 1],
  [3, 'B', 1],
]);

/** Departments A and B; the first people of A have left. */
function company({
  inA,
  inB,
  left,
  action = 'disable' as const,
  ...readings
}: {
  readonly inA: number;
  readonly inB: number;
  readonly left: number;
  readonly action?: 'disable' | 'delete';
  readonly oaReading?: 'complete' | 'incomplete' | 'loss-unconfirmed';
  readonly wecomReading?: 'complete' | 'incomplete';
}) {
  const people = Array.from({ length: inA + inB }, (_, i) => ({
    id: `u${i + 1}`,
    departmentId: i < inA ? 'a' : 'b',
    status: i < left ? ('departed' as const) : ('active' as const),
  }));
  return plan(
    snapshot({
      nodes,
      departments,
      links: { g: 1, a: 2, b: 3 },
      users: people.map(({ id, ...user }) => oaUser(id, user)),
      members: people.map(({ id, departmentId }) =>
        member(id, { departments: [departmentId === 'a' ? 2 : 3] }),
      ),
      bound: Object.fromEntries(people.map(({ id }) => [id, id])),
      ...readings,
    }),
    departedBy({ action }),
  );
}

const judge = (
  made: ReturnType<typeof company>,
  limits: Partial<Limits>,
  history: Partial<GuardHistory> = {},
) => guardPlan(made, { ...quietDay, ...history }, { ...noLimits, ...limits });

const lastDay = (change: Partial<GuardHistory['lastDay']>): Partial<GuardHistory> => ({
  lastDay: { ...quietDay.lastDay, ...change },
});

it('a plan within its limits passes', () => {
  expect(judge(company({ inA: 10, inB: 90, left: 1 }), defaultDirectorySettings.push.guard)).toEqual({
    kind: 'pass',
    reasons: [],
    heldChangeIds: [],
    barredChangeIds: [],
  });
});

it.each([
  { title: 'as many disables as allowed pass', left: 5, limits: { maxDisables: 5 }, held: 0 },
  { title: 'one disable more holds all of them', left: 6, limits: { maxDisables: 5 }, held: 6 },
  { title: 'a limit on deletes does not count disables', left: 6, limits: { maxDeletes: 0 }, held: 0 },
  { title: 'disables count in the share of the company', left: 6, limits: { maxDeletePercent: 5 }, held: 6 },
  { title: 'exactly the allowed share passes', left: 5, limits: { maxDeletePercent: 5 }, held: 0 },
  {
    title: 'a share counts only from percentFrom people on',
    left: 2,
    limits: { maxDeletePercent: 1 },
    held: 0,
  },
])('$title', ({ left, limits, held }) => {
  expect(judge(company({ inA: 20, inB: 80, left }), limits).heldChangeIds).toHaveLength(held);
});

it('deletes have a number of their own', () => {
  const verdict = judge(company({ inA: 4, inB: 4, left: 2, action: 'delete' }), { maxDeletes: 1 });
  expect(verdict.reasons).toEqual([
    { code: 'limit-exceeded', group: 'deletes', params: { count: 2, lastDay: 0, limit: 1 } },
  ]);
});

it('40 of 40 in one department are held although the company loses 1 percent', () => {
  const verdict = judge(company({ inA: 40, inB: 3960, left: 40 }), {
    maxBranchPercent: 50,
    maxDeletePercent: 5,
  });
  expect(verdict.kind).toBe('hold');
  expect(verdict.reasons).toEqual([
    { code: 'branch-exceeded', departmentId: 2, params: { count: 40, of: 40, limit: 50 } },
  ]);
  expect(verdict.heldChangeIds).toHaveLength(40);
});

it('what was done within the last 24 hours counts towards today’s limit', () => {
  const made = company({ inA: 20, inB: 80, left: 2 });
  expect(judge(made, { maxDisables: 5 }, lastDay({ disables: 3 })).kind).toBe('pass');
  expect(judge(made, { maxDisables: 5 }, lastDay({ disables: 4 })).kind).toBe('hold');
});

it('a limit that was used up by others does not hold a plan that removes nobody', () => {
  const made = company({ inA: 20, inB: 80, left: 0 });
  expect(judge(made, { maxDisables: 5, maxDeletePercent: 1 }, lastDay({ disables: 50 })).kind).toBe('pass');
});

it('on `stop` an exceeded limit blocks the whole plan', () => {
  const made = company({ inA: 20, inB: 80, left: 2 });
  expect(judge(made, { maxDisables: 1, onExceed: 'stop' }).kind).toBe('blocked');
});

it.each([
  { before: 150, kind: 'pass' },
  { before: 151, kind: 'blocked' },
  { before: null, kind: 'pass' },
])('active users fell from $before to 100 with maxDecrease 50: $kind', ({ before, kind }) => {
  const made = company({ inA: 20, inB: 80, left: 0 });
  expect(judge(made, { maxDecrease: 50 }, { lastActiveInScope: before }).kind).toBe(kind);
});

it.each([
  { title: 'an incomplete reading of the OA', readings: { oaReading: 'incomplete' } as const },
  { title: 'a loss in the OA that nobody confirmed', readings: { oaReading: 'loss-unconfirmed' } as const },
  { title: 'an incomplete reading of WeCom', readings: { wecomReading: 'incomplete' } as const },
])('$title removes nobody, and no approval changes that', ({ readings }) => {
  const verdict = judge(company({ inA: 5, inB: 5, left: 1, ...readings }), {});
  expect(verdict).toMatchObject({ kind: 'hold', barredChangeIds: ['disableUser:u1'] });
});

it('an OA in which nobody is active removes nobody', () => {
  const verdict = judge(company({ inA: 2, inB: 2, left: 4 }), {});
  expect(verdict.reasons).toEqual([{ code: 'oa-reading', reading: 'empty' }]);
  expect(verdict.barredChangeIds).toHaveLength(4);
});

it.each([
  { title: 'listed in the settings', limits: { protectedUsers: ['U1'] }, history: {} },
  { title: 'an administrator', limits: {}, history: { protectedUsers: ['u1'] } },
])('who is $title is protected, the others are not', ({ limits, history }) => {
  const verdict = judge(company({ inA: 5, inB: 5, left: 2 }), limits, history);
  expect(verdict.heldChangeIds).toEqual(['disableUser:u1']);
  expect(verdict.reasons).toEqual([{ code: 'protected-users', params: { count: 1 } }]);
});

describe('departments', () => {
  const emptied = (left: 'departed' | 'active') =>
    plan(
      snapshot({
        nodes: oaTree([['g', 'Group', null]]),
        departments,
        links: { g: 1, a: 2 },
        users: [oaUser('u1', { status: left }), oaUser('u2')],
        members: [member('u1', { departments: [2] }), member('u2')],
        bound: { u1: 'u1', u2: 'u2' },
      }),
      departedBy({ action: 'delete' }),
    );

  it('have a limit of their own', () => {
    expect(judge(emptied('active'), { maxDepartmentDeletes: 0 }).heldChangeIds).toEqual([
      'deleteDepartment:department:a',
    ]);
  });

  it('whose last member is held are held with him', () => {
    const verdict = judge(emptied('departed'), { maxDeletes: 0 });
    expect(verdict.heldChangeIds).toEqual(['deleteDepartment:department:a', 'deleteUser:u1']);
    expect(verdict.reasons).toContainEqual({ code: 'depends-on-held', params: { count: 1 } });
  });

  it('count moves of members', () => {
    expect(judge(emptied('active'), { maxMoves: 0 }).heldChangeIds).toEqual([
      'deleteDepartment:department:a',
      'updateUser:u1',
    ]);
  });
});

it('cleared fields are a limit group', () => {
  const made = plan(
    snapshot({
      users: [oaUser('u1', { position: '' })],
      members: [member('u1', { written: { mobile: '13800000001', position: 'Clerk' } })],
      bound: { u1: 'u1' },
    }),
  );
  expect(judge(made, { maxCleared: 0 }).heldChangeIds).toEqual(['updateUser:u1']);
});

describe('the account limit', () => {
  const newcomers = plan(
    snapshot({ links: { g: 1 }, users: Array.from({ length: 4 }, (_, i) => oaUser(`u${i}`)) }),
  );

  it.each([
    { title: 'room enough', accounts: { limit: 10, used: 6, createdThisMonth: 0 }, codes: [] },
    {
      title: 'too few places',
      accounts: { limit: 10, used: 7, createdThisMonth: 0 },
      codes: ['account-limit'],
    },
    {
      title: 'three times the limit created this month',
      accounts: { limit: 10, used: 0, createdThisMonth: 27 },
      codes: ['account-creations'],
    },
    { title: 'no limit entered', accounts: null, codes: [] },
  ])('$title: warns of $codes and holds nobody', ({ accounts, codes }) => {
    const verdict = guardPlan(newcomers, { ...quietDay, accounts }, noLimits);
    expect(verdict.reasons.map(({ code }) => code)).toEqual(codes);
    expect(verdict).toMatchObject({ kind: 'pass', heldChangeIds: [] });
  });
});
