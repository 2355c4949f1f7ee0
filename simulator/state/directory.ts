export type Department = { id: number; name: string; name_en: string; parentid: number; order: number };

export type ExtAttribute =
  | { type: 0; name: string; text: { value: string } }
  | { type: 1; name: string; web: { url: string; title: string } };

export type Member = {
  /** Position in user/list_id; never reused, so that a cursor stays good while members come and go. */
  readonly seq: number;
  userid: string;
  name: string;
  department: number[];
  order: number[];
  is_leader_in_dept: number[];
  direct_leader: string[];
  main_department: number;
  enable: 0 | 1;
  activated: boolean;
  left: boolean;
  /** WeCom made this userid up itself, so it may be changed once. */
  useridChangeable: boolean;
  alias: string;
  mobile: string;
  email: string;
  biz_mail: string;
  biz_mail_alias: string[];
  position: string;
  gender: '0' | '1' | '2';
  telephone: string;
  address: string;
  avatar: string;
  external_position: string;
  nickname: string;
  extattr: ExtAttribute[];
  external_profile: Readonly<Record<string, unknown>> | undefined;
};

export type MemberFields = Omit<Member, 'seq'>;
export type Membership = { readonly userid: string; readonly department: number };
export type MembershipPosition = { readonly seq: number; readonly index: number };

export const ROOT_DEPARTMENT_ID = 1;

/** The contacts of one corp with the indexes that keep every call independent of the corp's size. */
export class Directory {
  readonly departments = new Map<number, Department>();
  readonly #children = new Map<number, Set<number>>();
  readonly #departmentByName = new Map<string, number>();
  readonly #memberByUserid = new Map<string, Member>();
  readonly #memberByMobile = new Map<string, Member>();
  readonly #memberByEmail = new Map<string, Member>();
  readonly #memberByBizMail = new Map<string, Member>();
  readonly #membersIn = new Map<number, Set<Member>>();
  readonly #leadersOf = new Map<number, Set<Member>>();
  readonly #reportsOf = new Map<string, Set<Member>>();
  #bySeq: Member[] = [];
  #removedFromBySeq = 0;
  #nextSeq = 1;
  #nextDepartmentId = 2;

  get memberCount(): number {
    return this.#memberByUserid.size;
  }

  get activatedCount(): number {
    let count = 0;
    for (const member of this.members()) if (memberStatus(member) === 1) count += 1;
    return count;
  }

  members(): IterableIterator<Member> {
    return this.#memberByUserid.values();
  }

  member(userid: string): Member | undefined {
    return this.#memberByUserid.get(userid.toLowerCase());
  }

  memberByMobile(mobile: string): Member | undefined {
    return this.#memberByMobile.get(mobileKey(mobile));
  }

  memberByEmail(email: string): Member | undefined {
    return this.#memberByEmail.get(email.toLowerCase());
  }

  memberByBizMail(mail: string): Member | undefined {
    return this.#memberByBizMail.get(mail.toLowerCase());
  }

  membersIn(departmentId: number): ReadonlySet<Member> {
    return this.#membersIn.get(departmentId) ?? none;
  }

