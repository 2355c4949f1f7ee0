import { createHash, randomUUID } from 'node:crypto';
import type { Express, NextFunction, Request, Response } from 'express';
import express from 'express';
import type { Directory, DirectoryNews, Rows } from './directory';
import { ReferenceDirectory } from './directory';
import { RequestVerifier } from './verify';

/**
 * The smallest OA that speaks the contract of WeCom Bridge (oa/http/openapi.yaml): a pattern to copy, and the other
 * side in tests. State is in memory; everything that must outlive a restart says so where it is kept.
 */

export type Todo = { taskId: string; actions: string[]; decided?: { action: string; by: string } };

export type ReferenceOaOptions = {
  readonly secret: string;
  readonly directory: Directory;
  /** By login name. A real OA keeps hashes. */
  readonly passwords?: Readonly<Record<string, string>>;
  readonly todos?: readonly Todo[];
  /** The clock signatures are checked against. */
  readonly now?: () => number;
};

export type ReferenceOa = {
  readonly app: Express;
  readonly directory: ReferenceDirectory;
  readonly todos: ReadonlyMap<string, Todo>;
  /** Punches and reports by their id, each as it was told last. */
  readonly attendance: ReadonlyMap<string, Attendance>;
  /** What the bridge has told, each item once. */
  readonly received: {
    readonly directoryChanges: unknown[];
    readonly attendance: unknown[];
    readonly contacts: unknown[];
  };
};

export type Attendance = { id: string; version: number; state: 'current' | 'superseded' };

const largestPage = 1_000;
/** An unfinished reading is forgotten after this long. */
const readingKeptMs = 10 * 60_000;
const lockedAfterAttempts = 5;

type Answer = { status: number; body?: unknown };

