import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { patienceMs } from '../support/patience';
import type { Product, ProductOptions } from '../support/product';
import { startProduct } from '../support/product';

export type Answer = {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // Tests look into answers of every shape; the expectations are the check.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
};

export type Call = {
  readonly method?: string;
  readonly body?: unknown;
  /** Sent as it is, broken JSON included. */
  readonly raw?: string;
  readonly token?: string | null;
  readonly lang?: 'zh-CN' | 'en';
  readonly headers?: Readonly<Record<string, string>>;
};

export type RunCounts = Readonly<Record<string, number>>;

export type Run = {
  readonly id: string;
  readonly phase: string;
  readonly counts: RunCounts;
  readonly apiCalls: Readonly<Record<string, number>>;
  readonly completeness: {
    readonly complete: boolean;
    readonly departments: { readonly expected: number; readonly read: number };
    readonly members: { readonly expected: number; readonly read: number };
    readonly details: { readonly expected: number; readonly read: number };
    readonly reasons: readonly { readonly code: string; readonly message: string }[];
  } | null;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly temporalUrl: string | null;
  readonly error: { readonly code: string; readonly message: string; readonly advice?: string } | null;
};

/** A corp as its administrator in WeCom made it. */
export type SimulatedCorp = {
  readonly corpId: string;
  readonly name: string;
  readonly contactsSecret: string;
  readonly agentId: number;
  readonly appSecret: string;
};

export type SimulatedDepartment = { readonly id: number; readonly name: string; readonly parentid: number };
export type SimulatedMember = {
  readonly userid: string;
  readonly name: string;
  readonly department: readonly number[];
  readonly position?: string;
  readonly mobile?: string;
  readonly email?: string;
};

export type CorpBody = {
  readonly generate?: { readonly members: number; readonly departments: number };
  readonly departments?: readonly SimulatedDepartment[];
  readonly users?: readonly SimulatedMember[];
  readonly rights?: 'today' | 'legacy';
  readonly visibleDepartments?: readonly number[];
};

const endedPhases = ['done', 'failed', 'rejected', 'cancelled', 'expired'];

/** The product and everything an outsider may do with it: HTTP, nothing else. */
export class Outsider {
  /** Everything the API said, to be searched for what it must never say. */
  readonly answers: string[] = [];
  readonly corps: SimulatedCorp[] = [];

  private constructor(public product: Product) {}

  static async start(options: ProductOptions = {}): Promise<Outsider> {
    return new Outsider(await startProduct(options));
  }

  async call(path: string, call: Call = {}): Promise<Answer> {
    return this.send(`${this.product.apiUrl}${path}`, call);
  }

  /** A path outside the API's base. */
  async fetch(path: string, call: Call = {}): Promise<Answer> {
    return this.send(`${this.product.url}${path}`, call);
  }

