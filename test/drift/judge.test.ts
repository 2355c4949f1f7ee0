import { acceptedOaField } from '../../domain/directory/drift/acceptance';
import {
  judgeDepartment,
  judgeMember,
  type DriftValue,
  type Judgement,
  type ManagedDepartment,
  type ManagedMember,
  type Watch,
} from '../../domain/directory/drift/judge';
import { listingSteps, type ListedDrift } from '../../domain/directory/drift/listing';
import {
  whyNotAccepted,
  whyNotIgnored,
  whyNotReverted,
  type DriftFacts,
} from '../../domain/directory/drift/possible';
import { defaultDirectorySettings } from '../../domain/directory/settings';

const watch: Watch = { fields: new Set(), departmentsFullyFromOa: false, linkedDepartments: new Set() };

type Seen = Exclude<ManagedMember['now'], 'gone'>;

const readNow = (change: Partial<Seen> = {}): Seen => ({
  seen: {},
  departments: [2],
  status: 'activated',
  ...change,
});

const member = (change: Partial<ManagedMember> = {}): ManagedMember => ({
  name: '张三',
  written: {},
  departmentsFromOa: [2],
  disabledByBridge: false,
  createdByBridge: true,
  before: null,
  now: readNow(),
  ...change,
});

const judged = (
  change: Partial<ManagedMember>,
  { listed = {}, rules = {} }: { listed?: Record<string, DriftValue>; rules?: Partial<Watch> } = {},
): Record<string, Judgement> =>
  Object.fromEntries(judgeMember(member(change), new Map(Object.entries(listed)), { ...watch, ...rules }));

const right = { kind: 'right' };
const drifted = (before: DriftValue, after: DriftValue) => ({ kind: 'drifted', before, after });

describe('a field of a member', () => {
  it('that WeCom shows otherwise than the bridge wrote it was changed by hand', () => {
    const found = judged({ written: { position: '工程师' }, now: readNow({ seen: { position: '总监' } }) });
    expect(found['position']).toEqual(drifted('工程师', '总监'));
  });

  it('that WeCom shows as the bridge wrote it is no drift', () => {
    const found = judged({ written: { position: '工程师' }, now: readNow({ seen: { position: '工程师' } }) });
    expect(found['position']).toEqual(right);
  });

  it('that the app is not given can not be observed', () => {
    const found = judged({ written: { mobile: '13800000001', position: '工程师' }, now: readNow() });
    expect(found).not.toHaveProperty('mobile');
    expect(found).not.toHaveProperty('position');
  });

  it('that was cleared by hand is drift', () => {
    const found = judged({ written: { position: '工程师' }, now: readNow({ seen: { position: '' } }) });
    expect(found['position']).toEqual(drifted('工程师', ''));
  });

  it.each([
    ['mobile', '13800000001', '+86 138-0000-0001'],
    ['email', 'Zhang@example.com', 'zhang@EXAMPLE.com'],
    ['direct_leader', 'LiSi', 'lisi'],
  ])('is the same in another spelling of WeCom: %s', (field, written, seen) => {
    const found = judged({ written: { [field]: written }, now: readNow({ seen: { [field]: seen } }) });
    expect(found[field]).toEqual(right);
  });

  it('that the bridge never wrote and the OA has no say in is nobody’s business', () => {
    const before = { seen: { alias: '小张' }, departments: [2], status: null };
    expect(judged({ before, now: readNow({ seen: { alias: '老张' } }) })).not.toHaveProperty('alias');
  });

  it('that the bridge never had to write is held against what was read before', () => {
    const before = { seen: { position: '工程师' }, departments: [2], status: null };
    const rules = { fields: new Set(['position']) };
    const found = judged({ before, now: readNow({ seen: { position: '总监' } }) }, { rules });
    expect(found['position']).toEqual(drifted('工程师', '总监'));
  });

  it('that was listed once is held against what stood there first', () => {
    const before = { seen: { position: '总监' }, departments: [2], status: null };
    const rules = { fields: new Set(['position']) };
    const found = judged(
      { before, now: readNow({ seen: { position: '总监' } }) },
      { rules, listed: { position: '工程师' } },
    );
    expect(found['position']).toEqual(drifted('工程师', '总监'));
  });
});

