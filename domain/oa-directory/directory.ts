/** The directory of an OA: subcompanies (分部) and departments are nested, people belong to departments. */

export type OaSubcompany = {
  readonly id: string;
  readonly name: string;
  readonly parentId: string | null;
  readonly order: number;
};

export type OaDepartment = {
  readonly id: string;
  readonly name: string;
  readonly parentId: string | null;
  readonly subcompanyId: string | null;
  readonly order: number;
};

export type OaUser = {
  readonly id: string;
  readonly loginId: string;
  readonly jobNumber: string | null;
  readonly name: string;
  readonly mobile: string | null;
  readonly email: string | null;
  readonly gender: 'male' | 'female' | null;
  readonly position: string | null;
  readonly telephone: string | null;
  readonly departmentId: string | null;
  readonly partTimeDepartmentIds: readonly string[];
  readonly managerId: string | null;
  readonly order: number;
  readonly status: 'active' | 'departed';
  readonly custom: Readonly<Record<string, string>>;
};

export type OaDirectory = {
  readonly subcompanies: readonly OaSubcompany[];
  readonly departments: readonly OaDepartment[];
  readonly users: readonly OaUser[];
};

/** A row as a sender gives it: what it leaves out keeps its value, or takes its default when the row is new. */
export type Given<T extends { readonly id: string }> = Pick<T, 'id'> & {
  readonly [K in keyof T]?: T[K] | undefined;
};
export type OaSubcompanyRow = Given<OaSubcompany>;
export type OaDepartmentRow = Given<OaDepartment>;
export type OaUserRow = Given<OaUser>;

export type SubcompanyOutline = Pick<OaSubcompany, 'id' | 'parentId'>;
export type DepartmentOutline = Pick<OaDepartment, 'id' | 'parentId' | 'subcompanyId'>;
export type UserOutline = Pick<
  OaUser,
  'id' | 'loginId' | 'departmentId' | 'partTimeDepartmentIds' | 'managerId' | 'status'
>;

/** What hangs together in a directory, without what merely describes: this much of 100,000 people fits in memory. */
export type DirectoryOutline = {
  readonly subcompanies: readonly SubcompanyOutline[];
  readonly departments: readonly DepartmentOutline[];
  readonly users: readonly UserOutline[];
};

export type DirectoryTable = keyof DirectoryOutline;

export const directoryTables = [
  'subcompanies',
  'departments',
  'users',
] as const satisfies readonly DirectoryTable[];
