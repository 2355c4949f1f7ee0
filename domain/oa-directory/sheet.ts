import type {
  DirectoryTable,
  OaDepartment,
  OaDepartmentRow,
  OaSubcompany,
  OaSubcompanyRow,
  OaUser,
  OaUserRow,
} from './directory';
import type { FoundPlace } from './places';
import { Places } from './places';

/** What the columns of a table mean that a person has typed or exported, and what its rows say. */

export const sheetFields = {
  subcompanies: ['id', 'name', 'parentId', 'order'],
  departments: ['id', 'name', 'parentId', 'subcompanyId', 'order'],
  users: [
    ...([
      'id',
      'loginId',
      'name',
      'jobNumber',
      'mobile',
      'email',
      'gender',
      'position',
      'telephone',
    ] as const),
    ...(['departmentId', 'partTimeDepartmentIds', 'managerId', 'order', 'status'] as const),
  ],
} as const satisfies Record<DirectoryTable, readonly string[]>;

export type SheetField = (typeof sheetFields)[DirectoryTable][number];

/** A field of the directory, a field of the company's own ("custom.level"), or null: the column is left out. */
export type ColumnMeaning = SheetField | `custom.${string}` | null;

/** Without these columns, nobody would know whom a row means. */
export const neededFields: Readonly<Record<DirectoryTable, readonly SheetField[]>> = {
  subcompanies: ['id', 'name'],
  departments: ['id', 'name'],
  users: ['loginId', 'name'],
};
const neededOfPatch: Readonly<Record<DirectoryTable, readonly SheetField[]>> = {
  subcompanies: ['id'],
  departments: ['id'],
  users: ['loginId'],
};

export function missingColumns(
  table: DirectoryTable,
  mode: 'whole' | 'patch',
  meanings: readonly ColumnMeaning[],
): SheetField[] {
  // An id says as well whom a row is about.
  const identified = mode === 'patch' && meanings.includes('id');
  return (mode === 'whole' ? neededFields : neededOfPatch)[table].filter(
    (field) => !meanings.includes(field) && !identified,
  );
}

const headers: Readonly<Record<DirectoryTable, Readonly<Partial<Record<SheetField, readonly string[]>>>>> = {
  subcompanies: {
    id: ['id', '编号', '分部编号', '分部id', '分部编码', 'subcompanyid', 'code'],
    name: ['name', '名称', '分部', '分部名称', 'subcompany'],
    parentId: ['parentid', 'parent', '上级', '上级分部', '上级编号', '上级分部编号'],
    order: ['order', '排序', '序号', '显示顺序'],
  },
  departments: {
    id: ['id', '编号', '部门编号', '部门id', '部门编码', 'departmentid', 'code'],
    name: ['name', '名称', '部门', '部门名称', 'department'],
    parentId: ['parentid', 'parent', '上级', '上级部门', '上级编号', '上级部门编号', 'parentdepartment'],
    subcompanyId: ['subcompanyid', 'subcompany', '分部', '所属分部', '分部编号', '公司'],
    order: ['order', '排序', '序号', '显示顺序'],
  },
  users: {
    id: ['id', '编号', '人员编号', '人员id', '用户id', 'userid', '用户编号'],
    loginId: [
      'loginid',
      'login',
      'loginname',
      'username',
      'account',
      '登录名',
      '登录账号',
      '账号',
      '帐号',
      '用户名',
    ],
    name: ['name', 'fullname', '姓名', '名字'],
    jobNumber: ['jobnumber', 'employeenumber', 'employeeid', 'staffid', '工号', '员工编号', '员工工号'],
    mobile: ['mobile', 'mobilephone', 'cellphone', 'phone', '手机', '手机号', '手机号码', '移动电话'],
    email: ['email', 'mail', 'e-mail', '邮箱', '电子邮箱', '邮件', '电子邮件'],
    gender: ['gender', 'sex', '性别'],
    position: ['position', 'title', 'jobtitle', '岗位', '职位', '职务'],
    telephone: ['telephone', 'tel', 'officephone', '座机', '电话', '办公电话', '固定电话', '分机'],
    departmentId: ['departmentid', 'department', '部门', '主部门', '所属部门', '部门编号', '部门路径'],
    partTimeDepartmentIds: [
      'parttimedepartmentids',
      'parttimedepartments',
      '兼职部门',
      '兼任部门',
      '兼岗部门',
    ],
    managerId: ['managerid', 'manager', 'superior', '上级', '直属上级', '直接上级', '主管', '汇报对象'],
    order: ['order', '排序', '序号', '显示顺序'],
    status: ['status', '状态', '在职状态', '人员状态', '员工状态'],
  },
};

