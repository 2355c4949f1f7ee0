import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { secondsSince, toTenths, wholeNumber } from './measuring';
import { startProductProcess, type ProductProcess } from './product-process';
import { asNdjson, makeOa, type BenchOa } from './simulated-oa';

export interface DeparturesResult {
  readonly count: number;
  /** Workflows of members, by Temporal's own count. */
  readonly started: number;
  /** Between the first and the last of them. */
  readonly perSecond: number;
  readonly openWorkflows: number;
  /** Of one processor, by all processes of the product together, while everybody waits. */
  readonly idleCpuPercent: number;
  /** The same before anybody departed. */
  readonly idleCpuPercentBefore: number;
  /** The slower one of the two directions. */
  readonly settingsRedatedSeconds: number;
  /**
   * From the save of a longer wait until every row has its new date, and nothing is left to be done. The workflows are
   * not told: each looks at its row when it wakes for the old date, and sleeps on.
   */
  readonly redatedLaterSeconds: number;
  /**
   * From the save of a shorter wait until every row has its new date. Each deletion will happen at it: the workflows
   * are told with the next one to wake first, and all of them long before any of the new dates.
   */
  readonly redatedEarlierSeconds: number;
  /** From that save until every workflow was told of its earlier date and sleeps until then. */
  readonly workflowsToldSeconds: number;
  /** Processor time over all processes of the product, for each date that was made later. */
  readonly laterCpuMs: number;
  /** For each date that was made earlier. */
  readonly earlierCpuMs: number;
  /** From the start of the run that disables until all have a date and a workflow, and what they still own is read. */
  readonly departedSeconds: number;
  /** Of one member's workflow, after both. */
  readonly historyEvents: number;
  /** Of the worker's process, over its whole life. */
  readonly peakRssMb: number;
}

const corpid = 'wwbench0000000001';
const corpName = 'Bench';
const agentid = 1000002;
const secrets = { contacts: 'bench-contacts-secret', app: 'bench-app-secret' };
const days = { first: 30, later: 60, earlier: 10 };
const idleForMs = 15_000;
const giveUpAfterMs = 30 * 60_000;
/** Whether a workflow knows its date is asked of so many; each answer replays a history. */
const asked = 100;

const ofMembers = "WorkflowType = 'departure'";
const openOfMembers = `${ofMembers} AND ExecutionStatus = 'Running'`;
const openDesks = "WorkflowType = 'departureDesk' AND ExecutionStatus = 'Running'";

type Departure = { workflowId: string; deleteAt: string | null; noticeAt: string | null };

/** What many departures cost: to begin, to wait, and to get another date all at once. */
export async function benchDepartures(args: readonly string[]): Promise<DeparturesResult> {
  const { values } = parseArgs({
    args: [...args],
    options: { count: { type: 'string', default: '10000' }, json: { type: 'boolean', default: false } },
  });
  const product = await startProductProcess();
  const connection = await Connection.connect({ address: product.temporalAddress });
  try {
    return await measure(product, new Client({ connection }), wholeNumber(values.count));
  } finally {
    await connection.close();
    await product.stop();
  }
}

async function measure(product: ProductProcess, client: Client, count: number): Promise<DeparturesResult> {
  // One in ten stays.
  const size = { users: count + Math.ceil(count / 10), departments: Math.max(1, Math.ceil(count / 100)) };
  const oa = makeOa(corpName, size);
  await fillWecom(product, oa);
  const corp = await connectCorp(product);
  await feed(product, oa);
  await push(product, corp);
  const idleCpuPercentBefore = await idleCpu(product);

  await feed(product, {
    ...oa,
    users: oa.users.map((user, index) => (index < count ? { ...user, status: 'departed' } : user)),
  });
  const departedFrom = performance.now();
  await push(product, corp);
  await until(async () => (await dated(product, corp, days.first)) === count);
  await until(async () => (await countOf(client, ofMembers)) >= count);
  await untilTold(client);
  const departedSeconds = secondsSince(departedFrom);
  const started = await countOf(client, ofMembers);
  const perSecond = started / (await secondsOfStarting(client));

  const idleCpuPercent = await idleCpu(product);

  const later = await redate(product, client, { corp, count, afterDays: days.later });
  await assertTheyKnow(client, await sample(product, corp), 'in time');
  const earlier = await redate(product, client, { corp, count, afterDays: days.earlier });
  const some = await sample(product, corp);
  await assertTheyKnow(client, some, 'exactly');

  const { historyLength } = await client.workflow.getHandle(some[0]?.workflowId ?? '').describe();
  return {
    count,
    started,
    perSecond: toTenths(perSecond),
    openWorkflows: await countOf(client, openOfMembers),
    idleCpuPercent,
    idleCpuPercentBefore,
    settingsRedatedSeconds: toTenths(Math.max(later.doneSeconds, earlier.datedSeconds)),
    redatedLaterSeconds: toTenths(later.doneSeconds),
    redatedEarlierSeconds: toTenths(earlier.datedSeconds),
    workflowsToldSeconds: toTenths(earlier.doneSeconds),
    laterCpuMs: toTenths(later.cpuMsEach),
    earlierCpuMs: toTenths(earlier.cpuMsEach),
    departedSeconds: toTenths(departedSeconds),
    historyEvents: historyLength,
    peakRssMb: product.workerPeakRssMb(),
  };
}