  private async send(url: string, call: Call): Promise<Answer> {
    const body = call.raw ?? (call.body === undefined ? undefined : JSON.stringify(call.body));
    const token = call.token === undefined ? this.product.adminToken : call.token;
    const response = await fetch(url, {
      method: call.method ?? (body === undefined ? 'GET' : 'POST'),
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        'accept-language': call.lang ?? 'en',
        ...call.headers,
      },
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    this.answers.push(`${JSON.stringify([...response.headers])}\n${text}`);
    const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false;
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson ? JSON.parse(text) : undefined,
    };
  }

  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  async simulator(path: string, body?: unknown, method?: string): Promise<any> {
    const response = await fetch(`${this.product.simulatorUrl}/_sim${path}`, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  /** A call as WeCom's own SDKs make it. */
  async wecom(
    path: string,
    query: Readonly<Record<string, string>>,
  ): Promise<Readonly<Record<string, unknown>>> {
    const url = `${this.product.simulatorUrl}/cgi-bin/${path}?${new URLSearchParams(query).toString()}`;
    return (await (await fetch(url)).json()) as Readonly<Record<string, unknown>>;
  }

  /** What an administrator does in WeCom's own console. */
  async byHand(corp: SimulatedCorp, path: string, body: unknown): Promise<void> {
    const answer = await this.simulator(`/corps/${corp.corpId}/by-hand`, { path, body });
    if (answer.errcode !== 0) throw new Error(`${path}: ${answer.errcode} ${answer.errmsg}`);
  }

  /** Posting a corp again with the same corpId starts it afresh, with the same secrets. */
  async postCorp(body: CorpBody, corp: SimulatedCorp = this.newCorp()): Promise<SimulatedCorp> {
    const { visibleDepartments = [1], ...directory } = body;
    await this.simulator('/corps', {
      corpid: corp.corpId,
      name: corp.name,
      contactsSecret: corp.contactsSecret,
      apps: [{ agentid: corp.agentId, secret: corp.appSecret, name: 'Directory', visibleDepartments }],
      ...directory,
    });
    return corp;
  }

  private newCorp(): SimulatedCorp {
    const number = this.corps.length + 1;
    const corp = {
      corpId: `wwaccept${number}${randomBytes(4).toString('hex')}`,
      name: 'Acceptance Works',
      contactsSecret: `contacts-${randomBytes(16).toString('hex')}`,
      agentId: 1000002,
      appSecret: `app-${randomBytes(16).toString('hex')}`,
    };
    this.corps.push(corp);
    return corp;
  }

  /** Connects the corp and its app, and gives the bridge's id of the corp. */
  async connect(
    corp: SimulatedCorp,
    { app = true, contacts = true }: { readonly app?: boolean; readonly contacts?: boolean } = {},
  ): Promise<string> {
    const answer = await this.call('/corps', {
      body: {
        name: corp.name,
        corpId: corp.corpId,
        apiBaseUrl: this.product.simulatorUrl,
        ...(contacts ? { contactsSecret: corp.contactsSecret } : {}),
      },
    });
    if (answer.status !== 201) throw new Error(`POST /corps: ${answer.status} ${answer.text}`);
    if (app) {
      const added = await this.call(`/corps/${answer.body.id}/apps`, {
        body: { name: 'Directory', agentId: corp.agentId, secret: corp.appSecret },
      });
      if (added.status !== 201) throw new Error(`POST apps: ${added.status} ${added.text}`);
    }
    return String(answer.body.id);
  }

  startPull(corpId: string, mode: 'simulate' | 'apply' = 'apply', call: Call = {}): Promise<Answer> {
    return this.call(`/corps/${corpId}/directory/runs`, { body: { direction: 'pull', mode }, ...call });
  }

  async pull(corpId: string, mode: 'simulate' | 'apply' = 'apply'): Promise<Run> {
    const started = await this.startPull(corpId, mode);
    if (started.status !== 202) throw new Error(`start: ${started.status} ${started.text}`);
    return this.untilEnded(String(started.body.runId));
  }

  async run(runId: string): Promise<Run> {
    const answer = await this.call(`/runs/${runId}`);
    if (answer.status !== 200) throw new Error(`GET run: ${answer.status} ${answer.text}`);
    return answer.body as Run;
  }

  /** The end of a run; parts of the product may be down meanwhile. */
  async untilEnded(runId: string, withinMs = patienceMs): Promise<Run> {
    let last: unknown;
    for (const deadline = Date.now() + withinMs; Date.now() < deadline; await wait(200)) {
      try {
        const run = await this.run(runId);
        if (run.finishedAt !== null && endedPhases.includes(run.phase)) return run;
        last = run;
      } catch (error) {
        last = error;
      }
    }
    throw new Error(
      `run ${runId} did not end: ${last instanceof Error ? last.message : JSON.stringify(last)}`,
    );
  }

  /** Everything the API tells of a corp's mirror, without what differs from one reading to the next. */
  async mirror(corpId: string): Promise<Mirror> {
    const departments = (await this.call(`/corps/${corpId}/departments`)).body;
    const members = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const query = new URLSearchParams({ limit: '200', ...(cursor === '' ? {} : { cursor }) });
      const page: Answer = await this.call(`/corps/${corpId}/members?${query.toString()}`);
      if (page.status !== 200) throw new Error(`members: ${page.status} ${page.text}`);
      members.push(...page.body.items);
      cursor = page.body.nextCursor;
    }
    return { departments: departments.items, members: members.map(withoutTimes) };
  }
}

export type MirrorMember = {
  readonly userId: string;
  readonly name: string | null;
  readonly departments: readonly { readonly departmentId: number; readonly name: string | null }[];
  readonly position: string | null;
  readonly mobile: string | null;
  readonly status: string;
  readonly goneAt: string | null;
};
export type Mirror = {
  readonly departments: readonly {
    readonly departmentId: number;
    readonly parentId: number;
    readonly name: string | null;
    readonly members: number;
    readonly goneAt: string | null;
  }[];
  readonly members: readonly MirrorMember[];
};

function withoutTimes(member: MirrorMember & Readonly<Record<string, unknown>>): MirrorMember {
  const {
    memberId: _id,
    firstSeenAt: _first,
    lastSeenAt: _last,
    detailsSeenAt: _details,
    ...lasting
  } = member;
  return lasting;
}

export async function until<T>(
  what: string,
  look: () => Promise<T | undefined | false>,
  withinMs = patienceMs,
): Promise<T> {
  let last: unknown;
  for (const deadline = Date.now() + withinMs; Date.now() < deadline; await wait(100)) {
    try {
      const found = await look();
      if (found !== undefined && found !== false) return found;
    } catch (error) {
      last = error;
    }
  }
  throw new Error(`${what}: not within ${withinMs} ms${last instanceof Error ? `, ${last.message}` : ''}`);
}
