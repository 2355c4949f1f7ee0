import type { CorpInput, DepartmentInput, MemberInput } from '../control/schemas';
import { Checkins } from './checkins';
import { generateOrganisation } from './generate';
import type { App, Corp } from './corp';
import { Directory, ROOT_DEPARTMENT_ID } from './directory';
import type { MemberFields } from './directory';
import { Messages } from './messages';

export class CorpInputError extends Error {
  override readonly name = 'CorpInputError';

  constructor(
    readonly path: string,
    message: string,
  ) {
    super(message);
  }
}

/** Builds a corp as an admin left it: structure is checked, WeCom's naming rules are not. */
export function buildCorp(input: CorpInput): Corp {
  const generated = input.generate === undefined ? undefined : generateOrganisation(input.generate);
  const directory = new Directory();
  addDepartments(directory, input.name, [...(generated?.departments ?? []), ...(input.departments ?? [])]);
  addMembers(directory, [...(generated?.users ?? []), ...(input.users ?? [])]);
  const corp: Corp = {
    corpid: input.corpid,
    name: input.name,
    rights: input.rights ?? 'today',
    contactsSecret: input.contactsSecret,
    contactsCallback: input.contactsCallback,
    contactsTrustedIps: input.contactsTrustedIps,
    systemSecrets: input.systemSecrets ?? {},
    accountLimit: input.accountLimit ?? null,
    creator: input.creator ?? null,
    admins: input.admins ?? [],
    certifiedNames: input.certifiedNames ?? [],
    extattrs: input.extattrs ?? [],
    externalContacts: input.externalContacts ?? [],
    groupChats: input.groupChats ?? [],
    apps: new Map(),
    directory,
    tags: new Map(),
    media: new Map(),
    messages: new Messages(),
    checkins: new Checkins(),
  };
  for (const userid of input.unlicensed ?? []) corp.messages.unlicensed.add(userid.toLowerCase());
  const secrets = new Set([input.contactsSecret, ...Object.values(corp.systemSecrets)]);
  for (const [index, app] of (input.apps ?? []).entries()) {
    if (corp.apps.has(app.agentid)) throw new CorpInputError(`apps.${index}.agentid`, 'agentid given twice');
    if (secrets.has(app.secret))
      throw new CorpInputError(`apps.${index}.secret`, 'secret given twice in this corp');
    secrets.add(app.secret);
    for (const id of app.visibleDepartments ?? []) {
      if (!directory.departments.has(id)) {
        throw new CorpInputError(`apps.${index}.visibleDepartments`, `no department ${id}`);
      }
    }
    corp.apps.set(app.agentid, {
      agentid: app.agentid,
      secret: app.secret,
      name: app.name,
      // An app without any range given sees the whole corp.
      visibleDepartments: [
        ...(app.visibleDepartments ?? (app.visibleUsers === undefined ? [ROOT_DEPARTMENT_ID] : [])),
      ],
      visibleUsers: [...(app.visibleUsers ?? [])],
      visibleTags: [...(app.visibleTags ?? [])],
      permissions: [...(app.permissions ?? [])],
      callback: app.callback,
      trustedIps: app.trustedIps,
      disabled: app.disabled ?? false,
      description: app.description ?? '',
      redirectDomain: app.redirectDomain ?? '',
      homeUrl: app.homeUrl ?? '',
      reportLocationFlag: app.reportLocationFlag ?? 0,
      isReportEnter: app.isReportEnter ?? 0,
      squareLogoUrl: app.squareLogoUrl ?? 'https://wework.qpic.cn/bizmail/simulator/0',
    } satisfies App);
  }
  for (const tag of input.tags ?? []) {
    corp.tags.set(tag.tagid, {
      tagid: tag.tagid,
      tagname: tag.tagname,
      owner: tag.owner ?? 'admin',
      users: new Set((tag.userlist ?? []).map((userid) => userid.toLowerCase())),
      parties: new Set(tag.partylist ?? []),
    });
  }
  return corp;
}