type Redated = {
  readonly datedSeconds: number;
  /** Until no desk is left, and nobody has anything more to do. */
  readonly doneSeconds: number;
  readonly cpuMsEach: number;
};

async function redate(
  product: ProductProcess,
  client: Client,
  { corp, count, afterDays }: { readonly corp: string; readonly count: number; readonly afterDays: number },
): Promise<Redated> {
  const cpuBefore = product.cpuSeconds();
  const from = performance.now();
  await saveSettings(product, corp, afterDays);
  await until(async () => (await dated(product, corp, afterDays)) === count);
  const datedSeconds = secondsSince(from);
  await untilTold(client);
  const doneSeconds = secondsSince(from);
  const cpuMsEach = ((product.cpuSeconds() - cpuBefore) / count) * 1000;
  return { datedSeconds, doneSeconds, cpuMsEach };
}

/** WeCom as a push would have made it: what is measured begins with people who leave. */
async function fillWecom(product: ProductProcess, { departments, users }: BenchOa): Promise<void> {
  const numbers = new Map(departments.map(({ id }, index) => [id, index + 1]));
  await product.control('POST', '/corps', {
    corpid,
    name: corpName,
    contactsSecret: secrets.contacts,
    apps: [{ agentid, secret: secrets.app, name: corpName, visibleDepartments: [1] }],
    departments: departments.map(({ id, name, parentId }) => ({
      id: numbers.get(id),
      name,
      parentid: parentId === null ? 0 : numbers.get(parentId),
    })),
    users: users.map(({ loginId, name, mobile, position, departmentId }) => ({
      userid: loginId,
      name,
      mobile,
      position,
      department: [numbers.get(departmentId)],
    })),
  });
}

async function connectCorp(product: ProductProcess): Promise<string> {
  const { id } = await product.api<{ id: string }>('POST', '/corps', {
    name: corpName,
    corpId: corpid,
    apiBaseUrl: product.simulatorUrl,
    contactsSecret: secrets.contacts,
  });
  await product.api('POST', `/corps/${id}/apps`, { name: corpName, agentId: agentid, secret: secrets.app });
  await saveSettings(product, id, days.first);
  return id;
}

async function saveSettings(product: ProductProcess, corp: string, deleteAfterDays: number): Promise<void> {
  await product.api('PUT', `/corps/${corp}/directory/settings`, {
    access: 'read-write',
    master: 'oa',
    push: {
      userIdFrom: 'loginId',
      match: [{ oaField: 'loginId', wecomField: 'userid' }],
      departed: { action: 'disable', deleteAfterDays },
      // The limits are not what is measured.
      guard: {
        maxDecrease: null,
        maxDeletes: null,
        maxDeletePercent: null,
        maxDisables: null,
        maxDepartmentDeletes: null,
        maxBranchPercent: null,
        maxMoves: null,
        maxCleared: null,
      },
      approval: { required: 'never' },
    },
  });
}

async function feed(product: ProductProcess, oa: BenchOa): Promise<void> {
  await product.send('PUT', '/oa/directory', asNdjson(oa), 'application/x-ndjson');
}