export function createReferenceOa(options: ReferenceOaOptions): ReferenceOa {
  const verifier = new RequestVerifier(options.secret, options.now);
  const directory = new ReferenceDirectory(options.directory);
  const todos = new Map((options.todos ?? []).map((todo) => [todo.taskId, { ...todo }]));
  const received = {
    directoryChanges: [] as unknown[],
    attendance: [] as unknown[],
    contacts: [] as unknown[],
  };
  // In a table, with the id as its key.
  const attendance = new Map<string, Attendance>();
  const readings = new Map<
    string,
    { kind: 'whole' | 'changes'; rows: Rows; cursor: string; since: number }
  >();
  const attempts = new Map<string, number>();
  // Kept for at least 24 hours, in a table, where requests can reach another process.
  const answered = new Map<string, { request: string; answer: Answer }>();

  const app = express();
  app.disable('x-powered-by');
  app.use(express.raw({ type: () => true, limit: '16mb' }));
  app.use((request, response, next) => {
    const refusal = verifier.refusalOf(request, bodyOf(request));
    if (refusal === undefined) return next();
    refuse(response, 401, refusal);
  });

  app.get('/directory', (request, response) => {
    const limit = Math.min(Math.max(Number(request.query['limit']) || largestPage, 1), largestPage);
    const { page, since } = request.query;
    if (typeof page === 'string') return sendPage(response, page, limit);
    const changes = typeof since === 'string' ? directory.changesSince(since) : undefined;
    if (typeof since === 'string' && changes === undefined) return refuse(response, 410, 'cursor_expired');
    for (const [id, { since: begun }] of readings) {
      if (Date.now() - begun > readingKeptMs) readings.delete(id);
    }
    const id = randomUUID();
    // The cursor is taken together with the rows: what changes from here on belongs to the next reading.
    readings.set(id, {
      kind: changes === undefined ? 'whole' : 'changes',
      rows: changes ?? directory.whole(),
      cursor: directory.cursor(),
      since: Date.now(),
    });
    sendPage(response, `${id}.0`, limit);
  });

  app.post('/passwords/check', (request, response) => {
    const { loginName, password } = jsonOf(request);
    if (typeof loginName !== 'string' || typeof password !== 'string') {
      return refuse(response, 400, 'login_missing');
    }
    const user = directory.userByLogin(loginName);
    const failed = attempts.get(loginName.toLowerCase()) ?? 0;
    const isRight = user !== undefined && options.passwords?.[user.loginId] === password;
    if (failed >= lockedAfterAttempts) return void response.json({ result: 'rejected', reason: 'locked' });
    if (!isRight) {
      attempts.set(loginName.toLowerCase(), failed + 1);
      return void response.json({ result: 'rejected', reason: 'wrong-password' });
    }
    attempts.delete(loginName.toLowerCase());
    if (user.status === 'departed') {
      return void response.json({ result: 'rejected', reason: 'departed' });
    }
    response.json({ result: 'accepted', userId: user.id });
  });

  app.post(
    '/todos/:taskId/decisions',
    once(({ taskId, body }) => {
      const todo = todos.get(taskId);
      if (todo === undefined) return { status: 404, body: { error: { code: 'todo_unknown', message: '' } } };
      const { action, by } = body;
      if (todo.decided !== undefined) {
        const message = `Decided by ${todo.decided.by}: ${todo.decided.action}`;
        return { status: 200, body: { result: 'already-decided', message } };
      }
      if (typeof action !== 'string' || typeof by !== 'string' || !todo.actions.includes(action)) {
        return {
          status: 200,
          body: { result: 'not-accepted', message: 'This to-do has no such action' },
        };
      }
      todo.decided = { action, by };
      return { status: 200, body: { result: 'decided' } };
    }),
  );
  app.post(
    '/directory/changes',
    once(
      takeInto(received.directoryChanges, (item) => {
        directory.follow(item as DirectoryNews);
        return true;
      }),
    ),
  );
  /** A batch may overlap with an earlier one under another key: the highest version of each id counts. */
  const keepNewest = (item: unknown): boolean => {
    const { id, version, state } = item as Attendance;
    if ((attendance.get(id)?.version ?? 0) >= version) return false;
    attendance.set(id, { id, version, state });
    return true;
  };
  app.post('/attendance', once(takeInto(received.attendance, keepNewest)));
  app.post('/attendance/reports', once(takeInto(received.attendance, keepNewest)));
  app.post('/contacts', once(takeInto(received.contacts)));

  app.use((_request, response) => refuse(response, 404, 'no_such_path'));
  app.use((error: unknown, _request: Request, response: Response, next: NextFunction) => {
    if (response.headersSent) return next(error);
    const status = error instanceof SyntaxError ? 400 : Number((error as { status?: unknown }).status ?? 500);
    refuse(response, status, status < 500 ? 'bad_request' : 'failed');
  });

  return { app, directory, todos, attendance, received };

  function sendPage(response: Response, token: string, limit: number): void {
    const [id = '', place = ''] = token.split('.');
    const reading = readings.get(id);
    if (reading === undefined || !/^\d{1,9}$/.test(place)) return refuse(response, 410, 'page_expired');
    const { kind, rows, cursor } = reading;
    const start = Number(place);
    const { subcompanies, departments, users, removed } = rows;
    const page = take(start, limit, [subcompanies, departments, users, removed.departments, removed.users]);
    const isLast = page.next === null;
    response.json({
      kind,
      subcompanies: page.rows[0],
      departments: page.rows[1],
      users: page.rows[2],
      ...(kind === 'changes' ? { removed: { departments: page.rows[3], users: page.rows[4] } } : {}),
      nextPage: page.next === null ? null : `${id}.${page.next}`,
      ...(isLast ? { cursor } : {}),
      ...(isLast && kind === 'whole'
        ? {
            totals: {
              subcompanies: subcompanies.length,
              departments: departments.length,
              users: users.length,
            },
          }
        : {}),
    });
  }

  /** The same key with the same request gets the first answer again, and nothing happens twice. */
  function once(work: (input: { taskId: string; body: Record<string, unknown> }) => Answer) {
    return (request: Request, response: Response): void => {
      const key = request.get('idempotency-key');
      if (key === undefined) return refuse(response, 400, 'idempotency_key_missing');
      const digest = createHash('sha256').update(request.originalUrl).update(bodyOf(request)).digest('hex');
      const earlier = answered.get(key);
      if (earlier !== undefined && earlier.request !== digest) {
        return refuse(response, 409, 'idempotency_key_reused');
      }
      const answer =
        earlier?.answer ?? work({ taskId: String(request.params['taskId'] ?? ''), body: jsonOf(request) });
      answered.set(key, { request: digest, answer });
      response.status(answer.status);
      if (answer.body === undefined) response.end();
      else response.json(answer.body);
    };
  }
}

/** `act` says whether an item is news. */
function takeInto(list: unknown[], act: (item: unknown) => boolean = () => true) {
  return ({ body }: { body: Record<string, unknown> }): Answer => {
    const { items } = body;
    if (!Array.isArray(items))
      return { status: 400, body: { error: { code: 'items_missing', message: '' } } };
    list.push(...(items as unknown[]).filter(act));
    return { status: 204 };
  };
}

/** The rows from `start` on, counted through all the lists. */
function take(start: number, limit: number, lists: readonly unknown[][]) {
  let before = 0;
  const rows = lists.map((list) => {
    const from = Math.max(start - before, 0);
    const to = Math.max(start + limit - before, 0);
    before += list.length;
    return list.slice(from, to);
  });
  return { rows, next: start + limit < before ? start + limit : null };
}

function bodyOf(request: Request): Buffer {
  return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
}

function jsonOf(request: Request): Record<string, unknown> {
  const value: unknown = JSON.parse(bodyOf(request).toString('utf8'));
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function refuse(response: Response, status: number, code: string): void {
  response.status(status).json({ error: { code, message: code.replaceAll('_', ' ') } });
}
