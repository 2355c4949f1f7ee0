import { buildDemoOrganisation } from '../../demo/organisation';
import { applyPatch, changeDirectory } from '../../domain/oa-directory/change';
import { checkDirectory } from '../../domain/oa-directory/check';
import type { DirectoryOutline, UserOutline } from '../../domain/oa-directory/directory';
import { judgeLoss } from '../../domain/oa-directory/loss';

const user = (id: string, more: Partial<UserOutline> = {}): UserOutline => ({
  id,
  loginId: id,
  departmentId: 'd1',
  partTimeDepartmentIds: [],
  managerId: null,
  status: 'active',
  ...more,
});

const directory = (more: Partial<DirectoryOutline> = {}): DirectoryOutline => ({
  subcompanies: [
    { id: 's1', parentId: null },
    { id: 's2', parentId: 's1' },
  ],
  departments: [
    { id: 'd1', parentId: null, subcompanyId: 's1' },
    { id: 'd2', parentId: 'd1', subcompanyId: 's1' },
  ],
  users: [user('u1'), user('u2', { managerId: 'u1', partTimeDepartmentIds: ['d2'] })],
  ...more,
});

describe('a directory', () => {
  it.each<[string, Partial<DirectoryOutline>]>([
    ['that hangs together', {}],
    ['without anything', { subcompanies: [], departments: [], users: [] }],
    [
      'without subcompanies, whose root is a department',
      {
        subcompanies: [],
        departments: [{ id: 'd1', parentId: null, subcompanyId: null }],
        users: [user('u1')],
      },
    ],
    [
      'with a login name free again because its owner has left',
      { users: [user('u1'), user('u9', { loginId: 'U1', status: 'departed' })] },
    ],
    [
      'with somebody who has left from a department that is gone',
      { users: [user('u1'), user('u9', { departmentId: 'gone', managerId: 'gone', status: 'departed' })] },
    ],
    [
      'with a manager who has left',
      { users: [user('u1', { managerId: 'u9' }), user('u9', { status: 'departed' })] },
    ],
    ['with somebody in no department', { users: [user('u1', { departmentId: null })] }],
  ])('%s is taken', (_, more) => {
    expect(checkDirectory(directory(more))).toEqual([]);
  });

  it.each<[string, Partial<DirectoryOutline>, string[]]>([
    [
      'two roots',
      { subcompanies: [...directory().subcompanies, { id: 's3', parentId: null }] },
      ['subcompanies[0].parentId several-roots 2', 'subcompanies[2].parentId several-roots 2'],
    ],
    [
      'people without any structure',
      { subcompanies: [], departments: [], users: [user('u1', { departmentId: null })] },
      ['departments no-root '],
    ],
    [
      'an unknown parent',
      { subcompanies: [...directory().subcompanies, { id: 's3', parentId: 'sx' }] },
      ['subcompanies[2].parentId subcompany-parent-unknown sx'],
    ],
    [
      'a department with an unknown parent and subcompany',
      { departments: [...directory().departments, { id: 'd3', parentId: 'dx', subcompanyId: 'sx' }] },
      [
        'departments[2].parentId department-parent-unknown dx',
        'departments[2].subcompanyId department-subcompany-unknown sx',
      ],
    ],
    [
      'a department that hangs in the air',
      { departments: [...directory().departments, { id: 'd3', parentId: null, subcompanyId: null }] },
      ['departments[2].subcompanyId department-without-subcompany '],
    ],
    [
      'a circle of departments',
      {
        departments: [
          ...directory().departments,
          { id: 'd3', parentId: 'd4', subcompanyId: 's1' },
          { id: 'd4', parentId: 'd3', subcompanyId: 's1' },
          { id: 'd5', parentId: 'd3', subcompanyId: 's1' },
        ],
      },
      ['departments[2].parentId department-cycle d3 → d4 → d3'],
    ],
    [
      'a department below itself',
      { departments: [...directory().departments, { id: 'd3', parentId: 'd3', subcompanyId: 's1' }] },
      ['departments[2].parentId department-cycle d3 → d3'],
    ],
    [
      'a circle of subcompanies beside the root',
      {
        subcompanies: [
          ...directory().subcompanies,
          { id: 's3', parentId: 's4' },
          { id: 's4', parentId: 's3' },
        ],
      },
      ['subcompanies[2].parentId subcompany-cycle s3 → s4 → s3'],
    ],
    [
      'an id given twice',
      { users: [user('u1'), user('u1', { loginId: 'other' })] },
      ['users[1].id duplicate-id u1'],
    ],
    [
      'one login name for two, whatever its case',
      { users: [user('u1', { loginId: 'Zhang' }), user('u2', { loginId: 'zHANG' })] },
      ['users[1].loginId duplicate-login-id zHANG'],
    ],
    [
      'unknown departments of a person',
      { users: [user('u1', { departmentId: 'dx', partTimeDepartmentIds: ['d2', 'dy'] })] },
      [
        'users[0].departmentId user-department-unknown dx',
        'users[0].partTimeDepartmentIds[1] user-department-unknown dy',
      ],
    ],
    [
      'unknown managers and people who manage themselves',
      { users: [user('u1', { managerId: 'ux' }), user('u2', { managerId: 'u2' })] },
      ['users[0].managerId user-manager-unknown ux', 'users[1].managerId user-own-manager u2'],
    ],
  ])('with %s is refused, naming the row', (_, more, expected) => {
    const found = checkDirectory(directory(more));
    expect(found.map(({ path, kind, value }) => `${path} ${kind} ${value}`)).toEqual(expected);
  });

  it('of the demo is one of these', () => {
    const secrets = { corpId: 'ww1', contactsSecret: 'secret', agentId: 1, appSecret: 'secret' };
    expect(checkDirectory(buildDemoOrganisation(secrets).oaDirectory)).toEqual([]);
  });

  it('of 100,000 people and a chain of 3,000 departments is judged without ado', () => {
    const departments = Array.from({ length: 3_000 }, (_, index) => ({
      id: `d${index}`,
      parentId: index === 0 ? null : `d${index - 1}`,
      subcompanyId: 's1',
    }));
    const users = Array.from({ length: 100_000 }, (_, index) =>
      user(`u${index}`, { departmentId: `d${index % 3_000}`, managerId: `u${index === 0 ? 1 : 0}` }),
    );
    expect(checkDirectory(directory({ departments, users }))).toEqual([]);
  });
});

