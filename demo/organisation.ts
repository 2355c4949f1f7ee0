import type { DemoCustomer, DemoCustomerGroup } from './customers';
import { demoCustomers } from './customers';
import { corpName, demoDepartments, newOaDepartments, ROOT_ID } from './departments';
import { demoPeople, jobNumberOf } from './people';
import type { DemoPerson } from './people';

/** Values that only the demo's own simulator knows; best made at random once per installation. */
export type DemoCredentials = {
  readonly corpId: string;
  readonly contactsSecret: string;
  readonly agentId: number;
  readonly appSecret: string;
};

export type DemoSimulatorCorp = {
  corpid: string;
  name: string;
  contactsSecret: string;
  creator: string;
  apps: {
    agentid: number;
    secret: string;
    name: string;
    description: string;
    visibleDepartments: number[];
    permissions: ('externalcontact' | 'checkin')[];
  }[];
  externalContacts: DemoCustomer[];
  groupChats: DemoCustomerGroup[];
  departments: { id: number; name: string; parentid: number; order: number }[];
  users: {
    userid: string;
    name: string;
    department: number[];
    order: number[];
    is_leader_in_dept: (0 | 1)[];
    main_department: number;
    mobile: string;
    email: string;
    position: string;
    gender: '1' | '2';
    telephone: string;
    status: 1 | 4;
  }[];
};

export type DemoOaUser = {
  id: string;
  loginId: string;
  jobNumber: string;
  name: string;
  mobile: string;
  email: string;
  gender: 'male' | 'female' | null;
  position: string;
  telephone: string;
  departmentId: string;
  partTimeDepartmentIds: string[];
  managerId: string | null;
  order: number;
  status: 'active' | 'departed';
  custom: Record<string, string>;
};

export type DemoOaDirectory = {
  subcompanies: { id: string; name: string; parentId: string | null; order: number }[];
  departments: { id: string; name: string; parentId: string | null; subcompanyId: string; order: number }[];
  users: DemoOaUser[];
};

const HEAD_OFFICE = 'S1';

// What happened in the OA since both sides last agreed, by the running number of the person.
const departed = new Set([17, 58, 121, 166, 233]);
const promoted = new Map([
  [23, '高级后端工程师'],
  [41, '前端技术专家'],
  [70, '高级移动端工程师'],
  [96, '资深产品经理'],
  [135, '大客户销售经理'],
  [180, '高级实施顾问'],
  [215, '人事主管'],
  [240, '高级会计'],
  [262, '安全工程师'],
]);
const newMobiles = new Map([
  [33, '19900009033'],
  [150, '19900009150'],
  [201, '19900009201'],
]);
const movedPeople = new Map([
  [29, 8],
  [64, 10],
  [140, 14],
  [188, 19],
  [262, 27],
]);
const partTimers = new Map([
  [12, [5]],
  [45, [9]],
  [88, [4, 10]],
  [160, [18]],
  [225, [25]],
]);
const numbersGivenTwice = [52, 111];
const newHireDepartments = [5, 6, 10, 13, 18, 18, 23, 30];
const notActivatedEvery = 23;

export function buildDemoOrganisation(credentials: DemoCredentials): {
  simulatorCorp: DemoSimulatorCorp;
  oaDirectory: DemoOaDirectory;
} {
  const { staff, newcomers } = demoPeople(newHireDepartments);
  return {
    simulatorCorp: buildSimulatorCorp(credentials, staff),
    oaDirectory: buildOaDirectory(staff, newcomers),
  };
}

function buildSimulatorCorp(credentials: DemoCredentials, staff: readonly DemoPerson[]): DemoSimulatorCorp {
  return {
    corpid: credentials.corpId,
    name: corpName,
    contactsSecret: credentials.contactsSecret,
    creator: 'admin',
    apps: [
      {
        agentid: credentials.agentId,
        secret: credentials.appSecret,
        name: 'OA 集成',
        description: '连接 OA 与企业微信的自建应用',
        visibleDepartments: [ROOT_ID],
        permissions: ['externalcontact', 'checkin'],
      },
    ],
    ...demoCustomers(jobNumberOf),
    departments: [
      { id: ROOT_ID, name: corpName, parentid: 0, order: 100_000 },
      ...demoDepartments.map(({ id, name, parentId }) => ({
        id,
        name,
        parentid: parentId,
        order: 1000 - id,
      })),
    ],
    users: [
      // The account that founded the corp, and one of a contractor: the OA knows neither.
      member('admin', '企业创建者', ROOT_ID, '19900009999', 'admin@example.com', '管理员', '1'),
      member('contractor01', '外包顾问', 27, '19900009998', 'contractor01@example.com', '外包', '2'),
      ...staff.map((person): DemoSimulatorCorp['users'][number] => ({
        ...member(
          person.jobNumber,
          person.name,
          person.departmentId,
          person.mobile,
          person.email,
          person.position,
          person.gender === 'male' ? '1' : '2',
        ),
        telephone: person.telephone,
        is_leader_in_dept: [person.isLeader ? 1 : 0],
        status: person.number % notActivatedEvery === 0 ? 4 : 1,
      })),
      // Two accounts made by hand: one under a mobile that a new hire has in the OA, one under a new hire's login.
      member('temp_import_07', '待核对', 5, mobileOfFirstConflict, 'temp07@example.com', '后端工程师', '1'),
      member(loginOfSecondConflict, '同名成员', 18, '19900009996', 'temp08@example.com', '实施顾问', '2'),
    ],
  };
}

