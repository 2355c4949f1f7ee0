import type { FinalState, WecomMember } from './final-state';
import { taskOf, type Load } from './load';
import { groups, oaUserId, peopleOf, userId, type World } from './world';

/** What must be true whatever happened meanwhile. docs/invariants.md says of each why. */

export type FindingKind = 'lost' | 'duplicated' | 'stuck' | 'divergent';
export type Finding = { readonly invariant: string; readonly kind: FindingKind; readonly what: string };

export type Evidence = {
  readonly world: World;
  readonly load: Load;
  readonly state: FinalState;
  /** Of the same load without a fault. */
  readonly calm: FinalState;
  /** Messages of WeCom that the bridge took, and those that reached it at all. */
  readonly accepted: ReadonlySet<string>;
  readonly seen: ReadonlySet<string>;
  readonly attendanceDays: number;
};

type Found = { readonly kind: FindingKind; readonly what: string };
type Check = (evidence: Evidence) => readonly Found[];

export const invariants = {
  'accepted-event-arrives': ({ load, state }) => {
    const said = saidOf(state);
    return load.events
      .filter(({ id }) => !load.recalled.has(id))
      .flatMap(({ id, people }) => people.map((person) => `${id} ${userId(person)}`))
      .filter((key) => (state.phones.get(key)?.visible ?? 0) === 0 && said.get(key) !== 'unknown')
      .map((key) => ({ kind: 'lost', what: `${key} (${said.get(key) ?? 'no row'})` }));
  },

  'message-once': ({ state }) =>
    [...state.phones]
      .filter(([, { visible, recalled }]) => visible + recalled > 1)
      .map(([key, { visible, recalled }]) => ({ kind: 'duplicated', what: `${key}: ${visible + recalled}` })),

  'uncertain-is-told': ({ state }) => {
    const said = saidOf(state);
    return [...said]
      .filter(([key, one]) => one === 'sent' && !state.phones.has(key))
      .map(([key]) => ({ kind: 'lost', what: `${key} is said to be sent` }));
  },

  'recalled-is-gone': ({ load, state }) => {
    const outcomes = new Map(state.calls.map(({ event, recall }) => [event, recall]));
    return [...state.phones]
      .filter(([key, { visible }]) => {
        const event = eventIn(key);
        return visible > 0 && load.recalled.has(event) && outcomes.get(event) !== 'not-recallable';
      })
      .map(([key]) => ({ kind: 'divergent', what: `${key} is still there: ${outcomes.get(eventIn(key))}` }));
  },

  'tap-decides-once': ({ load, state, accepted }) =>
    load.events
      .filter(({ isTodo }) => isTodo)
      .flatMap((event): Found[] => {
        const task = taskOf(event);
        const row = state.todos.get(task);
        const taken = [...tapsIn(accepted)].filter((tap) => tap === task).length;
        const found: Found[] = [];
        if (row?.outcome !== 'approve') found.push({ kind: 'lost', what: `${task}: ${row?.outcome}` });
        if (row !== undefined && row.outcome !== null && row.deciding !== 1)
          found.push({ kind: 'duplicated', what: `${task} was decided by ${row.deciding} taps` });
        if ((row?.taps ?? 0) < Math.min(1, taken))
          found.push({ kind: 'lost', what: `${task}: ${taken} taps were taken, ${row?.taps ?? 0} kept` });
        return found;
      }),

  'card-shows-outcome': ({ load, state }) => {
    const todos = new Set(load.events.filter(({ isTodo }) => isTodo).map(({ id }) => id));
    const cards = new Map(state.calls.map(({ event, card }) => [event, card]));
    return [...state.phones]
      .filter(([key, { isChanged }]) => {
        const event = eventIn(key);
        return todos.has(event) && !isChanged && cards.get(event) !== 'stale';
      })
      .map(([key]) => ({ kind: 'stuck', what: `${key}: ${cards.get(eventIn(key))}` }));
  },

  'callback-kept-once': ({ state, accepted, seen }) => {
    const taken = contactsIn(accepted).size;
    const most = contactsIn(seen).size;
    const { stored } = state.callbacks;
    return [
      ...times(taken - stored, { kind: 'lost', what: `${taken} were accepted, ${stored} kept` }),
      ...times(stored - most, { kind: 'duplicated', what: `${most} came, ${stored} kept` }),
    ];
  },

  'callback-ends': ({ state: { callbacks } }) => [
    ...times(callbacks.waiting, { kind: 'stuck', what: `${callbacks.waiting} callbacks wait` }),
    ...times(callbacks.failed, { kind: 'divergent', what: `${callbacks.failed} callbacks failed` }),
  ],

  'run-ends': ({ state }) =>
    state.runs.flatMap(({ id, direction, phase, is_open }): Found[] => {
      if (is_open) return [{ kind: 'stuck', what: `${direction} ${id}: ${phase}` }];
      return phase === 'done' ? [] : [{ kind: 'divergent', what: `${direction} ${id} ended as ${phase}` }];
    }),

  'change-has-one-outcome': ({ world, load, state, calm }) => {
    const unsettled = [...state.ledger].filter(([, status]) => status !== 'done' && status !== 'held');
    return [
      ...unsettled.map(([key, status]): Found => ({ kind: 'lost', what: `${key}: ${status}` })),
      ...times(world.changes - load.push.progress.done, {
        kind: 'lost',
        what: `${load.push.progress.done} of ${world.changes} changes are done`,
      }),
      ...differing(state.ledger, calm.ledger),
    ];
  },

  'one-account-per-person': ({ state }) => {
    const owners = new Map<string, string[]>();
    for (const { userid, name } of state.members.values()) {
      owners.set(name, [...(owners.get(name) ?? []), userid]);
    }
    return [...owners]
      .filter(([, userids]) => userids.length > 1)
      .map(([, userids]) => ({ kind: 'duplicated', what: userids.join(', ') }));
  },

  'binding-is-kept': ({ state, calm }) => differing(state.bindings, calm.bindings),

  'wecom-as-undisturbed': ({ state, calm }) => [
    ...differing(shown(state.members), shown(calm.members)),
    ...differing(state.departments, calm.departments),
  ],

  'mirror-is-wecom': ({ state }) =>
    differing(
      state.mirror,
      new Map(
        [...state.members.values()].map(({ userid, department }) => [
          userid,
          department.toSorted((a, b) => a - b).join(','),
        ]),
      ),
    ),

  'nobody-else-loses-an-account': ({ world, load, state }) => {
    const sentAway = new Set(
      [...load.departures].flatMap(([userid, end]) => (end === 'restored' ? [] : [userid])),
    );
    const isHarmed = (userid: string): boolean => state.members.get(userid)?.enable !== 1;
    return peopleOf(world.members, [0, 100])
      .map(userId)
      .filter((userid) => !sentAway.has(userid) && isHarmed(userid))
      .map((userid) => ({ kind: 'divergent', what: `${userid} is disabled or gone` }));
  },

  'departure-as-decided': ({ load, state }) => {
    const rows = new Map(state.departures.map((row) => [row.userid, row]));
    return [...load.departures].flatMap(([userid, end]): Found[] => {
      const row = rows.get(userid);
      const member = state.members.get(userid);
      const found: Found[] = [];
      if (row?.state !== end)
        found.push({
          kind: row === undefined ? 'lost' : 'stuck',
          what: `${userid}: ${row?.state}, not ${end}`,
        });
      if ((end === 'deleted') !== (member === undefined))
        found.push({ kind: 'divergent', what: `${userid} is ${member === undefined ? 'gone' : 'there'}` });
      if (member !== undefined && (member.enable === 1) !== (end === 'restored'))
        found.push({ kind: 'divergent', what: `${userid}: enable is ${member.enable}` });
      if (row !== undefined && row.postponed_days !== (end === 'postponed' ? 7 : 0))
        found.push({ kind: 'duplicated', what: `${userid} is postponed by ${row.postponed_days} days` });
      return found;
    });
  },

  'one-departure-per-member': ({ state }) => {
    const seen = new Set<string>();
    return state.departures
      .filter(({ userid }) => seen.has(userid) || !seen.add(userid))
      .map(({ userid }) => ({ kind: 'duplicated', what: userid }));
  },

  'punch-kept-once': ({ world, state, calm, attendanceDays }) => {
    const expected = attendanceDays * 2;
    const counted = peopleOf(world.members, groups.audience).flatMap((person): Found[] => {
      const count = Number(state.punches.get(userId(person))?.split(' ')[0] ?? 0);
      return [
        ...times(expected - count, {
          kind: 'lost',
          what: `${userId(person)}: ${count} of ${expected} punches`,
        }),
        ...times(count - expected, { kind: 'duplicated', what: `${userId(person)}: ${count}` }),
      ];
    });
    return [...counted, ...differing(state.punches, calm.punches)];
  },

  'punch-told-once': ({ world, state, attendanceDays }) => {
    const expected = attendanceDays * 2;
    return peopleOf(world.members, groups.audience).flatMap((person): Found[] => {
      const count = state.told.get(oaUserId(person)) ?? 0;
      return [
        ...times(expected - count, {
          kind: 'lost',
          what: `${oaUserId(person)}: ${count} of ${expected} told`,
        }),
        ...times(count - expected, { kind: 'duplicated', what: `${oaUserId(person)}: ${count} told` }),
      ];
    });
  },

  'request-carried-out-once': ({ load, state, calm }) => {
    // A push that wrote has WeCom read again; how many runs departures make is a matter of when they are decided.
    const count = ({ runs }: FinalState, direction: string, mode: string): number =>
      runs.filter((run) => run.trigger === 'api' && run.direction === direction && run.mode === mode).length;
    const kinds = [
      ['push', 'simulate'],
      ['pull', 'apply'],
      ['attendance', 'apply'],
    ] as const;
    return [
      ...kinds.flatMap(([direction, mode]) => {
        const [ours, theirs] = [count(state, direction, mode), count(calm, direction, mode)];
        return [
          ...times(ours - theirs, { kind: 'duplicated', what: `${ours} runs of ${direction} ${mode}` }),
          ...times(theirs - ours, { kind: 'lost', what: `${ours} runs of ${direction} ${mode}` }),
        ];
      }),
      ...times(state.recalls - load.recalled.size, { kind: 'duplicated', what: `${state.recalls} recalls` }),
    ];
  },

  'next-plan-as-undisturbed': ({ state, calm }) =>
    differing(
      new Map(Object.entries(state.nextPlan).map(([name, value]) => [name, String(value)])),
      new Map(Object.entries(calm.nextPlan).map(([name, value]) => [name, String(value)])),
    ),

  'comes-to-rest': ({ state }) => state.restless.map((what) => ({ kind: 'stuck', what })),

  'no-workflow-breaks': ({ state, calm }) => [
    ...state.workflows.broken.map((what): Found => ({ kind: 'stuck', what })),
    ...[...state.workflows.open].flatMap(([type, count]) =>
      times(count - mayBeOpen(type, state, calm), { kind: 'stuck', what: `${count} open ${type}` }),
    ),
  ],

  'history-stays-short': ({ state }) =>
    state.workflows.longHistories.map((what) => ({ kind: 'divergent', what })),
} as const satisfies Record<string, Check>;

