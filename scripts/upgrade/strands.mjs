// What is begun under the earlier version and looked at under today's, each as far as the earlier version had it.
import { organisation, peopleOf } from './organisation.mjs';
import { until } from './world.mjs';

/** @typedef {import('./world.mjs').World} World */
/** @typedef {{ of: string, what: string, holds: boolean, seen?: string }} Finding */
/** @typedef {Omit<Finding, 'of'>} Check */

/**
 * @typedef Strand
 * @property {string} name
 * @property {string[]} needs paths of the API without which the earlier version did not have it
 * @property {(world: World) => Promise<void>} begin
 * @property {(world: World) => Promise<Check[]>} check
 */

const approving = '/runs/{runId}/approve';
const departing = '/corps/{corpId}/departures';
const pushed = ['/oa/directory', approving];

/** @type {readonly Strand[]} */
export const strands = [
  {
    name: 'corps, members and secrets',
    needs: ['/corps/{corpId}/directory/runs'],
    async begin(world) {
      for (const key of ['a', 'b', 'c']) await connect(world, key);
      for (const key of ['a', 'b']) await world.run(world.known[key].id, ['done'], { direction: 'pull' });
      world.known.members = await members(world, world.known.a.id);
      world.known.token = (await world.api('POST', '/tokens', { name: 'reader', scopes: ['read'] })).token;
    },
    async check(world) {
      await world.simulator('POST', '/settings', { latencyMs: 0 });
      const { id } = world.known.a;
      const { checks } = await world.api('POST', `/corps/${id}/check`);
      const withToken = await fetch(`${world.installed.apiUrl}/corps`, {
        headers: { authorization: `Bearer ${world.known.token}` },
      });
      return [
        same('the members are the same', await members(world, id), world.known.members),
        same('secrets are still understood', failedOf(checks), []),
        same('a token of then is good now', withToken.status, 200),
        {
          what: 'the audit log goes back to then',
          holds: (await world.api('GET', '/audit?limit=200')).items.some(
            (/** @type {{ at: string }} */ { at }) => at < world.known.killedAt,
          ),
        },
      ];
    },
  },
  {
    name: 'departures that wait',
    needs: [...pushed, departing],
    async begin(world) {
      const { a } = world.known;
      await feed(world, {});
      await world.api('PUT', `/corps/${a.id}/directory/settings`, settings('a', 'never'));
      await world.run(a.id, ['done']);
      await feed(world, { departed: ['a14', 'a15', 'a16'] });
      await world.run(a.id, ['done']);
      world.known.departures = await until('three departures wait', async () => {
        const found = await departures(world);
        const isWaiting =
          found.length === 3 &&
          found.every(({ state, deleteAt }) => state === 'waiting' && deleteAt !== null);
        return isWaiting && (await world.openWorkflows())['departure'] === 3 ? found : undefined;
      });
    },
    async check(world) {
      const { a } = world.known;
      const before = world.known.departures;
      const after = await departures(world);
      const path = `/corps/${a.id}/departures`;
      await world.api('POST', `${path}/a14/postpone`, { days: 7 });
      const postponed = (await departures(world)).find(({ userId }) => userId === 'a14');
      return [
        same('they wait for the same dates', after, before),
        {
          what: 'a date can be postponed',
          holds: (postponed?.deleteAt ?? '') > dateOf(before, 'a14'),
          seen: postponed?.deleteAt,
        },
      ];
    },
  },
  {
    name: 'a push that WeCom has stopped',
    needs: pushed,
    async begin(world) {
      const { b } = world.known;
      await feed(world, {});
      await world.api('PUT', `/corps/${b.id}/directory/settings`, settings('b', 'never'));
      await world.run(b.id, ['done']);
      await feed(world, { promoted: peopleOf('b') });
      await world.simulator('POST', '/faults', [{ path: 'user/update', errcode: 60020, rate: 1 }]);
      world.known.stopped = (await world.run(b.id, ['paused'])).id;
    },
    async check(world) {
      const runId = world.known.stopped;
      const before = await world.api('GET', `/runs/${runId}`);
      await world.simulator('DELETE', '/faults');
      await world.api('POST', `/runs/${runId}/resume`);
      const { counts, progress } = await world.run(world.known.b.id, ['done'], { runId });
      return [
        same('it is paused', before.phase, 'paused'),
        same('everybody is changed, nobody failed', [counts.updateUser, progress.failed], [12, 0]),
        same('WeCom has it', (await inWecom(world, 'b', 'b12'))?.position, 'Manager'),
      ];
    },
  },
  {
    name: 'a push that waits for its approval',
    needs: pushed,
    async begin(world) {
      const { a } = world.known;
      await world.api('PUT', `/corps/${a.id}/directory/settings`, settings('a', 'always'));
      await feed(world, {
        promoted: ['a1', 'a2', 'a3'],
        hired: ['a17', 'a18'],
      });
      const run = await world.run(a.id, ['awaiting-approval']);
      world.known.waiting = { id: run.id, planHash: run.planHash, changes: await changes(world, run.id) };
    },
    async check(world) {
      const { id, planHash, changes: planned } = world.known.waiting;
      const before = await world.api('GET', `/runs/${id}`);
      const listed = await changes(world, id);
      await world.api('POST', `/runs/${id}/approve`, { planHash });
      const { progress } = await world.run(world.known.a.id, ['done'], { runId: id });
      const ledger = await changes(world, id);
      return [
        same('its plan is the one of then', [before.phase, before.planHash], ['awaiting-approval', planHash]),
        same('its changes are those of then', listed, planned),
        same('nothing failed', progress.failed, 0),
        same(
          'the ledger holds each change as done',
          ledger.map(({ status }) => status),
          planned.map(() => 'done'),
        ),
        same('WeCom has who was hired', (await inWecom(world, 'a', 'a18'))?.name, 'Person a18'),
      ];
    },
  },
  {
    name: 'messages and cards',
    needs: ['/oa/events', '/message-rules'],
    async begin(world) {
      const { a } = world.known;
      for (const [source, type] of [
        ['news', 'text'],
        ['todo', 'template_card'],
      ]) {
        const targets = [{ corpId: a.id, appId: a.appId, type }];
        await world.api('POST', '/message-rules', { name: source, source, targets });
      }
      const event = { type: 'created', url: 'https://oa.example.com/', recipients: ['oa-a1', 'oa-a2'] };
      await world.api('POST', '/oa/events', { ...event, eventId: 'news-1', module: 'news', title: 'News' });
      const todo = {
        taskId: 'task-1',
        kind: 'pending',
        showActions: true,
        actions: [
          { key: 'approve', text: 'Approve' },
          { key: 'reject', text: 'Reject' },
        ],
      };
      await world.api('POST', '/oa/events', {
        ...event,
        eventId: 'todo-1',
        module: 'todo',
        title: 'Leave',
        todo,
      });
      for (const eventId of ['news-1', 'todo-1']) await eventIs(world, eventId, ['sent']);
    },
    async check(world) {
      const { corpid } = world.known.a;
      const card = (await world.simulator('GET', `/corps/${corpid}/inbox/a1`)).find(
        (/** @type {{ msgtype: string }} */ { msgtype }) => msgtype === 'template_card',
      );
      await world.simulator('POST', `/corps/${corpid}/messages/${card.msgid}/click`, {
        userid: 'a1',
        key: 'approve',
      });
      const { outcome, by } = await until('the task is decided', async () => {
        const task = await world.api('GET', '/oa/todos/task-1');
        return task.outcome === null ? undefined : task;
      });
      await world.api('POST', '/oa/events/news-1/recall');
      await eventIs(world, 'news-1', ['recalled']);
      const seen = (await world.simulator('GET', `/corps/${corpid}/inbox/a2`)).filter(
        (/** @type {{ recalled: boolean }} */ { recalled }) => recalled,
      );
      return [
        same('a card of then is decided by a tap', [outcome, by], ['approve', 'oa-a1']),
        same('a message of then is taken back', seen.length, 1),
      ];
    },
  },
  {
    name: 'attendance',
    needs: ['/corps/{corpId}/attendance/runs'],
    async begin(world) {
      const { a } = world.known;
      const timezone = 'Asia/Shanghai';
      const today = Date.parse(new Date().toLocaleDateString('sv-SE', { timeZone: timezone }));
      const day = (/** @type {number} */ ago) =>
        new Date(today - ago * 86_400_000).toISOString().slice(0, 10);
      // Of some who are there before and after: whoever is hired meanwhile has punches of their own.
      const range = { from: day(3), to: day(1), userIds: peopleOf('a').slice(0, 5) };
      await world.simulator('POST', `/corps/${a.corpid}/checkins/generate`, {
        from: range.from,
        days: 3,
        perDay: 2,
        timezone,
      });
      await world.api('PUT', `/corps/${a.id}/attendance/settings`, { appId: a.appId, timezone });
      await world.api('POST', `/corps/${a.id}/attendance/rules`, {
        name: 'nightly',
        schedule: { cron: '0 2 * * *', timezone },
      });
      world.known.attendance = { range, counts: (await readAttendance(world, range)).attendance.counts };
    },
    async check(world) {
      const { range, counts } = world.known.attendance;
      const again = (await readAttendance(world, range)).attendance.counts;
      const rules = await world.api('GET', `/corps/${world.known.a.id}/attendance/rules`);
      return [
        same('read again, all is as it was', [again.new, again.changed, again.superseded], [0, 0, 0]),
        { what: 'there was something to read', holds: counts.new > 0, seen: String(counts.new) },
        same('the rule is still there', rules.items.length, 1),
      ];
    },
  },
  {
    name: 'a pull in the middle of its reading',
    needs: ['/corps/{corpId}/directory/runs'],
    async begin(world) {
      const { c } = world.known;
      // Slower than whatever else the earlier version does before it is killed.
      await world.simulator('POST', '/settings', { latencyMs: 20_000 });
      const body = { direction: 'pull', mode: 'apply' };
      world.known.pull = (await world.api('POST', `/corps/${c.id}/directory/runs`, body)).runId;
      await until('it reads', async () => {
        const calls = await world.withTemporal(async (client) => {
          const { pendingActivities } = (await client.workflow.getHandle(`directory-pull:${c.id}`).describe())
            .raw;
          return pendingActivities?.length ?? 0;
        });
        return calls > 0 ? true : undefined;
      });
      world.known.killedAt = new Date().toISOString();
    },
    async check(world) {
      const { c, pull: runId } = world.known;
      const run = await world.run(c.id, ['done'], { direction: 'pull', runId });
      return [
        same('it has read everybody', [run.completeness.complete, run.completeness.members.read], [true, 12]),
        same('and they stand there', (await members(world, c.id)).length, 12),
      ];
    },
  },
  {
    name: 'somebody who is given their place back',
    needs: [...pushed, departing],
    begin: async () => undefined,
    async check(world) {
      const { a } = world.known;
      await world.api('PUT', `/corps/${a.id}/directory/settings`, settings('a', 'never'));
      await world.api('POST', `/corps/${a.id}/departures/a15/restore`);
      await until('a15 is restored', async () =>
        (await departures(world)).find(({ userId, state }) => userId === 'a15' && state === 'restored'),
      );
      return [same('WeCom has them again', (await inWecom(world, 'a', 'a15'))?.enable, 1)];
    },
  },
  {
    name: 'what comes next',
    needs: pushed,
    begin: async () => undefined,
    async check(world) {
      const { a } = world.known;
      await world.api('PUT', `/corps/${a.id}/directory/settings`, settings('a', 'never'));
      const run = await world.run(a.id, ['done']);
      const { createUser = 0, updateUser = 0, disableUser = 0, deleteUser = 0 } = run.counts;
      return [
        same('another push finds little to do', [createUser, updateUser, deleteUser], [0, 0, 0]),
        // Whoever was given their place back by a person is departed in the OA still.
        { what: 'and disables nobody new', holds: disableUser <= 1, seen: String(disableUser) },
      ];
    },
  },
];

