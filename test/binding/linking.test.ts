import {
  linkMembers,
  type LinkMember,
  type LinkUser,
  type LinkVerdict,
} from '../../domain/directory/linking';
import { refusedPairs } from '../../domain/directory/refused-pairs';
import { judgeImport, type ImportRowFacts } from '../../domain/directory/binding-import';

const member = (
  userId: string,
  values: Record<string, string> = {},
  departmentNames: string[] = [],
): LinkMember => ({
  memberId: `m-${userId}`,
  userId,
  values,
  departmentNames,
});

const user = (id: string, fields: Partial<LinkUser> = {}): LinkUser => ({
  id,
  loginId: id,
  jobNumber: null,
  name: id,
  mobile: null,
  email: null,
  gender: null,
  position: null,
  telephone: null,
  departmentId: null,
  partTimeDepartmentIds: [],
  managerId: null,
  status: 'active',
  custom: {},
  departmentName: null,
  boundTo: null,
  ...fields,
});

const byJobNumber = [{ oaField: 'jobNumber', wecomField: 'userid' }];
const byMobile = [{ oaField: 'mobile', wecomField: 'mobile' }];

const one = (verdicts: readonly LinkVerdict[]): LinkVerdict => {
  const [verdict] = verdicts;
  if (verdict === undefined) throw new Error('no verdict');
  return verdict;
};

describe('an unbound member', () => {
  it('is the only active user with the value of the match field', () => {
    expect(
      one(
        linkMembers({
          members: [member('J007')],
          users: [user('u1', { jobNumber: 'j007' })],
          match: byJobNumber,
        }),
      ),
    ).toEqual({ memberId: 'm-J007', kind: 'unique', oaUserId: 'u1', matchedBy: 'userid' });
  });

  it.each([
    ['mobile', '+86 199 0000-0001', { mobile: '19900000001' }],
    ['mobile', '19900000001', { mobile: '+8619900000001' }],
    ['email', 'Ada@Example.com ', { email: 'ada@example.com' }],
  ])('is found by %s whatever its spelling', (field, value, fields) => {
    const verdict = one(
      linkMembers({
        members: [member('a', { [field]: value })],
        users: [user('u1', fields)],
        match: [{ oaField: field, wecomField: field }],
      }),
    );
    expect(verdict).toMatchObject({ kind: 'unique', oaUserId: 'u1' });
  });

  it.each([
    ['nobody has the value', [user('u1', { jobNumber: 'other' })]],
    ['the user has left the OA', [user('u1', { jobNumber: 'a', status: 'departed' })]],
    ['the value is empty', [user('u1', { jobNumber: ' ' }), user('u2', { jobNumber: '' })]],
  ])('is nobody when %s', (_, users) => {
    expect(one(linkMembers({ members: [member('a')], users, match: byJobNumber }))).toEqual({
      memberId: 'm-a',
      kind: 'none',
    });
  });

  it('whom several users fit is a conflict, the likeliest first and with reasons', () => {
    const members = [member('a', { mobile: '19900000001', name: '李雷' }, ['研发部'])];
    const users = [
      user('u1', { mobile: '19900000001', name: '韩梅梅' }),
      user('u2', { mobile: '199 0000 0001', name: '李雷', departmentName: '研发部' }),
    ];
    expect(one(linkMembers({ members, users, match: byMobile }))).toEqual({
      memberId: 'm-a',
      kind: 'conflict',
      code: 'several-users',
      candidates: [
        { oaUserId: 'u2', reasons: ['same-mobile', 'same-name', 'same-department'], score: 75 },
        { oaUserId: 'u1', reasons: ['same-mobile'], score: 40 },
      ],
    });
  });

  it('is a conflict when another member would be the same user', () => {
    const members = [member('a', { mobile: '1' }), member('b', { mobile: '1' })];
    const verdicts = linkMembers({ members, users: [user('u1', { mobile: '1' })], match: byMobile });
    expect(verdicts).toMatchObject([
      { kind: 'conflict', code: 'several-members' },
      { kind: 'conflict', code: 'several-members' },
    ]);
  });

  it('is a conflict when the only user who fits belongs to another member', () => {
    const verdict = one(
      linkMembers({
        members: [member('a')],
        users: [user('u1', { jobNumber: 'a', boundTo: 'm-z' })],
        match: byJobNumber,
      }),
    );
    expect(verdict).toMatchObject({
      kind: 'conflict',
      code: 'bound-elsewhere',
      candidates: [{ oaUserId: 'u1' }],
    });
  });

  it('is found by the first field that finds anybody, and a user is given away once', () => {
    const members = [member('j1', { mobile: '9' }), member('x', { mobile: '1' })];
    const users = [user('u1', { jobNumber: 'j1', mobile: '1' }), user('u2', { mobile: '9' })];
    expect(linkMembers({ members, users, match: [...byJobNumber, ...byMobile] })).toEqual([
      { memberId: 'm-j1', kind: 'unique', oaUserId: 'u1', matchedBy: 'userid' },
      { memberId: 'm-x', kind: 'none' },
    ]);
  });

  it('gets nobody by a later field about whom an earlier one left a doubt', () => {
    const members = [member('a', { mobile: '1' }), member('b', { mobile: '1' }), member('j1')];
    const users = [user('u1', { jobNumber: 'j1', mobile: '1' })];
    expect(linkMembers({ members, users, match: [...byMobile, ...byJobNumber] })[2]).toMatchObject({
      kind: 'conflict',
      code: 'several-members',
    });
  });
});

