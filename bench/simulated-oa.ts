/** An OA's organisation of any size, made by counting: the same every time. */

export type OaSize = { readonly users: number; readonly departments: number };

export type BenchDepartment = { id: string; name: string; parentId: string | null; order: number };
export type BenchUser = {
  id: string;
  loginId: string;
  jobNumber: string;
  name: string;
  mobile: string;
  position: string;
  departmentId: string;
  status: 'active' | 'departed';
};

export type BenchOa = { readonly departments: BenchDepartment[]; readonly users: BenchUser[] };

/** How many objects differ, and so how many calls write at the least. */
export type Churn = { readonly oa: BenchOa; readonly changedObjects: number };

const rootId = 'root';
const childrenPerDepartment = 12;
const positions = ['Engineer', 'Analyst', 'Manager', 'Clerk', 'Consultant'];

export function makeOa(rootName: string, { users, departments }: OaSize): BenchOa {
  const below = Array.from({ length: departments }, (_, index) => ({
    id: `d${index + 1}`,
    name: `Department ${index + 1}`,
    parentId: index < childrenPerDepartment ? rootId : `d${Math.floor(index / childrenPerDepartment)}`,
    order: index,
  }));
  return {
    departments: [{ id: rootId, name: rootName, parentId: null, order: 0 }, ...below],
    users: Array.from({ length: users }, (_, index) => makeUser(index, departments)),
  };
}

/** A day with a reorganisation: 5 % of the people change something, 2 % move, 1 % leave, 1 % come. */
export function churn({ departments, users }: BenchOa): Churn {
  const places = departments.length - 1;
  const renamed = Math.ceil(places / 100);
  const changedDepartments = departments.map((department, index) =>
    index > 0 && index <= renamed ? { ...department, name: `${department.name} (new)` } : department,
  );
  let changed = 0;
  const changedUsers = users.map((user, index): BenchUser => {
    const share = index % 100;
    if (share >= 8) return user;
    changed += 1;
    if (share < 5) return { ...user, position: `Senior ${user.position}` };
    if (share < 7)
      return { ...user, departmentId: `d${(index % places) + 1 === places ? 1 : (index % places) + 2}` };
    return { ...user, status: 'departed' };
  });
  const newcomers = Array.from({ length: Math.ceil(users.length / 100) }, (_, index) =>
    makeUser(users.length + index, places),
  );
  return {
    oa: { departments: changedDepartments, users: [...changedUsers, ...newcomers] },
    changedObjects: renamed + changed + newcomers.length,
  };
}

export function asNdjson({ departments, users }: BenchOa): string {
  const lines = [
    ...departments.map((department) => ({ type: 'department', subcompanyId: null, ...department })),
    ...users.map((user, order) => ({ type: 'user', order, ...user })),
    { type: 'end', subcompanies: 0, departments: departments.length, users: users.length },
  ];
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

function makeUser(index: number, departments: number): BenchUser {
  return {
    id: `oa${index}`,
    loginId: `user${index}`,
    jobNumber: `J${index}`,
    name: `Person ${index}`,
    mobile: `13${String(index).padStart(9, '0')}`,
    position: positions[index % positions.length] ?? '',
    departmentId: `d${(index % departments) + 1}`,
    status: 'active',
  };
}