export type Invariant = keyof typeof invariants;

export function checkAll(evidence: Evidence): Finding[] {
  return Object.entries(invariants).flatMap(([invariant, check]: [string, Check]) =>
    check(evidence).map((found) => ({ invariant, ...found })),
  );
}

function mayBeOpen(type: string, state: FinalState, calm: FinalState): number {
  const asUndisturbed = calm.workflows.open.get(type) ?? 0;
  if (type !== 'messagePush') return asUndisturbed;
  // What could not be taken back stands on the phones, and is looked after to the end of its day.
  const standing = state.calls.filter(({ recall }) => recall === 'not-recallable').map(({ event }) => event);
  return asUndisturbed + new Set(standing).size;
}

/** By event and member, as the bridge says it. */
function saidOf({ recipients }: FinalState): Map<string, string> {
  return new Map(recipients.map(({ event, userid, state }) => [`${event} ${userid}`, state]));
}

const eventIn = (key: string): string => key.split(' ')[0] ?? '';

function contactsIn(messages: ReadonlySet<string>): Set<string> {
  return new Set([...messages].filter((message) => message.includes('change_contact')));
}

function tapsIn(messages: ReadonlySet<string>): string[] {
  return [...messages].flatMap((message) => /task-e\d+/.exec(message)?.[0] ?? []);
}

/** Orders within departments and what WeCom makes itself are not compared. */
function shown(members: ReadonlyMap<string, WecomMember>): Map<string, string> {
  return new Map(
    [...members.values()].map(({ userid, name, mobile, position, department, enable, status }) => [
      userid,
      JSON.stringify([name, mobile, position, department.toSorted((a, b) => a - b), enable, status]),
    ]),
  );
}

function differing(ours: ReadonlyMap<string, string>, theirs: ReadonlyMap<string, string>): Found[] {
  return [...new Set([...ours.keys(), ...theirs.keys()])]
    .filter((key) => ours.get(key) !== theirs.get(key))
    .map((key) => ({
      kind: 'divergent',
      what: `${key}: ${ours.get(key) ?? 'nothing'}, not ${theirs.get(key) ?? 'nothing'}`,
    }));
}

/** So many of them, where it is more than none. */
function times(count: number, found: Found): Found[] {
  return Array.from({ length: Math.max(0, count) }, () => found);
}
