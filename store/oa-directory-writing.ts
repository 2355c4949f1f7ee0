import type { KeptDirectory } from '../oa/writer';
import type { OaDirectoryPart, OaDirectoryPatch, OaPatchRefusal } from '../oa/port';
import type { Database } from './database';
import { createFeed, DirectoryRefusedError, type FeedChange, type OaFeed } from './oa-directory-feed';
import type { OaDirectoryStore } from './oa-directory';

/** Who feeds the directory where WeCom is the master. */
const fedBy = 'system:wecom';

/** Changes that WeCom, the master, makes to the directory: a patch and a new version each. */
export function createKeptDirectory(
  db: Database,
  reader: Pick<OaDirectoryStore, 'usersOf' | 'departmentsOf'>,
): KeptDirectory {
  async function feed<T>(
    { rows, removeDepartments }: OaDirectoryPatch,
    work: (feed: OaFeed, change: FeedChange) => Promise<T>,
  ): Promise<OaPatchRefusal | undefined> {
    const arriving = createFeed(db);
    try {
      for (const row of rows.subcompanies) await arriving.add('subcompanies', row);
      for (const row of rows.departments) await arriving.add('departments', row);
      for (const row of rows.users) await arriving.add('users', row);
      await work(arriving, {
        kind: 'patch',
        remove: { departments: removeDepartments, users: [] },
        isPlanned: true,
      });
      return undefined;
    } catch (error) {
      if (!(error instanceof DirectoryRefusedError)) throw error;
      return error.problems.map(({ id, kind }) => ({ id, kind }));
    } finally {
      // Nothing is left of it once it is stored.
      await arriving.discard();
    }
  }

  return {
    store: (patch) => feed(patch, (arriving, change) => arriving.store(change, fedBy)),
    tryOut: (patch) => feed(patch, (arriving, change) => arriving.tryOut(change, fedBy)),

    async readPart({ users, departments, subcompanies }): Promise<OaDirectoryPart> {
      const [people, structure, inhabited] = await Promise.all([
        reader.usersOf(users),
        reader.departmentsOf({ departments, subcompanies }),
        db.pool.query<{ id: string }>(
          `SELECT id FROM unnest($1::text[]) AS asked (id)
            WHERE EXISTS (SELECT FROM oa_department d WHERE d.parent_id = asked.id)
               OR EXISTS (SELECT FROM oa_user u WHERE u.status = 'active'
                            AND (u.department_id = asked.id OR asked.id = ANY (u.part_time_department_ids)))`,
          [departments],
        ),
      ]);
      return { users: people, ...structure, inhabited: inhabited.rows.map(({ id }) => id) };
    },
  };
}
