import { randomUUID } from 'node:crypto';
import type { DirectoryTable } from '../domain/oa-directory/directory';
import type { KnownDirectory } from '../domain/oa-directory/sheet';
import type { Database } from './database';
import type { FeedChange, FeedResult, OaFeed } from './oa-directory-feed';
import { createFeed } from './oa-directory-feed';

export type UploadMode = 'whole' | 'patch';

export type UploadRecord = {
  readonly kind: DirectoryTable;
  readonly mode: UploadMode;
  /** The directory's version the file was compared with. */
  readonly baseVersion: number;
};

export type UploadApplied =
  | { readonly kind: 'applied'; readonly result: FeedResult }
  | { readonly kind: 'unknown' | 'not-applicable' | 'outdated' | 'applied-before' };

/** Files that people look at before they become the directory; any process can apply them. */
export interface OaUploadStore {
  /** What the rows of a file are read against. */
  knownDirectory(): Promise<KnownDirectory & { readonly version: number }>;
  newUpload(): { readonly id: string; readonly feed: OaFeed };
  save(
    id: string,
    upload: UploadRecord & {
      readonly createdBy: string;
      readonly rows: number;
      readonly applicable: boolean;
    },
  ): Promise<{ readonly expiresAt: Date }>;
  apply(id: string, appliedBy: string): Promise<UploadApplied>;
}

/** As long as the rows of a feed wait. */
const keptHours = 24;

/** Files replace or change the rows of one kind; the others stay as they are. */
export function changeOf({ kind, mode }: Pick<UploadRecord, 'kind' | 'mode'>): FeedChange {
  return mode === 'whole'
    ? { kind: 'table', table: kind }
    : { kind: 'patch', remove: { departments: [], users: [] } };
}

export function createOaUploadStore(db: Database): OaUploadStore {
  const { pool } = db;
  return {
    async knownDirectory() {
      return db.transaction(async (client) => {
        await client.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
        const version = await client.query<{ version: number }>(currentVersion);
        const subcompanies = await client.query<KnownDirectory['subcompanies'][number]>(
          'SELECT id, name, parent_id AS "parentId" FROM oa_subcompany',
        );
        const departments = await client.query<KnownDirectory['departments'][number]>(
          'SELECT id, name, parent_id AS "parentId", subcompany_id AS "subcompanyId" FROM oa_department',
        );
        const users = await client.query<KnownDirectory['users'][number]>(
          'SELECT id, login_id AS "loginId", job_number AS "jobNumber", status FROM oa_user',
        );
        return {
          version: version.rows[0]?.version ?? 0,
          subcompanies: subcompanies.rows,
          departments: departments.rows,
          users: users.rows,
        };
      });
    },

    newUpload() {
      const id = randomUUID();
      return { id, feed: createFeed(db, id) };
    },

    async save(id, { kind, mode, baseVersion, createdBy, rows, applicable }) {
      await pool.query('DELETE FROM oa_upload WHERE created_at < now() - make_interval(hours => $1)', [
        keptHours,
      ]);
      const saved = await pool.query<{ expiresAt: Date }>(
        `INSERT INTO oa_upload (id, kind, mode, base_version, created_by, rows, applicable)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         RETURNING created_at + make_interval(hours => $8) AS "expiresAt"`,
        [id, kind, mode, baseVersion, createdBy, rows, applicable, keptHours],
      );
      return { expiresAt: saved.rows[0]?.expiresAt ?? new Date() };
    },

    async apply(id, appliedBy) {
      const { rows } = await pool.query<UploadRow>(
        `SELECT kind, mode, base_version AS "baseVersion", applicable, applied_at AS "appliedAt"
           FROM oa_upload WHERE id = $1 AND created_at > now() - make_interval(hours => $2)`,
        [id, keptHours],
      );
      const [upload] = rows;
      if (upload === undefined) return { kind: 'unknown' };
      if (upload.appliedAt !== null) return { kind: 'applied-before' };
      if (!upload.applicable) return { kind: 'not-applicable' };
      const feed = createFeed(db, id);
      await feed.resume();
      try {
        const result = await feed.store(changeOf(upload), appliedBy, async (client, version) => {
          // Another feed, or this very file a second time, may have been first in line.
          if (version !== upload.baseVersion + 1) throw new OutdatedError();
          await client.query('UPDATE oa_upload SET applied_at = now() WHERE id = $1', [id]);
        });
        return { kind: 'applied', result };
      } catch (error) {
        if (error instanceof OutdatedError) return { kind: 'outdated' };
        throw error;
      }
    },
  };
}

type UploadRow = UploadRecord & { readonly applicable: boolean; readonly appliedAt: Date | null };

class OutdatedError extends Error {}

const currentVersion = 'SELECT coalesce(max(version), 0) AS version FROM oa_directory_version';
