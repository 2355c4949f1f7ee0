import { setTimeout as wait } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { eventOf, tap, taskOf, type Load, type Offered } from './load';
import type { ChaosProduct } from './product';
import { corpid, groups, must, peopleOf, runToEnd, userId, type World } from './world';

/** What everything came to, read from each side by itself: WeCom, the phones, the bridge's tables, Temporal. */
export type FinalState = {
  /** What had not come to rest when it was no longer waited for. */
  readonly restless: readonly string[];
  readonly tappedAgain: number;
  readonly members: ReadonlyMap<string, WecomMember>;
  readonly departments: ReadonlyMap<string, string>;
  /** By event and member. */
  readonly phones: ReadonlyMap<string, Seen>;
  readonly calls: readonly CallRow[];
  readonly recipients: readonly RecipientRow[];
  readonly recalls: number;
  readonly todos: ReadonlyMap<string, TodoRow>;
  readonly callbacks: { readonly stored: number; readonly waiting: number; readonly failed: number };
  readonly runs: readonly RunRow[];
  readonly ledger: ReadonlyMap<string, string>;
  readonly bindings: ReadonlyMap<string, string>;
  readonly mirror: ReadonlyMap<string, string>;
  readonly departures: readonly DepartureRow[];
  readonly punches: ReadonlyMap<string, string>;
  readonly told: ReadonlyMap<string, number>;
  readonly nextPlan: Readonly<Record<string, number>>;
  readonly workflows: Workflows;
};

export type WecomMember = {
  readonly userid: string;
  readonly name: string;
  readonly mobile?: string;
  readonly position?: string;
  readonly department: readonly number[];
  readonly enable?: number;
  readonly status?: number;
};
export type Seen = { readonly visible: number; readonly recalled: number; readonly isChanged: boolean };
export type CallRow = {
  readonly event: string;
  readonly state: string;
  readonly recall: string | null;
  readonly card: string | null;
};
export type RecipientRow = { readonly event: string; readonly userid: string; readonly state: string };
export type TodoRow = {
  readonly state: string;
  readonly outcome: string | null;
  readonly by: string | null;
  readonly taps: number;
  readonly deciding: number;
};
export type RunRow = {
  readonly id: string;
  readonly direction: string;
  readonly mode: string;
  readonly phase: string;
  readonly trigger: string;
  readonly is_open: boolean;
};
export type DepartureRow = {
  readonly userid: string;
  readonly state: string;
  readonly postponed_days: number;
};
export type Workflows = {
  readonly open: ReadonlyMap<string, number>;
  readonly broken: readonly string[];
  readonly longHistories: readonly string[];
};

const restWithinMs = 6 * 60_000;
const tapAgainEveryMs = 15_000;
const lanes = 16;
const mostEventsOfAHistory = 2_000;