function addDepartments(directory: Directory, corpName: string, inputs: readonly DepartmentInput[]): void {
  const byId = new Map<number, DepartmentInput>();
  for (const [index, input] of inputs.entries()) {
    if (byId.has(input.id))
      throw new CorpInputError(`departments.${index}.id`, `department ${input.id} given twice`);
    byId.set(input.id, input);
  }
  if (!byId.has(ROOT_DEPARTMENT_ID)) {
    byId.set(ROOT_DEPARTMENT_ID, { id: ROOT_DEPARTMENT_ID, name: corpName, parentid: 0 });
  }
  const add = (input: DepartmentInput): void => {
    directory.addDepartment({
      id: input.id,
      name: input.name,
      name_en: input.name_en ?? '',
      parentid: input.id === ROOT_DEPARTMENT_ID ? 0 : input.parentid,
      order: input.order ?? 0,
    });
  };
  for (const [index, input] of inputs.entries()) {
    const chain: DepartmentInput[] = [];
    for (
      let one: DepartmentInput | undefined = input;
      one !== undefined && !directory.departments.has(one.id);
    ) {
      if (chain.includes(one))
        throw new CorpInputError(`departments.${index}.parentid`, 'departments form a circle');
      chain.push(one);
      const parent: DepartmentInput | undefined =
        one.id === ROOT_DEPARTMENT_ID ? undefined : byId.get(one.parentid);
      if (parent === undefined && one.id !== ROOT_DEPARTMENT_ID) {
        throw new CorpInputError(`departments.${index}.parentid`, `no department ${one.parentid}`);
      }
      one = parent;
    }
    for (const one of chain.reverse()) {
      const twin = directory.departmentNamed(one.name, one.parentid);
      if (twin !== undefined) {
        throw new CorpInputError(
          `departments.${index}.name`,
          `departments ${twin} and ${one.id} are siblings with one name`,
        );
      }
      add(one);
    }
  }
  if (!directory.departments.has(ROOT_DEPARTMENT_ID)) add(byId.get(ROOT_DEPARTMENT_ID) as DepartmentInput);
}

function addMembers(directory: Directory, inputs: readonly MemberInput[]): void {
  for (const [index, input] of inputs.entries()) {
    const refuse = (field: string, message: string): never => {
      throw new CorpInputError(`users.${index}.${field}`, message);
    };
    if (directory.member(input.userid)) refuse('userid', `userid ${input.userid} given twice`);
    if (input.mobile && directory.memberByMobile(input.mobile)) refuse('mobile', 'mobile given twice');
    if (input.email && directory.memberByEmail(input.email)) refuse('email', 'email given twice');
    for (const id of input.department ?? []) {
      if (!directory.departments.has(id)) refuse('department', `no department ${id}`);
    }
    directory.addMember(memberFieldsOf(input));
  }
}

export function memberFieldsOf(input: MemberInput): MemberFields {
  const department = input.department?.length ? input.department : [ROOT_DEPARTMENT_ID];
  const perDepartment = (values: readonly number[] | undefined): number[] =>
    department.map((_, i) => values?.[i] ?? 0);
  return {
    userid: input.userid,
    name: input.name,
    department,
    order: perDepartment(input.order),
    is_leader_in_dept: perDepartment(input.is_leader_in_dept),
    direct_leader: input.direct_leader ?? [],
    main_department: input.main_department ?? (department[0] as number),
    enable: input.status === 2 ? 0 : (input.enable ?? 1),
    activated: input.activated ?? input.status !== 4,
    left: input.status === 5,
    useridChangeable: input.userid_changeable ?? false,
    alias: input.alias ?? '',
    mobile: input.mobile ?? '',
    email: input.email ?? '',
    biz_mail: input.biz_mail ?? '',
    biz_mail_alias: input.biz_mail_alias?.item ?? [],
    position: input.position ?? '',
    gender: input.gender === undefined ? '0' : (String(input.gender) as '0' | '1' | '2'),
    telephone: input.telephone ?? '',
    address: input.address ?? '',
    avatar: input.avatar ?? '',
    external_position: input.external_position ?? '',
    nickname: input.nickname ?? '',
    extattr: input.extattr?.attrs ?? [],
    external_profile: input.external_profile,
  };
}