const customHeader = /^(?:custom|自定义(?:字段)?)\s*[.:：]\s*(.{1,100})$/i;

/** What a header means by itself; a person may correct it. */
export function meaningOf(table: DirectoryTable, header: string): ColumnMeaning {
  const custom = customHeader.exec(header.trim())?.[1];
  if (custom !== undefined && table === 'users') return `custom.${custom.trim()}`;
  // "手机*", "手机（必填）" and "Login ID" are what they look like.
  const plain = header
    .toLowerCase()
    .replace(/[（(][^）)]*[）)]/g, '')
    .replace(/[\s_*＊]/g, '');
  for (const field of sheetFields[table]) {
    if (headers[table][field]?.includes(plain)) return field;
  }
  return null;
}

export const sheetProblemKinds = [
  'place-unknown',
  'place-ambiguous',
  'place-of-other-kind',
  'person-unknown',
  'person-ambiguous',
  'status-unknown',
  'gender-unknown',
  'not-a-number',
  'needs-value',
] as const;
export type SheetProblemKind = (typeof sheetProblemKinds)[number];
export type SheetProblem = {
  readonly field: SheetField;
  readonly kind: SheetProblemKind;
  readonly value: string;
};

export type KnownPerson = Pick<OaUser, 'id' | 'loginId' | 'jobNumber' | 'status'>;

export type KnownDirectory = {
  readonly subcompanies: readonly Pick<OaSubcompany, 'id' | 'name' | 'parentId'>[];
  readonly departments: readonly Pick<OaDepartment, 'id' | 'name' | 'parentId' | 'subcompanyId'>[];
  readonly users: readonly KnownPerson[];
};

export type SheetRow = {
  readonly entry: OaSubcompanyRow | OaDepartmentRow | OaUserRow;
  readonly problems: readonly SheetProblem[];
};

/** Reads the rows of one table against the directory they are to become part of. */
export interface SheetReader {
  readRow(cells: readonly string[]): SheetRow;
}

export type Sheet = {
  readonly table: DirectoryTable;
  readonly mode: 'whole' | 'patch';
  readonly meanings: readonly ColumnMeaning[];
  /** All rows: they may refer to each other. */
  readonly rows: readonly (readonly string[])[];
};

export function createSheetReader(sheet: Sheet, known: KnownDirectory): SheetReader {
  const { table, meanings } = sheet;
  const columns = new Map(meanings.flatMap((meaning, index) => (meaning === null ? [] : [[meaning, index]])));
  const cell = (cells: readonly string[], field: ColumnMeaning): string | undefined => {
    const index = field === null ? undefined : columns.get(field);
    return index === undefined ? undefined : (cells[index] ?? '').trim();
  };
  switch (table) {
    case 'users': {
      const places = new Places(known);
      const people = new People(known.users);
      for (const row of sheet.rows) {
        people.add({
          id: cell(row, 'id') ?? '',
          loginId: cell(row, 'loginId') ?? '',
          jobNumber: cell(row, 'jobNumber') ?? null,
        });
      }
      return { readRow: (cells) => readUser((field) => cell(cells, field), { sheet, places, people }) };
    }
    case 'departments':
    case 'subcompanies': {
      const places = placesAfter(sheet, known, cell);
      return { readRow: (cells) => readNode(table, (field) => cell(cells, field), places) };
    }
  }
}

type ReadCell = (field: ColumnMeaning) => string | undefined;

function readUser(
  read: ReadCell,
  {
    sheet: { meanings, mode },
    places,
    people,
  }: {
    readonly sheet: Sheet;
    readonly places: Places;
    readonly people: People;
  },
): SheetRow {
  const problems: SheetProblem[] = [];
  const report = (field: SheetField, kind: SheetProblemKind, value = '') =>
    void problems.push({ field, kind, value });
  const text = (field: SheetField) => emptyToNull(read(field));
  const needed = (field: SheetField) => {
    const value = read(field);
    if (value === '') report(field, 'needs-value');
    return value === '' ? undefined : value;
  };
  const department = (field: SheetField, value: string): string | undefined => {
    const result = places.findDepartment(value);
    if (result.found === 'one' && result.place.kind === 'subcompany') {
      report(field, 'place-of-other-kind', value);
      return undefined;
    }
    return placeOf(result, field, value, report);
  };

  const loginId = needed('loginId');
  const id = read('id') || (loginId === undefined ? '' : people.idOfLogin(loginId));
  if (id === '' && loginId === undefined && read('loginId') === undefined) report('id', 'needs-value');

  const main = text('departmentId');
  const partTime = read('partTimeDepartmentIds');
  const manager = text('managerId');
  const statusText = read('status') ?? '';
  // Who is listed among all is there.
  const unsaid = mode === 'whole' ? 'active' : undefined;
  const status = statusText === '' ? unsaid : statusOf(statusText);
  if (statusText !== '' && status === undefined) report('status', 'status-unknown', statusText);
  const genderText = text('gender');
  const gender = genderText == null ? genderText : genderOf(genderText);
  if (genderText != null && gender === undefined) report('gender', 'gender-unknown', genderText);
  const custom = customOf(meanings, read);

  const entry: OaUserRow = {
    id,
    loginId,
    name: needed('name'),
    jobNumber: text('jobNumber'),
    mobile: text('mobile'),
    email: text('email'),
    gender,
    position: text('position'),
    telephone: text('telephone'),
    departmentId: main == null ? main : department('departmentId', main),
    partTimeDepartmentIds:
      partTime === undefined
        ? undefined
        : listed(partTime).flatMap((value) => department('partTimeDepartmentIds', value) ?? []),
    managerId: manager == null ? manager : people.find(manager, (kind) => report('managerId', kind, manager)),
    order: numberOf(read('order'), (value) => report('order', 'not-a-number', value)),
    status,
    custom,
  };
  return { entry: withoutUndefined(entry), problems };
}

