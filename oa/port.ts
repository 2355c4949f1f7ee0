/** What the bridge needs of an OA or HR system. The embedded OA is the default; others are adapters of this port. */

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

export type OaUserQuery = {
  readonly q?: string | undefined;
  readonly departmentId?: string | undefined;
  /** The id of the last user of the page before. */
  readonly after?: string | undefined;
  readonly limit: number;
};

export type OaIds = {
  readonly subcompanies: readonly string[];
  readonly departments: readonly string[];
  readonly users: readonly string[];
};

export interface OaDirectoryReader {
  listSubcompanies(): Promise<OaSubcompany[]>;
  listDepartments(): Promise<OaDepartment[]>;
  searchUsers(query: OaUserQuery): Promise<{ items: OaUser[]; total: number; hasMore: boolean }>;
  findUser(id: string): Promise<OaUser | undefined>;
  /** Those of the given ids that the OA does not know. */
  unknownIds(ids: OaIds): Promise<OaIds>;
}