describe('the departments of a member', () => {
  it('are drift when one is missing that the OA gave', () => {
    const found = judged({ departmentsFromOa: [2, 3], now: readNow({ departments: [9, 3] }) });
    expect(found['departments']).toEqual(drifted([2, 3], [3, 9]));
  });

  it('may have others added by hand', () => {
    expect(judged({ now: readNow({ departments: [2, 9] }) })['departments']).toEqual(right);
  });

  it('may have no others where the OA has the whole say', () => {
    const found = judged(
      { now: readNow({ departments: [2, 9] }) },
      { rules: { departmentsFullyFromOa: true } },
    );
    expect(found['departments']).toEqual(drifted([2], [2, 9]));
  });

  it('are nobody’s expectation once the bridge put the member aside', () => {
    const found = judged({
      departmentsFromOa: [],
      disabledByBridge: true,
      now: readNow({ departments: [9], status: 'disabled' }),
    });
    expect(found).not.toHaveProperty('departments');
  });

  it('that the bridge never had to set count where they stand for the OA’s', () => {
    const before = { seen: {}, departments: [2, 7], status: null };
    const rules = { linkedDepartments: new Set([2]) };
    const moved = judged({ departmentsFromOa: [], before, now: readNow({ departments: [7] }) }, { rules });
    expect(moved['departments']).toEqual(drifted([2, 7], [7]));
    const onlyOwn = judged({ departmentsFromOa: [], before, now: readNow({ departments: [2] }) }, { rules });
    expect(onlyOwn['departments']).toEqual(right);
  });
});

describe('an account', () => {
  it('disabled by hand is drift', () => {
    expect(judged({ now: readNow({ status: 'disabled' }) })['enabled']).toEqual(
      drifted('enabled', 'disabled'),
    );
  });

  it('disabled by the bridge is none', () => {
    const found = judged({ disabledByBridge: true, now: readNow({ status: 'disabled' }) });
    expect(found['enabled']).toEqual(right);
  });

  it('that the bridge disabled and somebody enabled is drift', () => {
    expect(judged({ disabledByBridge: true })['enabled']).toEqual(drifted('disabled', 'enabled'));
  });

  it('that was disabled before the bridge knew it is none', () => {
    const found = judged({ createdByBridge: false, now: readNow({ status: 'disabled' }) });
    expect(found).not.toHaveProperty('enabled');
  });

  it('of which no app sees the status can not be observed', () => {
    expect(judged({ now: readNow({ status: null }) })).not.toHaveProperty('enabled');
  });

  it('deleted by hand is drift, and the only one', () => {
    const found = judged({ written: { position: '工程师' }, now: 'gone' });
    expect(found).toEqual({ existence: drifted('张三', null) });
  });
});

describe('a department', () => {
  const department = (change: Partial<ManagedDepartment> = {}): ManagedDepartment => ({
    oaKey: 'department:D1',
    written: { name: '研发部', parentId: 1 },
    before: null,
    now: { name: '研发部', parentId: 1 },
    ...change,
  });
  const found = (change: Partial<ManagedDepartment>) =>
    Object.fromEntries(judgeDepartment(department(change), new Map()));

  it('renamed or moved by hand is drift', () => {
    expect(found({ now: { name: '研发中心', parentId: 5 } })).toEqual({
      existence: right,
      name: drifted('研发部', '研发中心'),
      parent: drifted(1, 5),
    });
  });

  it('as the bridge wrote it is none', () => {
    expect(found({})).toEqual({ existence: right, name: right, parent: right });
  });

  it('whose name no app may read is only watched in its place', () => {
    expect(found({ now: { name: null, parentId: 1 } })).toEqual({ existence: right, parent: right });
  });

  it('that the bridge only linked is held against what was read before', () => {
    const change = { written: {}, before: { name: '研发部', parentId: 1 } };
    expect(found({ ...change, now: { name: '研发中心', parentId: 1 } })['name']).toEqual(
      drifted('研发部', '研发中心'),
    );
  });

  it('deleted by hand is drift that remembers which one it was', () => {
    expect(found({ now: 'gone' })).toEqual({
      existence: drifted({ oaKey: 'department:D1', name: '研发部', parentId: 1 }, null),
    });
  });
});