function readNode(table: 'subcompanies' | 'departments', read: ReadCell, places: Places): SheetRow {
  const problems: SheetProblem[] = [];
  const report = (field: SheetField, kind: SheetProblemKind, value = '') =>
    void problems.push({ field, kind, value });
  const id = read('id') ?? '';
  if (id === '') report('id', 'needs-value');
  const name = read('name');
  if (name === '') report('name', 'needs-value');
  const parent = emptyToNull(read('parentId'));
  const order = numberOf(read('order'), (value) => report('order', 'not-a-number', value));
  const base = { id, name: name === '' ? undefined : name, order };

  if (table === 'subcompanies') {
    const parentId =
      parent == null ? parent : placeOf(places.findSubcompany(parent), 'parentId', parent, report);
    return { entry: withoutUndefined({ ...base, parentId }), problems };
  }
  const subcompany = emptyToNull(read('subcompanyId'));
  let subcompanyId =
    subcompany == null
      ? subcompany
      : placeOf(places.findSubcompany(subcompany), 'subcompanyId', subcompany, report);
  let parentId: string | null | undefined = parent === null ? null : undefined;
  if (parent != null) {
    const result = places.findDepartment(parent);
    const placeId = placeOf(result, 'parentId', parent, report);
    // Directly below a subcompany: to a table that has one column for both, the subcompany is the parent.
    if (result.found === 'one' && result.place.kind === 'subcompany') {
      parentId = null;
      subcompanyId ??= placeId;
    } else parentId = placeId;
  }
  return { entry: withoutUndefined({ ...base, parentId, subcompanyId }), problems };
}

function placeOf(
  result: FoundPlace,
  field: SheetField,
  value: string,
  report: (field: SheetField, kind: SheetProblemKind, value: string) => void,
): string | undefined {
  if (result.found === 'one') return result.place.id;
  report(field, result.found === 'none' ? 'place-unknown' : 'place-ambiguous', value);
  return undefined;
}

/** The organisation with the rows of the table in it, as far as their own parents are known by now. */
function placesAfter(
  { table, mode, rows }: Sheet,
  known: KnownDirectory,
  cell: (cells: readonly string[], field: ColumnMeaning) => string | undefined,
): Places {
  type Node = { id: string; name: string; parentId: string | null; subcompanyId: string | null };
  const stored = table === 'users' ? [] : known[table];
  const before = new Map(stored.map((node) => [node.id, node]));
  const nodes = new Map<string, Node>();
  if (mode === 'patch') {
    for (const node of stored) nodes.set(node.id, { subcompanyId: null, ...node });
  }
  const given = rows.map((cells) => {
    const id = cell(cells, 'id') ?? '';
    const old = before.get(id);
    const node: Node = {
      id,
      name: cell(cells, 'name') ?? old?.name ?? '',
      parentId: old?.parentId ?? null,
      subcompanyId: old !== undefined && 'subcompanyId' in old ? (old.subcompanyId as string | null) : null,
    };
    nodes.set(id, node);
    return { node, cells };
  });
  const build = () =>
    new Places(
      table === 'subcompanies'
        ? { subcompanies: [...nodes.values()], departments: known.departments }
        : { subcompanies: known.subcompanies, departments: [...nodes.values()] },
    );
  // A path through rows of this very table needs their parents first; ids alone are settled in the first round.
  let places = build();
  for (let round = 0; round < deepestOrganisation; round++) {
    let changed = false;
    for (const { node, cells } of given) {
      const parent = cell(cells, 'parentId');
      const subcompany = cell(cells, 'subcompanyId');
      const next = { ...node };
      if (parent !== undefined) {
        const result =
          table === 'subcompanies' ? places.findSubcompany(parent) : places.findDepartment(parent);
        if (parent === '') next.parentId = null;
        else if (result.found === 'one') {
          if (table === 'departments' && result.place.kind === 'subcompany') {
            next.parentId = null;
            next.subcompanyId = result.place.id;
          } else next.parentId = result.place.id;
        }
      }
      if (subcompany !== undefined && subcompany !== '') {
        const result = places.findSubcompany(subcompany);
        if (result.found === 'one') next.subcompanyId = result.place.id;
      }
      if (next.parentId === node.parentId && next.subcompanyId === node.subcompanyId) continue;
      Object.assign(node, next);
      changed = true;
    }
    if (!changed) return places;
    places = build();
  }
  return places;
}