/** @param {World} world @param {string} key of the corp */
async function connect(world, key) {
  const corpid = `wwupgrade00000000${key}`;
  const { wecom } = organisation(key);
  const contactsSecret = `contacts-secret-of-${key}`;
  const secret = `app-secret-of-${key}`;
  const agentid = 1000002;
  await world.simulator('POST', '/corps', {
    corpid,
    name: wecom.name,
    contactsSecret,
    apps: [
      {
        agentid,
        secret,
        name: 'OA',
        visibleDepartments: [1],
        ...(world.offers('/corps/{corpId}/attendance/runs') ? { permissions: ['checkin'] } : {}),
      },
    ],
    departments: wecom.departments,
    users: wecom.users,
  });
  const apiBaseUrl = world.installed.endpoints().simulatorUrl;
  const { id } = await world.api('POST', '/corps', {
    name: wecom.name,
    corpId: corpid,
    apiBaseUrl,
    contactsSecret,
  });
  const callback = {
    token: 'upgradeCallbackToken',
    encodingAesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C',
  };
  const withCallback = key === 'a' && world.offers('/oa/events');
  const app = await world.api('POST', `/corps/${id}/apps`, {
    name: 'OA',
    agentId: agentid,
    secret,
    ...(withCallback ? { callback } : {}),
  });
  if (withCallback) {
    const target = { agentid, url: app.callbackUrl, ...callback };
    // WeCom gives an address a second to answer, which a process that has just begun may need for itself.
    await until('the callback is accepted', async () => {
      const { errcode, errmsg } = await world.simulator('PUT', `/corps/${corpid}/callbacks`, target);
      if (errcode === 0) return true;
      throw new Error(errmsg);
    });
  }
  world.known[key] = { id, corpid, appId: app.id };
}