describe('the list', () => {
  const listed = (change: Partial<ListedDrift> = {}): ListedDrift => ({
    id: 'd1',
    field: 'position',
    before: '工程师',
    after: '总监',
    state: 'open',
    ...change,
  });
  const now = (after: string | null) =>
    new Map<string, Judgement>([
      ['position', after === null ? { kind: 'right' } : { kind: 'drifted', before: '工程师', after }],
    ]);

  it('gets a change once, however often it is seen', () => {
    expect(listingSteps([], now('总监'))).toMatchObject([{ kind: 'found', field: 'position' }]);
    expect(listingSteps([listed()], now('总监'))).toEqual([{ kind: 'seen-again', id: 'd1' }]);
  });

  it('keeps a change that can not be observed any more', () => {
    expect(listingSteps([listed()], new Map())).toEqual([]);
  });

  it.each(['open', 'accepting', 'reverting', 'ignored'] as const)(
    'drops what came right by itself: %s',
    (state) => {
      expect(listingSteps([listed({ state })], now(null))).toEqual([{ kind: 'over', id: 'd1' }]);
    },
  );

  it('shows the newest value of a change that goes on', () => {
    expect(listingSteps([listed()], now('副总'))).toEqual([
      { kind: 'changed-again', id: 'd1', after: '副总' },
    ]);
  });

  it('asks anew when another value came than the one somebody accepted', () => {
    expect(listingSteps([listed({ state: 'accepting' })], now('副总'))).toEqual([
      { kind: 'reopened', id: 'd1', after: '副总' },
    ]);
  });

  it('leaves an ignored change alone until it is changed further', () => {
    expect(listingSteps([listed({ state: 'ignored' })], now('总监'))).toEqual([
      { kind: 'seen-again', id: 'd1' },
    ]);
    expect(listingSteps([listed({ state: 'ignored' })], now('副总'))).toMatchObject([
      { kind: 'over', id: 'd1' },
      { kind: 'found', field: 'position', before: '工程师', after: '副总' },
    ]);
  });
});

describe('what can be done about a change', () => {
  const facts: DriftFacts = {
    kind: 'member',
    field: 'position',
    state: 'open',
    isManaged: true,
    isGone: false,
    isActivated: true,
    access: 'read-write',
    master: 'oa',
    hasContactsSecret: true,
    createUsers: true,
    oa: { push: 'before', accept: 'possible' },
  };

  it('is everything, where both sides can be written', () => {
    expect([whyNotAccepted(facts), whyNotReverted(facts), whyNotIgnored(facts)]).toEqual([null, null, null]);
  });

  it.each<[string, Partial<DriftFacts>, string]>([
    ['read-only access', { access: 'read-only' }, 'read-only'],
    ['WeCom as the master', { master: 'wecom' }, 'wecom-is-master'],
    ['no contacts secret', { hasContactsSecret: false }, 'no-contacts-secret'],
    ['an OA that does not know the person', { oa: null }, 'not-in-oa'],
    ['an OA without a say in it', { oa: { push: 'nothing', accept: 'possible' } }, 'not-wanted'],
    ['an OA that wants the same', { oa: { push: 'same-as-now', accept: 'oa-agrees' } }, 'oa-agrees'],
    ['the mobile of an activated member', { field: 'mobile' }, 'mobile-of-activated'],
    ['a run at work on it', { state: 'reverting' }, 'under-way'],
    ['a deleted object', { isGone: true }, 'object-gone'],
  ])('does not include reverting with %s', (_title, change, obstacle) => {
    expect(whyNotReverted({ ...facts, ...change })).toBe(obstacle);
  });

  it('includes accepting with read-only access, which is about WeCom', () => {
    expect(whyNotAccepted({ ...facts, access: 'read-only' })).toBeNull();
  });

  it('does not include ignoring a deleted department: its people would have no place', () => {
    expect(whyNotIgnored({ ...facts, kind: 'department', field: 'existence', isGone: true })).toBe(
      'department-stays',
    );
  });

  it('may be changed for what was ignored', () => {
    const ignored = { ...facts, state: 'ignored' } as const;
    expect([whyNotAccepted(ignored), whyNotReverted(ignored)]).toEqual([null, null]);
    expect(whyNotIgnored(ignored)).toBe('decided');
  });
});

describe('accepting a field', () => {
  const push = {
    ...defaultDirectorySettings.push,
    fieldMapping: [
      { to: 'position', from: 'position' },
      { to: 'alias', from: { expression: "[name] + 'x'" } },
      { to: 'extattr.工号', from: 'jobNumber' },
      { to: 'address', from: 'custom.office' },
      { to: 'biz_mail', from: 'loginId' },
    ],
  };

  it.each([
    ['name', { kind: 'field', oaField: 'name' }],
    ['position', { kind: 'field', oaField: 'position' }],
    ['extattr.工号', { kind: 'field', oaField: 'jobNumber' }],
    ['address', { kind: 'field', oaField: 'custom.office' }],
    ['departments', { kind: 'departments' }],
    ['existence', { kind: 'departed' }],
    ['alias', { kind: 'none', because: 'expression' }],
    ['biz_mail', { kind: 'none', because: 'oa-key' }],
    ['telephone', { kind: 'none', because: 'not-mapped' }],
    ['enabled', { kind: 'none', because: 'status' }],
  ])('reads the mapping the other way round: %s', (field, expected) => {
    expect(acceptedOaField(field, push)).toEqual(expected);
  });
});