describe('a whole directory', () => {
  it('lets people who are missing leave and keeps them listed', () => {
    const { after, problems } = changeDirectory(directory(), {
      kind: 'whole',
      rows: { ...directory(), users: [{ id: 'u2', loginId: 'u2', name: '' }] },
    });
    expect(problems).toEqual([]);
    expect(after.users.map(({ id, status }) => [id, status])).toEqual([
      ['u2', 'active'],
      ['u1', 'departed'],
    ]);
  });
});

describe('a patch', () => {
  const none = { subcompanies: [], departments: [], users: [] };
  const keep = { departments: [], users: [] };
  const told = (rows: Partial<Parameters<typeof applyPatch>[1]['rows']>, remove: Partial<typeof keep> = {}) =>
    applyPatch(directory(), { rows: { ...none, ...rows }, remove: { ...keep, ...remove } });
  const problemsOf = (...change: Parameters<typeof told>) =>
    told(...change).problems.map(({ path, kind }) => `${path} ${kind}`);

  it('changes what it names and nothing else', () => {
    const { after, problems } = told({ users: [{ id: 'u1', departmentId: 'd2' }] });
    expect(problems).toEqual([]);
    expect(after.users).toEqual([
      user('u2', { managerId: 'u1', partTimeDepartmentIds: ['d2'] }),
      user('u1', { departmentId: 'd2' }),
    ]);
  });

  it('lets people who are removed leave', () => {
    const { after, problems } = told({}, { users: ['u1'] } as never);
    expect(problems).toEqual([]);
    expect(after.users.find(({ id }) => id === 'u1')?.status).toBe('departed');
  });

  it.each<[string, Parameters<typeof told>, string[]]>([
    [
      'removing a department that somebody is in',
      [{}, { departments: ['d2'] } as never],
      ['remove.departments[0] user-department-unknown'],
    ],
    [
      'a new person without a login name and name',
      [{ users: [{ id: 'u3' }] }],
      ['upsert.users[0].loginId user-incomplete', 'upsert.users[0].name user-incomplete'],
    ],
    [
      'a login name that somebody has',
      [{ users: [{ id: 'u3', name: '', loginId: 'U1' }] }],
      ['upsert.users[0].loginId duplicate-login-id'],
    ],
    [
      'one row twice',
      [{ departments: [{ id: 'd2' }, { id: 'd2' }] }],
      ['upsert.departments[1].id duplicate-id'],
    ],
    [
      'somebody both given and removed, and somebody unknown removed',
      [{ users: [{ id: 'u1' }] }, { users: ['u1', 'ux'] } as never],
      ['remove.users[0] removed-and-upserted', 'remove.users[1] removed-user-unknown'],
    ],
  ])('%s is refused', (_, change, expected) => {
    expect(problemsOf(...change)).toEqual(expected);
  });

  it('may repeat the removal of a department', () => {
    expect(problemsOf({}, { departments: ['gone'] } as never)).toEqual([]);
  });
});

describe('a loss', () => {
  it.each([
    { lost: 20, of: 50, complete: false, doubted: false },
    { lost: 21, of: 50, complete: false, doubted: true },
    { lost: 21, of: 210, complete: false, doubted: false },
    { lost: 22, of: 210, complete: false, doubted: true },
    { lost: 210, of: 210, complete: true, doubted: false },
  ])('of $lost of $of people, the feed known complete: $complete, is doubted: $doubted', (row) => {
    const { lost, of, complete, doubted } = row;
    expect(judgeLoss({ lost, of }, { complete })).toEqual(doubted ? { lost, of } : null);
  });
});