export async function readFinalState(product: ChaosProduct, world: World, load: Load): Promise<FinalState> {
  await untilReady(product);
  const tappedAgain = await untilDecided(product, load);
  await runToEnd(product, world.corp, { direction: 'pull', mode: 'apply' }, 'chaos-last-pull');
  const restless = await untilAtRest(product, world);
  const plan = await runToEnd(
    product,
    world.corp,
    { direction: 'push', mode: 'simulate' },
    'chaos-last-simulation',
  );
  const wecom = await must(
    product.control<{ users: WecomMember[]; departments: { id: number; name: string; parentid: number }[] }>(
      'GET',
      `/corps/${corpid}/state`,
    ),
  );
  const [callbacks] = await product.rows<{ stored: number; waiting: number; failed: number }>(
    `SELECT count(*)::int AS stored, count(*) FILTER (WHERE processed_at IS NULL)::int AS waiting,
            count(*) FILTER (WHERE outcome = 'failed')::int AS failed
       FROM callback_event WHERE app_id IS NULL`,
  );
  const [recalls] = await product.rows<{ recalls: number }>(
    'SELECT count(*)::int AS recalls FROM message_recall',
  );
  return {
    restless,
    tappedAgain,
    members: new Map(wecom.users.map((member) => [member.userid, member])),
    departments: new Map(
      wecom.departments.map(({ id, name, parentid }) => [String(id), `${parentid} ${name}`]),
    ),
    phones: await readPhones(product, world),
    calls: await product.rows<CallRow>(
      `SELECT push.event_id AS event, call.state, call.recall_state AS recall, call.card_state AS card
         FROM message_call AS call JOIN message_push AS push ON push.id = call.push_id`,
    ),
    recipients: await product.rows<RecipientRow>(
      `SELECT push.event_id AS event, recipient.user_id AS userid, recipient.state
         FROM message_recipient AS recipient JOIN message_push AS push ON push.id = recipient.push_id`,
    ),
    recalls: recalls?.recalls ?? 0,
    todos: await keyed<TodoRow & { task: string }>(
      product,
      'task',
      `SELECT task_id AS task, state, outcome, by,
              (SELECT count(*)::int FROM card_tap WHERE card_tap.task_id = todo.task_id) AS taps,
              (SELECT count(*)::int FROM card_tap WHERE card_tap.id = todo.tap_id) AS deciding
         FROM todo`,
    ),
    callbacks: callbacks ?? { stored: 0, waiting: 0, failed: 0 },
    runs: await product.rows<RunRow>(
      `SELECT id, direction, mode, phase, trigger, finished_at IS NULL AS is_open FROM run`,
    ),
    ledger: await pairs(
      product,
      `SELECT action || ' ' || coalesce(oa_user_id, user_id, department_id::text, oa_key, '') AS key, status AS value
         FROM push_change WHERE run_id = '${load.push.id}'`,
    ),
    bindings: await pairs(
      product,
      `SELECT binding.oa_user_id AS key, member.user_id AS value
         FROM binding JOIN mirror_member AS member ON member.id = binding.member_id`,
    ),
    mirror: await pairs(
      product,
      `SELECT user_id AS key, array_to_string(ARRAY(SELECT unnest(departments) ORDER BY 1), ',') AS value
         FROM mirror_member WHERE gone_at IS NULL`,
    ),
    departures: await product.rows<DepartureRow>(
      'SELECT user_id AS userid, state, postponed_days FROM departure',
    ),
    punches: await pairs(
      product,
      `SELECT person.user_id AS key, count(*) || ' ' || sum(record.digest) AS value
         FROM attendance_record AS record JOIN attendance_person AS person ON person.id = record.person_id
        WHERE record.superseded_at IS NULL GROUP BY 1`,
    ),
    told: new Map(
      (
        await product.rows<{ key: string; value: number }>(
          `SELECT oa_user_id AS key, count(*)::int AS value FROM oa_attendance WHERE state <> 'superseded' GROUP BY 1`,
        )
      ).map(({ key, value }) => [key, value]),
    ),
    nextPlan: plan.counts,
    workflows: await readWorkflows(product),
  };
}

async function untilReady(product: ChaosProduct): Promise<void> {
  const url = new URL('/readyz', product.process.apiUrl);
  for (const deadline = Date.now() + restWithinMs; ; await wait(500)) {
    try {
      if ((await fetch(url)).ok) return;
    } catch (error) {
      // Nobody listens yet.
      if (Date.now() > deadline) throw error;
    }
    if (Date.now() > deadline) throw new Error('The product did not become ready again');
  }
}

/** WeCom gives up a tap that nobody accepted; a person sees the buttons still, and taps once more. */
async function untilDecided(product: ChaosProduct, { events }: Load): Promise<number> {
  const todos = events.filter(({ isTodo }) => isTodo);
  let tappedAgain = 0;
  for (const deadline = Date.now() + restWithinMs; Date.now() < deadline; await wait(tapAgainEveryMs)) {
    const open = await undecided(product, todos);
    if (open.length === 0) return tappedAgain;
    // Those that are on their way get some time first.
    await wait(tapAgainEveryMs);
    for (const event of await undecided(product, open)) if (await tap(product, event)) tappedAgain += 1;
  }
  return tappedAgain;
}

async function undecided(product: ChaosProduct, todos: readonly Offered[]): Promise<Offered[]> {
  const decided = await product.rows<{ task_id: string }>(
    'SELECT task_id FROM todo WHERE outcome IS NOT NULL',
  );
  const tasks = new Set(decided.map(({ task_id }) => task_id));
  return todos.filter((event) => !tasks.has(taskOf(event)));
}