const mobileOfFirstConflict = '19900009997';
const loginOfSecondConflict = 'ming.conflict';

function member(
  userid: string,
  name: string,
  departmentId: number,
  mobile: string,
  email: string,
  position: string,
  gender: '1' | '2',
): DemoSimulatorCorp['users'][number] {
  return {
    userid,
    name,
    department: [departmentId],
    order: [0],
    is_leader_in_dept: [0],
    main_department: departmentId,
    mobile,
    email,
    position,
    gender,
    telephone: '',
    status: 1,
  };
}

function buildOaDirectory(staff: readonly DemoPerson[], newcomers: readonly DemoPerson[]): DemoOaDirectory {
  const subcompanies = [
    { id: HEAD_OFFICE, name: corpName, parentId: null, order: 1 },
    ...demoDepartments
      .filter(({ inOa }) => inOa.kind === 'subcompany')
      .map(({ id, name }) => ({ id: subcompanyId(id), name, parentId: HEAD_OFFICE, order: id })),
  ];
  const departments = [
    ...demoDepartments.flatMap((department) => {
      const { inOa } = department;
      if (inOa.kind === 'gone' || inOa.kind === 'subcompany') return [];
      const parentId = inOa.kind === 'moved' ? inOa.toParentId : department.parentId;
      return [
        {
          id: oaDepartmentId(department.id),
          name: inOa.kind === 'renamed' ? inOa.to : department.name,
          ...oaParent(parentId),
          order: department.id,
        },
      ];
    }),
    ...newOaDepartments.map(({ id, name, parentId }, index) => ({
      id,
      name,
      ...oaParent(parentId),
      order: 200 + index,
    })),
    // People whom WeCom keeps directly in a branch need a department in the OA.
    ...demoDepartments
      .filter(({ inOa }) => inOa.kind === 'subcompany')
      .map(({ id }) => ({
        id: oaDepartmentId(id),
        name: '综合部',
        parentId: null,
        subcompanyId: subcompanyId(id),
        order: id,
      })),
  ];
  const leaders = new Map(
    staff
      .filter(({ isLeader, number }) => isLeader && !departed.has(number))
      .map((one) => [one.departmentId, one]),
  );
  const oaUser = (person: DemoPerson): DemoOaUser => {
    const home = oaHome(movedPeople.get(person.number) ?? person.departmentId);
    const leader = leaders.get(home);
    return {
      id: String(1000 + person.number),
      loginId: person.loginId,
      jobNumber: person.jobNumber,
      name: person.name,
      mobile: newMobiles.get(person.number) ?? person.mobile,
      email: person.email,
      gender: person.gender,
      position: promoted.get(person.number) ?? person.position,
      telephone: person.telephone,
      departmentId: oaDepartmentId(home),
      partTimeDepartmentIds: (partTimers.get(person.number) ?? []).map((id) => oaDepartmentId(oaHome(id))),
      managerId: leader === undefined || leader === person ? null : String(1000 + leader.number),
      order: person.number,
      status: departed.has(person.number) ? 'departed' : 'active',
      custom: {},
    };
  };
  const hires = newcomers.map(oaUser);
  const [first, second] = hires;
  if (first !== undefined) first.mobile = mobileOfFirstConflict;
  if (second !== undefined) second.loginId = loginOfSecondConflict;
  // Two newcomers were entered under the number of somebody who is there already, in another spelling.
  const [, , ...later] = hires;
  for (const [index, number] of numbersGivenTwice.entries()) {
    const hire = later[index];
    const colleague = staff.find((person) => person.number === number);
    if (hire !== undefined && colleague !== undefined) hire.jobNumber = colleague.jobNumber.toLowerCase();
  }
  const overseas = hires.at(-1);
  if (overseas !== undefined) overseas.departmentId = newOaDepartments[0]?.id ?? overseas.departmentId;
  return { subcompanies, departments, users: [...staff.map(oaUser), ...hires] };
}

/** Where the people of a department that is gone now work. */
function oaHome(departmentId: number): number {
  const department = demoDepartments.find(({ id }) => id === departmentId);
  return department?.inOa.kind === 'gone' ? department.inOa.peopleWentTo : departmentId;
}

function oaParent(parentId: number): { parentId: string | null; subcompanyId: string } {
  const parent = demoDepartments.find(({ id }) => id === parentId);
  if (parent === undefined) return { parentId: null, subcompanyId: HEAD_OFFICE };
  if (parent.inOa.kind === 'subcompany') return { parentId: null, subcompanyId: subcompanyId(parentId) };
  return { parentId: oaDepartmentId(parentId), subcompanyId: oaParent(parent.parentId).subcompanyId };
}

function oaDepartmentId(id: number): string {
  return `D${String(id).padStart(3, '0')}`;
}

function subcompanyId(id: number): string {
  return `S${id}`;
}
