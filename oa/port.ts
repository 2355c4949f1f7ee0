/** What the bridge needs of an OA or HR system. The embedded OA is the default; others are adapters of this port. */

import type { OaDepartment, OaSubcompany, OaUser } from '../domain/oa-directory/directory';

export type { OaDepartment, OaDirectory, OaSubcompany, OaUser } from '../domain/oa-directory/directory';

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