const unrest = {
  'pushes under way': `SELECT count(*)::int AS n FROM message_push
     WHERE state IN ('new', 'waiting', 'gathered', 'sending', 'recalling')`,
  'recipients under way': `SELECT count(*)::int AS n FROM message_recipient WHERE state IN ('queued', 'sending')`,
  'recalls under way': `SELECT count(*)::int AS n FROM message_recall WHERE finished_at IS NULL`,
  'taps under way': `SELECT count(*)::int AS n FROM card_tap WHERE ended_at IS NULL`,
  'outcomes to be shown': `SELECT count(*)::int AS n FROM todo WHERE is_to_be_shown`,
  'cards to be changed': `SELECT count(*)::int AS n FROM message_call AS call
     JOIN message_push AS push ON push.id = call.push_id JOIN oa_event AS event ON event.id = push.event_id
     JOIN todo ON todo.task_id = event.task_id WHERE todo.outcome IS NOT NULL AND call.card_state = 'outstanding'`,
  'callbacks waiting': `SELECT count(*)::int AS n FROM callback_event WHERE processed_at IS NULL`,
  'runs under way': `SELECT count(*)::int AS n FROM run WHERE finished_at IS NULL`,
  'changes under way': `SELECT count(*)::int AS n FROM push_change AS change JOIN run ON run.id = change.run_id
     WHERE run.mode = 'apply' AND change.status IN ('pending', 'applying')`,
  'departures under way': `SELECT count(*)::int AS n FROM departure
     WHERE state IN ('disabling', 'restoring') OR (hurried_by IS NOT NULL AND closed_at IS NULL)`,
} as const;

async function untilAtRest(product: ChaosProduct, { corp }: World): Promise<string[]> {
  let restless: string[] = [];
  for (const deadline = Date.now() + restWithinMs; Date.now() < deadline; await wait(2_000)) {
    restless = [];
    for (const [what, sql] of Object.entries(unrest)) {
      const [row] = await product.rows<{ n: number }>(sql);
      if (row !== undefined && row.n > 0) restless.push(`${what}: ${row.n}`);
    }
    const { delivery } = await must(
      product.ask<{ delivery: { punches: { pending: number } } }>('GET', `/corps/${corp}/attendance/summary`),
    );
    if (delivery.punches.pending > 0) restless.push(`punches to be told: ${delivery.punches.pending}`);
    if (restless.length === 0) return [];
  }
  return restless;
}

type InboxMessage = {
  readonly recalled: boolean;
  readonly body: object;
  readonly card?: object;
};

async function readPhones(product: ChaosProduct, { members }: World): Promise<Map<string, Seen>> {
  const phones = new Map<string, Seen>();
  const left = peopleOf(members, groups.audience);
  const lane = async (): Promise<void> => {
    for (let person = left.pop(); person !== undefined; person = left.pop()) {
      const inbox = await must(
        product.control<InboxMessage[]>('GET', `/corps/${corpid}/inbox/${userId(person)}`),
      );
      for (const message of inbox) {
        const event = eventOf(message);
        if (event === undefined) continue;
        const key = `${event} ${userId(person)}`;
        const before = phones.get(key) ?? { visible: 0, recalled: 0, isChanged: false };
        phones.set(key, {
          visible: before.visible + (message.recalled ? 0 : 1),
          recalled: before.recalled + (message.recalled ? 1 : 0),
          isChanged:
            message.card !== undefined && JSON.stringify(message.card) !== JSON.stringify(message.body),
        });
      }
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return phones;
}

async function readWorkflows({ process }: ChaosProduct): Promise<Workflows> {
  const connection = await Connection.connect({ address: process.temporalAddress });
  try {
    const { workflow } = new Client({ connection });
    const open = new Map<string, number>();
    for await (const { type } of workflow.list({ query: "ExecutionStatus = 'Running'", pageSize: 1_000 })) {
      open.set(type, (open.get(type) ?? 0) + 1);
    }
    const broken: string[] = [];
    const query = "ExecutionStatus IN ('Failed', 'TimedOut', 'Terminated')";
    for await (const { workflowId, status } of workflow.list({ query })) {
      broken.push(`${workflowId} ${status.name}`);
    }
    const longHistories: string[] = [];
    for await (const { workflowId, historyLength } of workflow.list({
      query: "ExecutionStatus != 'Running'",
      pageSize: 1_000,
    })) {
      if (historyLength > mostEventsOfAHistory) longHistories.push(`${workflowId} ${historyLength}`);
    }
    return { open, broken, longHistories };
  } finally {
    await connection.close();
  }
}

async function pairs(product: ChaosProduct, sql: string): Promise<Map<string, string>> {
  const rows = await product.rows<{ key: string; value: string }>(sql);
  return new Map(rows.map(({ key, value }) => [key, value]));
}

async function keyed<T extends object>(
  product: ChaosProduct,
  name: keyof T,
  sql: string,
): Promise<Map<string, T>> {
  return new Map((await product.rows<T>(sql)).map((row) => [String(row[name]), row]));
}