describe('a pair that a person refused', () => {
  const apart = (...pairs: [string, string][]) =>
    refusedPairs(pairs.map(([userId, oaUserId]) => ({ memberId: `m-${userId}`, oaUserId })));

  it('is not bound, and is no conflict to be decided once more', () => {
    const sides = { members: [member('a', { mobile: '1' })], users: [user('u1', { mobile: '1' })] };
    const refused = apart(['a', 'u1']);
    expect(one(linkMembers({ ...sides, match: byMobile, refused })).kind).toBe('none');
    const held = [user('u1', { mobile: '1', boundTo: 'm-z' })];
    expect(one(linkMembers({ ...sides, users: held, match: byMobile, refused })).kind).toBe('none');
    const someoneElse = apart(['b', 'u1'], ['a', 'u9']);
    expect(one(linkMembers({ ...sides, match: byMobile, refused: someoneElse })).kind).toBe('unique');
  });

  it('leaves both of them to be found by later fields', () => {
    const members = [member('j1', { mobile: '1' }), member('j2')];
    const users = [user('u1', { mobile: '1', jobNumber: 'j2' }), user('u2', { jobNumber: 'j1' })];
    expect(
      linkMembers({ members, users, match: [...byMobile, ...byJobNumber], refused: apart(['j1', 'u1']) }),
    ).toMatchObject([
      { kind: 'unique', oaUserId: 'u2', matchedBy: 'userid' },
      { kind: 'unique', oaUserId: 'u1', matchedBy: 'userid' },
    ]);
  });

  it('makes nobody else certain: a value that several have stays in doubt', () => {
    const users = [user('u1', { mobile: '1' }), user('u2', { mobile: '1' })];
    const refused = apart(['a', 'u1']);
    expect(
      one(linkMembers({ members: [member('a', { mobile: '1' })], users, match: byMobile, refused })),
    ).toMatchObject({
      kind: 'conflict',
      code: 'several-users',
      candidates: [{ oaUserId: 'u1' }, { oaUserId: 'u2' }],
    });
    expect(
      linkMembers({
        members: [member('a', { mobile: '1' }), member('b', { mobile: '1' })],
        users: [user('u1', { mobile: '1' })],
        match: byMobile,
        refused,
      }),
    ).toMatchObject([{ kind: 'none' }, { kind: 'conflict', code: 'several-members' }]);
  });

  it('of more candidates than the desk shows, those shown are enough', () => {
    const users = Array.from({ length: 30 }, (_, n) =>
      user(`u${String(n).padStart(2, '0')}`, { mobile: '1' }),
    );
    const sides = { members: [member('a', { mobile: '1' })], users, match: byMobile };
    const verdict = one(linkMembers(sides));
    if (verdict.kind !== 'conflict') throw new Error(verdict.kind);
    const refused = apart(...verdict.candidates.map(({ oaUserId }): [string, string] => ['a', oaUserId]));
    expect(one(linkMembers({ ...sides, refused })).kind).toBe('none');
  });
});

