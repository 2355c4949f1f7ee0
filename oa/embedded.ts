import type { OaDirectoryReader } from './port';

/** The embedded OA keeps its directory in the bridge's own database; its rows already have the port's form. */
export function createEmbeddedOa(rows: OaDirectoryReader): OaDirectoryReader {
  return {
    listSubcompanies: () => rows.listSubcompanies(),
    listDepartments: () => rows.listDepartments(),
    searchUsers: (query) => rows.searchUsers(query),
    findUser: (id) => rows.findUser(id),
    unknownIds: (ids) => rows.unknownIds(ids),
  };
}