/** WeCom's own limit; deeper paths are refused there anyway. */
const deepestOrganisation = 15;

/** Who is meant by an id, a login name or a job number. */
class People {
  private readonly ids = new Set<string>();
  private readonly byLogin = new Map<string, Set<string>>();
  private readonly byJobNumber = new Map<string, Set<string>>();
  private readonly activeByLogin = new Map<string, string>();

  constructor(stored: readonly KnownPerson[]) {
    for (const person of stored) {
      this.index(person);
      if (person.status === 'active') this.activeByLogin.set(person.loginId.toLowerCase(), person.id);
    }
  }

  add({ id, loginId, jobNumber }: Pick<KnownPerson, 'id' | 'loginId' | 'jobNumber'>): void {
    this.index({ id: id || this.idOfLogin(loginId), loginId, jobNumber });
  }

  /** Without a column of ids the login name tells people apart, and becomes the id of who is new. */
  idOfLogin(loginId: string): string {
    return this.activeByLogin.get(loginId.toLowerCase()) ?? loginId;
  }

  find(text: string, report: (kind: SheetProblemKind) => void): string | undefined {
    if (this.ids.has(text)) return text;
    const candidates = this.byLogin.get(text.toLowerCase()) ?? this.byJobNumber.get(text);
    const [first] = candidates ?? [];
    if (first === undefined) report('person-unknown');
    else if (candidates?.size === 1) return first;
    else report('person-ambiguous');
    return undefined;
  }

  private index({ id, loginId, jobNumber }: Pick<KnownPerson, 'id' | 'loginId' | 'jobNumber'>): void {
    if (id === '') return;
    this.ids.add(id);
    note(this.byLogin, loginId.toLowerCase(), id);
    if (jobNumber !== null) note(this.byJobNumber, jobNumber, id);
  }
}

function note(map: Map<string, Set<string>>, key: string, id: string): void {
  if (key === '') return;
  const ids = map.get(key);
  if (ids === undefined) map.set(key, new Set([id]));
  else ids.add(id);
}

function statusOf(text: string): 'active' | 'departed' | undefined {
  const plain = text.toLowerCase();
  if (['active', '在职', '正常', '启用', '试用', '试用期', '实习', '正式', '1'].includes(plain))
    return 'active';
  if (['departed', 'left', 'inactive', '离职', '已离职', '停用', '禁用', '退休', '0'].includes(plain)) {
    return 'departed';
  }
  return undefined;
}

function genderOf(text: string): 'male' | 'female' | null | undefined {
  const plain = text.toLowerCase();
  if (['male', 'm', '男', '男性', '1'].includes(plain)) return 'male';
  if (['female', 'f', '女', '女性', '2'].includes(plain)) return 'female';
  if (['unknown', '未知', '0', '-'].includes(plain)) return null;
  return undefined;
}

function customOf(meanings: readonly ColumnMeaning[], read: ReadCell): Record<string, string> | undefined {
  const names = meanings.filter((meaning) => meaning?.startsWith('custom.') === true);
  if (names.length === 0) return undefined;
  return Object.fromEntries(
    names.flatMap((meaning) => {
      const value = read(meaning) ?? '';
      return value === '' ? [] : [[(meaning ?? '').slice('custom.'.length), value]];
    }),
  );
}

function numberOf(text: string | undefined, report: (text: string) => void): number | undefined {
  if (text === undefined || text === '') return undefined;
  if (/^-?\d{1,9}$/.test(text)) return Number(text);
  report(text);
  return undefined;
}

function listed(text: string): string[] {
  return text
    .split(/[;；,，、|\n]/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** A column that is there and says nothing says "none"; one that is not there says nothing. */
function emptyToNull(text: string | undefined): string | null | undefined {
  return text === '' ? null : text;
}

function withoutUndefined<T extends object>(row: T): T {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined)) as T;
}