it('100,000 members find 100,000 users in seconds, also where one value is everybody’s', () => {
  const size = 100_000;
  const members = Array.from({ length: size }, (_, i) => member(`j${i}`, { mobile: '13800000000' }));
  const users = Array.from({ length: size }, (_, i) =>
    user(`u${i}`, { jobNumber: `J${i}`, mobile: '13800000000' }),
  );
  const unique = linkMembers({ members, users, match: byJobNumber }).filter(({ kind }) => kind === 'unique');
  expect(unique).toHaveLength(size);
  const conflicts = linkMembers({ members: members.slice(0, 20_000), users, match: byMobile });
  expect(conflicts.every(({ kind }) => kind === 'conflict')).toBe(true);
});

describe('the rows of a file', () => {
  const row = (number: number, facts: Partial<ImportRowFacts> = {}): ImportRowFacts => ({
    row: number,
    isEmpty: false,
    memberId: `m${number}`,
    oaUserIds: [`u${number}`],
    hasDeparted: false,
    boundTo: null,
    holderId: null,
    ...facts,
  });
  const results = (rows: ImportRowFacts[], replace = true) =>
    judgeImport(rows, { replace }).map(({ result }) => result);

  it.each([
    ['bind', {}],
    ['empty', { isEmpty: true, oaUserIds: [] }],
    ['unknown-member', { memberId: null }],
    ['unknown-value', { oaUserIds: [] }],
    ['departed', { oaUserIds: [], hasDeparted: true }],
    ['ambiguous', { oaUserIds: ['u1', 'u2'] }],
    ['unchanged', { boundTo: 'u2', holderId: 'm2' }],
    ['rebind', { boundTo: 'u9' }],
    ['taken', { holderId: 'm9' }],
  ] satisfies [string, Partial<ImportRowFacts>][])('are told as %s', (result, facts) => {
    expect(results([row(2, facts)])).toEqual([result]);
  });

  it('that want one OA user, or are about one member, are told by their numbers', () => {
    const judged = judgeImport([row(2, { oaUserIds: ['u'] }), row(3, { oaUserIds: ['u'] })], {
      replace: true,
    });
    expect(judged).toMatchObject([
      { result: 'repeated', otherRow: 3 },
      { result: 'repeated', otherRow: 2 },
    ]);
    expect(results([row(2, { memberId: 'm' }), row(3, { memberId: 'm' })])).toEqual(['repeated', 'repeated']);
    expect(results([row(2, { memberId: 'm' }), row(3, { memberId: 'm', isEmpty: true })])).toEqual([
      'bind',
      'empty',
    ]);
  });

  it('may exchange two members’ OA users', () => {
    const swap = [
      row(2, { oaUserIds: ['u3'], boundTo: 'u2', holderId: 'm3' }),
      row(3, { oaUserIds: ['u2'], boundTo: 'u3', holderId: 'm2' }),
    ];
    expect(results(swap)).toEqual(['rebind', 'rebind']);
    expect(results(swap, false)).toEqual(['taken', 'taken']);
  });

  it('find an OA user taken when whoever has them does not move', () => {
    const chain = [
      row(2, { oaUserIds: ['u3'], holderId: 'm3' }),
      row(3, { oaUserIds: ['u4'], boundTo: 'u3', holderId: 'm4' }),
      row(4, { oaUserIds: [], boundTo: 'u4' }),
    ];
    expect(results(chain)).toEqual(['taken', 'taken', 'unknown-value']);
    expect(results([...chain.slice(0, 2), row(4, { boundTo: 'u4', oaUserIds: ['u9'] })])).toEqual([
      'bind',
      'rebind',
      'rebind',
    ]);
  });
});
