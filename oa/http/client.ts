import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type {
  AttendanceReport,
  ContactNews,
  DirectoryNews,
  OaCallOptions,
  OaDirectoryPage,
  OaDirectoryReading,
  Punch,
  RemoteOa,
} from '../port';
import { OaRefusedError } from '../errors';
import type { DirectoryPage } from './contract';
import { decisionAnswer, directoryPage, passwordAnswer } from './contract';
import type { OaHttpConnection } from './exchange';
import { exchange } from './exchange';

const pageSize = 1_000;
/** A million people in pages of a hundred; an OA that never ends its list would otherwise be read for ever. */
const maxPages = 10_000;

/** An OA behind the contract of oa/http/openapi.yaml. */
export function createOaHttpSource(connection: OaHttpConnection): RemoteOa {
  return {
    id: `http:${createHash('sha256').update(connection.baseUrl).digest('hex').slice(0, 16)}`,

    async readDirectory(since, options = {}) {
      const first = await readPage(
        { ...(since === null ? {} : { since }), limit: String(pageSize) },
        options,
      );
      return { kind: first.kind, pages: pagesFrom(first, options) } satisfies OaDirectoryReading;
    },

    async checkPassword({ loginName, password }, options = {}) {
      const answer = await exchange(connection, {
        method: 'POST',
        path: '/passwords/check',
        body: { loginName, password },
        // An attempt that was counted must not be counted twice: three make some OA lock the account.
        repeatable: false,
        signal: options.signal,
      });
      const verdict = understood('POST /passwords/check', passwordAnswer, answer);
      return verdict.result === 'accepted'
        ? { kind: 'accepted', userId: verdict.userId }
        : { kind: 'rejected', reason: verdict.reason };
    },

    async decide({ taskId, action, by, comment, decidedAt }, idempotencyKey, options = {}) {
      const answer = await exchange(connection, {
        method: 'POST',
        path: `/todos/${encodeURIComponent(taskId)}/decisions`,
        body: { action, by, comment, decidedAt: decidedAt.toISOString() },
        idempotencyKey,
        repeatable: true,
        signal: options.signal,
      });
      const verdict = understood('POST /todos/{taskId}/decisions', decisionAnswer, answer);
      return verdict.result === 'decided'
        ? { kind: 'decided' }
        : { kind: verdict.result, message: verdict.message };
    },

    takeDirectoryNews: (items: readonly DirectoryNews[], key, options) =>
      tell('/directory/changes', items, key, options),
    takePunches: (items: readonly Punch[], key, options) => tell('/attendance', items, key, options),
    takeAttendanceReports: (items: readonly AttendanceReport[], key, options) =>
      tell('/attendance/reports', items, key, options),
    takeContactNews: (items: readonly ContactNews[], key, options) => tell('/contacts', items, key, options),
  };

  async function readPage(
    query: Readonly<Record<string, string>>,
    { signal }: OaCallOptions,
  ): Promise<DirectoryPage> {
    const path = `/directory?${new URLSearchParams(query).toString()}`;
    const answer = await exchange(connection, { method: 'GET', path, repeatable: true, signal });
    if (holdsUnusableText(answer)) {
      throw new OaRefusedError('GET /directory', 'unusable-characters', undefined);
    }
    return understood('GET /directory', directoryPage, answer);
  }

  async function* pagesFrom(first: DirectoryPage, options: OaCallOptions): AsyncGenerator<OaDirectoryPage> {
    const seen = new Set<string>();
    for (let page = first; ;) {
      yield toPage(page);
      const { nextPage } = page;
      if (nextPage === null) return;
      if (seen.has(nextPage) || seen.size >= maxPages) {
        throw new OaRefusedError('GET /directory', 'pages-without-end', undefined);
      }
      seen.add(nextPage);
      page = await readPage({ page: nextPage, limit: String(pageSize) }, options);
      if (page.kind !== first.kind)
        throw new OaRefusedError('GET /directory', 'page-of-other-kind', undefined);
    }
  }

  async function tell(
    path: string,
    items: readonly object[],
    idempotencyKey: string,
    { signal }: OaCallOptions = {},
  ): Promise<void> {
    await exchange(connection, {
      method: 'POST',
      path,
      body: { items },
      idempotencyKey,
      repeatable: true,
      signal,
    });
  }
}

function toPage(page: DirectoryPage): OaDirectoryPage {
  const { subcompanies, departments, users, nextPage, cursor, totals } = page;
  return {
    rows: { subcompanies, departments, users },
    remove: page.kind === 'changes' ? page.removed : { departments: [], users: [] },
    ...(nextPage === null ? { end: { cursor: cursor ?? null, totals: totals ?? null } } : {}),
  };
}

function understood<T>(operation: string, schema: z.ZodType<T>, answer: unknown): T {
  const result = schema.safeParse(answer);
  if (result.success) return result.data;
  // Paths only: values are somebody's data.
  const where = result.error.issues.slice(0, 3).map(({ path }) => path.join('.') || '(whole)');
  throw new OaRefusedError(operation, `answer-not-understood: ${where.join(', ')}`, undefined);
}

/** Postgres stores neither NUL nor half a surrogate pair. */
function holdsUnusableText(value: unknown): boolean {
  if (typeof value === 'string') return /[\0\p{Surrogate}]/u.test(value);
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, entry]) => holdsUnusableText(key) || holdsUnusableText(entry));
}