/** Of a corp that is about the people of one department. @param {string} key @param {'never' | 'always'} required */
function settings(key, required) {
  return {
    access: 'read-write',
    push: {
      userIdFrom: 'loginId',
      match: [{ oaField: 'loginId', wecomField: 'userid' }],
      departed: { action: 'disable', deleteAfterDays: 30 },
      scope: { departments: [key] },
      approval: { required },
      // What the limits do is not what is looked at.
      guard: {
        maxDecrease: null,
        maxDeletes: null,
        maxDeletePercent: null,
        maxDisables: null,
        maxDepartmentDeletes: null,
        maxBranchPercent: null,
      },
    },
  };
}

/**
 * The whole organisation of the OA, with what has happened in it so far and what happens now.
 * @param {World} world @param {import('./organisation.mjs').Differences} news
 */
async function feed(world, news) {
  const { departed = [], promoted = [], hired = [] } = world.known.happened ?? {};
  world.known.happened = {
    departed: [...departed, ...(news.departed ?? [])],
    promoted: [...promoted, ...(news.promoted ?? [])],
    hired: [...hired, ...(news.hired ?? [])],
  };
  await world.api('PUT', '/oa/directory', organisation('a', world.known.happened).oa);
}

/** @param {World} world @param {string} corp */
async function members(world, corp) {
  const { items } = await world.api('GET', `/corps/${corp}/members?limit=200`);
  return items
    .map((/** @type {{ userId: string, name: string }} */ { userId, name }) => `${userId} ${name}`)
    .sort();
}

