import type { Pool, PoolClient } from 'pg';
import type { GivenDepartment, GivenRows, GivenSubcompany, GivenUser } from '../domain/oa-directory/change';
import type {
  DirectoryTable,
  OaDepartmentRow,
  OaSubcompanyRow,
  OaUserRow,
} from '../domain/oa-directory/directory';

export type FeedRow = {
  readonly subcompanies: OaSubcompanyRow;
  readonly departments: OaDepartmentRow;
  readonly users: OaUserRow;
};

/** Two batches exist at a time, one on its way and one filling up: half a megabyte each. */
const rowsPerBatch = 2_000;

/** Whole rows go to the database in batches; only what hangs together stays in memory. */
export class FeedRows {
  private readonly outline = {
    subcompanies: [] as GivenSubcompany[],
    departments: [] as GivenDepartment[],
    users: [] as GivenUser[],
  };
  private batch: { table: DirectoryTable; rows: { readonly id: string }[] } = { table: 'users', rows: [] };
  private onItsWay: Promise<unknown> = Promise.resolve();
  private staged = 0;
  private readonly texts = new Map<string, string>();

  constructor(
    private readonly pool: Pool,
    private readonly feedId: string,
  ) {}

  async add<T extends DirectoryTable>(table: T, row: FeedRow[T]): Promise<void> {
    this.keep(table, row);
    if (this.batch.table !== table) await this.send();
    this.batch.table = table;
    this.batch.rows.push(row);
    if (this.batch.rows.length >= rowsPerBatch) await this.send();
  }

  /** Takes up the rows that an earlier process has added. */
  async resume(): Promise<void> {
    for (;;) {
      const { rows } = await this.pool.query<{ kind: DirectoryTable; entry: OaUserRow }>(
        'SELECT kind, entry FROM oa_feed_row WHERE feed_id = $1 AND seq > $2 AND seq <= $2 + $3 ORDER BY seq',
        [this.feedId, this.staged, rowsPerBatch],
      );
      for (const { kind, entry } of rows) this.keep(kind, entry);
      this.staged += rows.length;
      if (rows.length < rowsPerBatch) return;
    }
  }

  /** Everything added so far lies in the database. */
  async arrived(): Promise<GivenRows> {
    await this.send();
    await this.onItsWay;
    return this.outline;
  }

  /** A database that lost what it had confirmed must not turn into people who left. */
  async assertComplete(client: PoolClient): Promise<void> {
    const { rows } = await client.query<{ count: number }>(
      'SELECT count(*)::int AS count FROM oa_feed_row WHERE feed_id = $1',
      [this.feedId],
    );
    if (rows[0]?.count !== this.staged) {
      throw new Error(`${this.staged} rows of a feed were sent, ${rows[0]?.count ?? 0} are there`);
    }
  }

  /** Nothing of this feed is written after it. */
  async settle(): Promise<void> {
    await this.onItsWay.catch(() => undefined);
  }

  /** While one batch is written, the next is read and checked. */
  private async send(): Promise<void> {
    const { table, rows } = this.batch;
    if (rows.length === 0) return;
    this.batch = { table, rows: [] };
    const first = this.staged;
    this.staged += rows.length;
    await this.onItsWay;
    this.onItsWay = this.pool.query(
      `INSERT INTO oa_feed_row (feed_id, seq, kind, entry_id, entry)
       SELECT $1, $2::int + place, $3, entry ->> 'id', entry
         FROM jsonb_array_elements($4::jsonb) WITH ORDINALITY AS r (entry, place)`,
      [this.feedId, first, table, JSON.stringify(rows)],
    );
    // Looked at when the next batch or the end comes; until then it is nobody's unhandled rejection.
    this.onItsWay.catch(() => undefined);
  }

  private keep<T extends DirectoryTable>(table: T, row: FeedRow[T]): void {
    switch (table) {
      case 'subcompanies': {
        const { id, name, parentId } = row as OaSubcompanyRow;
        this.outline.subcompanies.push({ id, name: presence(name), parentId: this.once(parentId) });
        return;
      }
      case 'departments': {
        const { id, name, parentId, subcompanyId } = row as OaDepartmentRow;
        this.outline.departments.push({
          id,
          name: presence(name),
          parentId: this.once(parentId),
          subcompanyId: this.once(subcompanyId),
        });
        return;
      }
      case 'users': {
        const { id, loginId, name, departmentId, partTimeDepartmentIds, managerId, status } =
          row as OaUserRow;
        this.outline.users.push({
          id,
          loginId,
          name: presence(name),
          departmentId: this.once(departmentId),
          partTimeDepartmentIds:
            partTimeDepartmentIds?.length === 0
              ? none
              : partTimeDepartmentIds?.map((department) => this.once(department)),
          managerId: this.once(managerId),
          status: status === undefined ? undefined : this.once(status),
        });
      }
    }
  }

  /** Everybody in a department names it in a string of their own; one is enough. */
  private once<T extends string | null | undefined>(text: T): T {
    if (text == null) return text;
    const kept = this.texts.get(text);
    if (kept !== undefined) return kept as T;
    this.texts.set(text, text);
    return text;
  }
}

const none: readonly string[] = [];

/** Names are only asked whether they are there; keeping them would keep every person in memory. */
function presence(name: string | undefined): string | undefined {
  return name === undefined ? undefined : '';
}