async function push(product: ProductProcess, corp: string): Promise<void> {
  const { runId } = await product.api<{ runId: string }>('POST', `/corps/${corp}/directory/runs`, {
    direction: 'push',
    mode: 'apply',
  });
  await until(async () => {
    const run = await product.api<{ phase: string; finishedAt: string | null; progress: { failed: number } }>(
      'GET',
      `/runs/${runId}`,
    );
    if (run.finishedAt === null) return false;
    if (run.phase === 'done' && run.progress.failed === 0) return true;
    throw new Error(`The push ended as ${run.phase}, with ${run.progress.failed} failed changes`);
  });
}

/** How many wait for a date that was made with so many days. */
async function dated(product: ProductProcess, corp: string, afterDays: number): Promise<number> {
  const dayOf = (ahead: number): string =>
    new Date(Date.now() + ahead * 24 * 3_600_000).toISOString().slice(0, 10);
  // Some days about the day, whatever the time of day and the zone are.
  const query = `open=true&limit=1&from=${dayOf(afterDays - 3)}&to=${dayOf(afterDays + 3)}`;
  const page = await product.api<{ total: number }>('GET', `/corps/${corp}/departures?${query}`);
  return page.total;
}

/** Until no desk is left to tell anybody, and nothing is left to be done for whoever was told. */
async function untilTold(client: Client): Promise<void> {
  await until(async () => (await countOf(client, openDesks)) === 0 && (await backlogOf(client)) === 0);
}

async function backlogOf(client: Client): Promise<number> {
  const { namespace } = client.options;
  const backlogs = await Promise.all(
    // Workflow tasks and activity tasks.
    [1, 2].map(async (taskQueueType) => {
      const { stats } = await client.workflowService.describeTaskQueue({
        namespace,
        taskQueue: { name: 'wecom-bridge' },
        taskQueueType,
        reportStats: true,
      });
      return Number(stats?.approximateBacklogCount ?? 0);
    }),
  );
  return backlogs.reduce((sum, one) => sum + one, 0);
}

async function countOf(client: Client, query: string): Promise<number> {
  return (await client.workflow.count(query)).count;
}

async function secondsOfStarting(client: Client): Promise<number> {
  let first = Infinity;
  let last = -Infinity;
  for await (const { startTime } of client.workflow.list({ query: ofMembers, pageSize: 1_000 })) {
    first = Math.min(first, startTime.getTime());
    last = Math.max(last, startTime.getTime());
  }
  return Math.max(last - first, 1) / 1000;
}

/** From all over the list. */
async function sample(product: ProductProcess, corp: string): Promise<Departure[]> {
  const found: Departure[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const after: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page: { items: Departure[]; nextCursor: string | null } = await product.api(
      'GET',
      `/corps/${corp}/departures?open=true&limit=200${after}`,
    );
    found.push(...page.items);
    cursor = page.nextCursor;
  }
  const every = Math.max(1, Math.floor(found.length / asked));
  return found.filter((_, index) => index % every === 0);
}

/** `in time`: none sleeps beyond its dates. `exactly`: each goes by them, and all were told before the first of them. */
async function assertTheyKnow(
  client: Client,
  departures: readonly Departure[],
  how: 'in time' | 'exactly',
): Promise<void> {
  for (const { workflowId, deleteAt, noticeAt } of departures) {
    const view = await client.workflow
      .getHandle(workflowId)
      .query<{ deleteAt: string | null; noticeAt: string | null }>('departureView');
    const knows =
      how === 'exactly'
        ? view.deleteAt === deleteAt && Date.parse(noticeAt ?? '') > Date.now()
        : Date.parse(view.noticeAt ?? '') <= Date.parse(noticeAt ?? '');
    if (!knows)
      throw new Error(
        `${workflowId} goes by ${view.noticeAt} and ${view.deleteAt}, not ${noticeAt} and ${deleteAt}`,
      );
  }
}

async function idleCpu(product: ProductProcess): Promise<number> {
  // What the last request has left to do.
  await wait(5_000);
  const before = product.cpuSeconds();
  const from = performance.now();
  await wait(idleForMs);
  return toTenths(((product.cpuSeconds() - before) / secondsSince(from)) * 100);
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + giveUpAfterMs; Date.now() < deadline; await wait(250)) {
    if (await isSo()) return;
  }
  throw new Error(`It did not come to that within ${giveUpAfterMs} ms`);
}