/** @param {World} world @returns {Promise<{ userId: string, state: string, deleteAt: string | null }[]>} */
async function departures(world) {
  const { items } = await world.api('GET', `/corps/${world.known.a.id}/departures?limit=50`);
  return items
    .map(
      (/** @type {{ userId: string, state: string, deleteAt: string }} */ { userId, state, deleteAt }) => ({
        userId,
        state,
        deleteAt,
      }),
    )
    .sort((/** @type {{ userId: string }} */ one, /** @type {{ userId: string }} */ other) =>
      one.userId < other.userId ? -1 : 1,
    );
}

/** @param {{ userId: string, deleteAt: string | null }[]} found @param {string} userId */
const dateOf = (found, userId) => found.find((one) => one.userId === userId)?.deleteAt ?? '';

/** @param {World} world @param {string} runId @returns {Promise<{ id: string, action: string, status: string }[]>} */
async function changes(world, runId) {
  const { items } = await world.api('GET', `/runs/${runId}/changes?limit=200`);
  return items
    .filter((/** @type {{ action: string }} */ { action }) => !action.startsWith('unchanged'))
    .map((/** @type {{ id: string, action: string, status: string }} */ { id, action, status }) => ({
      id,
      action,
      status,
    }));
}

/** @param {World} world @param {string} key @param {string} userid @returns {Promise<Record<string, unknown> | undefined>} */
async function inWecom(world, key, userid) {
  const { users } = await world.simulator('GET', `/corps/${world.known[key].corpid}/state`);
  return users.find((/** @type {{ userid: string }} */ user) => user.userid === userid);
}

/** @param {World} world @param {string} eventId @param {string[]} states */
async function eventIs(world, eventId, states) {
  await until(`${eventId} is ${states.join(' or ')}`, async () => {
    const { state } = await world.api('GET', `/oa/events/${eventId}`);
    return states.includes(state) ? true : undefined;
  });
}

/** @param {World} world @param {{ from: string, to: string, userIds: string[] }} range */
async function readAttendance(world, range) {
  const { a } = world.known;
  const { runId } = await world.api('POST', `/corps/${a.id}/attendance/runs`, range);
  return world.run(a.id, ['done'], { direction: 'attendance', runId });
}

/** @param {{ name: string, ok: boolean }[]} checks */
const failedOf = (checks) => checks.filter(({ ok }) => !ok).map(({ name }) => name);

/** @param {string} what @param {unknown} found @param {unknown} expected @returns {Check} */
function same(what, found, expected) {
  const [seen, wanted] = [JSON.stringify(found), JSON.stringify(expected)];
  return {
    what,
    holds: seen === wanted,
    ...(seen === wanted ? {} : { seen: `${seen} instead of ${wanted}` }),
  };
}
