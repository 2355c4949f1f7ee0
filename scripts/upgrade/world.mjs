// What an outsider may do with the product, whatever its version: HTTP to its API and its simulator, a look at Temporal.
import { createRequire } from 'node:module';
import { setTimeout as wait } from 'node:timers/promises';
import { inRoot } from '../lib/paths.mjs';

const require = createRequire(import.meta.url);
const { Client, Connection } = /** @type {typeof import('@temporalio/client')} */ (
  require(inRoot('node_modules', '@temporalio', 'client'))
);

const giveUpAfterMs = 120_000;

/** @typedef {Awaited<ReturnType<typeof createWorld>>} World */
/** @typedef {import('./strands.mjs').Finding} Finding */

/** @param {import('./installation.mjs').Installation} installed */
export async function createWorld(installed) {
  const { apiUrl, token } = installed;
  const asAdmin = { authorization: `Bearer ${token}`, 'accept-language': 'en' };
  /** @type {Set<string>} */
  const paths = new Set(Object.keys((await request('GET', `${apiUrl}/openapi.json`)).paths));
  const startedAt = new Date().toISOString();

  /** @template T @param {(client: import('@temporalio/client').Client) => Promise<T>} work */
  const withTemporal = async (work) => {
    const connection = await Connection.connect({ address: installed.endpoints().temporalAddress });
    try {
      return await work(new Client({ connection }));
    } finally {
      await connection.close();
    }
  };

  const world = {
    installed,
    startedAt,
    withTemporal,
    /** What the strands leave for each other and for their own second half. @type {Record<string, any>} */
    known: {},

    /** @param {string} path as in the API's description of the version that runs first */
    offers: (path) => [path, `/api/v1${path}`].some((one) => paths.has(one)),

    /** @param {string} method @param {string} path @param {unknown} [body] @returns {Promise<any>} */
    api: (method, path, body) => request(method, `${apiUrl}${path}`, body, asAdmin),

    /** @param {string} method @param {string} path @param {unknown} [body] @returns {Promise<any>} */
    simulator: (method, path, body) =>
      request(method, `${installed.endpoints().simulatorUrl}/_sim${path}`, body),

    /**
     * @param {string} corp @param {string[]} phases
     * @param {{ direction?: string, runId?: string }} [which] a new run, unless one is named
     */
    async run(corp, phases, { direction = 'push', runId } = {}) {
      const id =
        runId ??
        (await world.api('POST', `/corps/${corp}/directory/runs`, { direction, mode: 'apply' })).runId;
      return until(`the ${direction} is ${phases.join(' or ')}`, async () => {
        const run = await world.api('GET', `/runs/${id}`);
        if (phases.includes(run.phase)) return run;
        if (run.finishedAt !== null)
          throw new Ended(`${direction} ${run.phase}: ${JSON.stringify(run.error)}`);
        return undefined;
      });
    },

    /** By type. @returns {Promise<Record<string, number>>} */
    openWorkflows: () =>
      withTemporal(async (client) => {
        /** @type {Record<string, number>} */
        const open = {};
        for await (const { type } of client.workflow.list({ query: "ExecutionStatus = 'Running'" }))
          open[type] = (open[type] ?? 0) + 1;
        return open;
      }),

    /** No task of a workflow may have failed: a history that today's code does not understand shows as such. */
    workflowsThatStumbled: () =>
      withTemporal(async (client) => {
        /** @type {Finding[]} */
        const stumbled = [];
        let looked = 0;
        for await (const { workflowId, runId, type } of client.workflow.list()) {
          if (type.startsWith('temporal-sys')) continue;
          looked += 1;
          const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
          const failed = events?.find(({ workflowTaskFailedEventAttributes: failure }) => failure != null);
          const message = failed?.workflowTaskFailedEventAttributes?.failure?.message;
          if (failed !== undefined)
            stumbled.push({
              of: type,
              what: `${workflowId} is understood`,
              holds: false,
              seen: message ?? '',
            });
        }
        if (stumbled.length > 0) return stumbled;
        return [{ of: 'workflows', what: `all ${looked} are understood`, holds: looked > 0 }];
      }),
  };
  return world;
}

/** It will not come to that any more. */
class Ended extends Error {}

/**
 * @template T
 * @param {string} what @param {() => Promise<T | undefined>} look
 * @returns {Promise<T>}
 */
export async function until(what, look) {
  let last;
  for (const deadline = Date.now() + giveUpAfterMs; Date.now() < deadline; await wait(250)) {
    try {
      const found = await look();
      if (found !== undefined) return found;
    } catch (error) {
      if (error instanceof Ended) throw error;
      last = error;
    }
  }
  throw new Error(`${what}: not within ${giveUpAfterMs / 1000} s`, { cause: last });
}

/**
 * @param {string} method @param {string} url @param {unknown} [body] @param {Record<string, string>} [headers]
 * @returns {Promise<any>}
 */
async function request(method, url, body, headers = {}) {
  const answer = await fetch(url, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok)
    throw new Error(`${method} ${new URL(url).pathname}: ${answer.status} ${text.slice(0, 1_000)}`);
  return text === '' ? undefined : JSON.parse(text);
}