  leadersOf(departmentId: number): string[] {
    return [...(this.#leadersOf.get(departmentId) ?? none)].map((member) => member.userid);
  }

  /** The members who name this one as their direct leader. */
  reportsOf(userid: string): Member[] {
    return [...(this.#reportsOf.get(userid.toLowerCase()) ?? none)];
  }

  childrenOf(departmentId: number): ReadonlySet<number> {
    return this.#children.get(departmentId) ?? none;
  }

  departmentNamed(name: string, parentid: number): number | undefined {
    return this.#departmentByName.get(siblingKey(parentid, name));
  }

  /** The department and everything below it, parents before children. */
  subtree(departmentId: number): number[] {
    const ids = [departmentId];
    for (let i = 0; i < ids.length; i += 1) ids.push(...this.childrenOf(ids[i] as number));
    return ids;
  }

  /** 1 for the root. */
  levelOf(departmentId: number): number {
    let level = 0;
    for (const _ of this.ancestry(departmentId)) level += 1;
    return level;
  }

  /** Levels of the subtree, 1 for a leaf. */
  heightOf(departmentId: number): number {
    let height = 0;
    let row: number[] = [departmentId];
    while (row.length > 0) {
      height += 1;
      row = row.flatMap((id) => [...this.childrenOf(id)]);
    }
    return height;
  }

  /** The department itself, its parent, and so on up to the root. */
  *ancestry(departmentId: number): Generator<number> {
    let department = this.departments.get(departmentId);
    while (department !== undefined) {
      yield department.id;
      department = this.departments.get(department.parentid);
    }
  }

  freeDepartmentId(): number {
    while (this.departments.has(this.#nextDepartmentId)) this.#nextDepartmentId += 1;
    return this.#nextDepartmentId;
  }

  addDepartment(department: Department): void {
    this.departments.set(department.id, department);
    this.#linkDepartment(department);
    // An id once used is not given out again, as in WeCom.
    this.#nextDepartmentId = Math.max(this.#nextDepartmentId, department.id + 1);
  }

  changeDepartment(department: Department, changes: Partial<Omit<Department, 'id'>>): void {
    this.#unlinkDepartment(department);
    Object.assign(department, changes);
    this.#linkDepartment(department);
  }

  removeDepartment(department: Department): void {
    this.#unlinkDepartment(department);
    this.departments.delete(department.id);
  }

  addMember(fields: MemberFields): Member {
    const member: Member = { seq: this.#nextSeq, ...fields };
    this.#nextSeq += 1;
    this.#bySeq.push(member);
    this.#linkMember(member);
    return member;
  }

  changeMember(member: Member, changes: Partial<MemberFields>): void {
    this.#unlinkMember(member);
    Object.assign(member, changes);
    this.#linkMember(member);
  }

  removeMember(member: Member): void {
    this.#unlinkMember(member);
    this.#removedFromBySeq += 1;
    if (this.#removedFromBySeq > 1000 && this.#removedFromBySeq > this.#bySeq.length / 2) {
      this.#bySeq = this.#bySeq.filter((one) => this.#memberByUserid.get(one.userid.toLowerCase()) === one);
      this.#removedFromBySeq = 0;
    }
  }

  /** One row per member and department, from `start` on. */
  memberships(start: MembershipPosition, limit: number): { rows: Membership[]; next?: MembershipPosition } {
    const rows: Membership[] = [];
    let startIndex = start.index;
    for (let i = this.#firstWithSeq(start.seq); i < this.#bySeq.length; i += 1) {
      const member = this.#bySeq[i] as Member;
      if (this.#memberByUserid.get(member.userid.toLowerCase()) !== member) continue;
      const from = member.seq === start.seq ? startIndex : 0;
      startIndex = 0;
      for (let index = from; index < member.department.length; index += 1) {
        if (rows.length === limit) return { rows, next: { seq: member.seq, index } };
        rows.push({ userid: member.userid, department: member.department[index] as number });
      }
    }
    return { rows };
  }

  #firstWithSeq(seq: number): number {
    let low = 0;
    let high = this.#bySeq.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#bySeq[middle] as Member).seq < seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #linkDepartment(department: Department): void {
    addTo(this.#children, department.parentid, department.id);
    this.#departmentByName.set(siblingKey(department.parentid, department.name), department.id);
  }

  #unlinkDepartment(department: Department): void {
    removeFrom(this.#children, department.parentid, department.id);
    this.#departmentByName.delete(siblingKey(department.parentid, department.name));
  }

  #linkMember(member: Member): void {
    this.#memberByUserid.set(member.userid.toLowerCase(), member);
    if (member.mobile !== '') this.#memberByMobile.set(mobileKey(member.mobile), member);
    if (member.email !== '') this.#memberByEmail.set(member.email.toLowerCase(), member);
    if (member.biz_mail !== '') this.#memberByBizMail.set(member.biz_mail.toLowerCase(), member);
    for (const leader of member.direct_leader) addTo(this.#reportsOf, leader.toLowerCase(), member);
    member.department.forEach((departmentId, index) => {
      addTo(this.#membersIn, departmentId, member);
      if (member.is_leader_in_dept[index] === 1) addTo(this.#leadersOf, departmentId, member);
    });
  }

  #unlinkMember(member: Member): void {
    this.#memberByUserid.delete(member.userid.toLowerCase());
    this.#memberByMobile.delete(mobileKey(member.mobile));
    this.#memberByEmail.delete(member.email.toLowerCase());
    this.#memberByBizMail.delete(member.biz_mail.toLowerCase());
    for (const leader of member.direct_leader) removeFrom(this.#reportsOf, leader.toLowerCase(), member);
    for (const departmentId of member.department) {
      removeFrom(this.#membersIn, departmentId, member);
      removeFrom(this.#leadersOf, departmentId, member);
    }
  }
}

export function memberStatus(member: Member): 1 | 2 | 4 | 5 {
  if (member.left) return 5;
  if (member.enable === 0) return 2;
  return member.activated ? 1 : 4;
}

/** Mainland numbers are one number with and without +86. */
function mobileKey(mobile: string): string {
  return mobile.replace(/-/g, '').replace(/^\+86/, '');
}

function siblingKey(parentid: number, name: string): string {
  return `${parentid}/${name}`;
}

const none: ReadonlySet<never> = new Set<never>();

function addTo<K, V>(index: Map<K, Set<V>>, key: K, value: V): void {
  const values = index.get(key);
  if (values === undefined) index.set(key, new Set([value]));
  else values.add(value);
}

function removeFrom<K, V>(index: Map<K, Set<V>>, key: K, value: V): void {
  const values = index.get(key);
  if (values === undefined) return;
  values.delete(value);
  if (values.size === 0) index.delete(key);
}
