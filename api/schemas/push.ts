import { z } from 'zod';
import type { ChangeAction } from '../../domain/directory/push/changes';
import { pushApiTexts } from '../../i18n/push-api';
import { cursor, flag, id, limit, says, timestamp } from './common';

/** Plans of the directory push: what they would change, what holds it, and what became of it. */

export const changeActions = [
  'linkDepartment',
  'unlinkDepartment',
  'createDepartment',
  'renameDepartment',
  'moveDepartment',
  'deleteDepartment',
  'bindUser',
  'unbindUser',
  'createUser',
  'enableUser',
  'updateUser',
  'setSuperior',
  'disableUser',
  'deleteUser',
  'skipUser',
  'conflict',
  // Where WeCom is the master.
  'createOaDepartment',
  'renameOaDepartment',
  'moveOaDepartment',
  'removeOaDepartment',
  'createOaUser',
  'updateOaUser',
  'returnOaUser',
  'departOaUser',
] as const satisfies readonly ChangeAction[];

export const changeStatuses = [
  'pending',
  'held',
  'applying',
  'done',
  'failed',
  'skipped',
  'conflict',
  'undone',
] as const;

export const risks = ['high', 'medium', 'low'] as const;

const action = z.enum(changeActions);
const status = z.enum(changeStatuses);
const risk = z.enum(risks);
const planHash = z
  .string()
  .min(1)
  .max(128)
  .meta({ example: '7f3a9c0d5b1e44f28c6a0e9d3b7f1c2a5e8d4b6f9a0c1e3d5f7b9a2c4e6d8f01' });

// ---------------------------------------------------------------- a run's verdict and push block

export const verdict = z
  .object({
    kind: z.enum(['pass', 'hold', 'blocked', 'stopped']),
    summary: z.string().meta({ example: '12 people will be disabled, 0 deleted, 3 held; within limits' }),
    reasons: z.array(
      z.object({
        code: z.string().meta({ example: 'limit-exceeded' }),
        message: z.string(),
        count: z.int().optional(),
        limit: z.number().optional(),
        group: z.string().optional(),
        departmentId: z.int().optional(),
      }),
    ),
  })
  .meta({ id: 'PushVerdict' });

export const pushBlock = z
  .object({
    kind: z.enum(['push', 'undo', 'departures']),
    target: z.enum(['wecom', 'oa']).meta({ description: 'The side that the plan changes.' }),
    basedOnRunId: id.nullable(),
    undoOfRunId: id.nullable(),
    only: z
      .object({
        oaUserIds: z.array(z.string()).optional(),
        oaKeys: z.array(z.string()).optional(),
        memberIds: z.array(z.string()).optional(),
        driftIds: z.array(z.string()).optional(),
      })
      .nullable()
      .meta({ description: 'The plan is about these alone; null: about everybody.' }),
    pullRunId: id.nullable(),
    nextRunId: id.nullable().meta({ description: 'Made anew because this plan had moved on.' }),
    appliedByRunId: id.nullable().meta({
      description:
        'Of a simulation: the run that applies or applied it. One that ended before it wrote anything is none.',
    }),
    oaVersion: z.int().nullable(),
    plannedAt: timestamp.nullable(),
    firstHash: z.string().nullable(),
    approvedBy: z.string().nullable(),
    approvedAt: timestamp.nullable(),
    rejectedBy: z.string().nullable(),
    rejectedReason: z.string().nullable(),
    expiresAt: timestamp.nullable(),
    snoozedUntil: timestamp.nullable(),
    appliedAt: timestamp.nullable(),
    deletions: z.int().meta({ description: 'People the plan to be approved deletes: the number to type.' }),
    held: z.int(),
    releasable: z.int(),
    barred: z.int(),
    leftOut: z.int(),
    undoable: z.boolean(),
    retryable: z
      .int()
      .meta({ description: 'Failed changes that can be tried again; as many as `progress.failed`.' }),
    resumable: z.boolean(),
    canApprove: z.object({ allowed: z.boolean(), why: z.string().optional() }),
  })
  .meta({ id: 'PushBlock' });

// ---------------------------------------------------------------- head of the plan page

const tally = z.object({ expected: z.int(), read: z.int() });

export const planHead = z
  .object({
    tiles: z.array(
      z.object({
        key: z.string().meta({ example: 'disable' }),
        kind: z.enum(['people', 'departments']),
        count: z.int(),
        share: z.number().nullable().meta({ description: '0 to 1 of the people or departments concerned.' }),
        median: z.number().nullable().meta({ description: 'Of the last ten pushes of the corp.' }),
        dangerous: z.boolean(),
        filter: z.string().nullable().meta({ description: 'Query of the list of changes behind it.' }),
      }),
    ),
    meters: z.array(
      z.object({
        key: z.enum([
          'decrease',
          'deletes',
          'disables',
          'percent',
          'department-deletes',
          'moves',
          'cleared',
          'branch',
        ]),
        label: z.string(),
        current: z.number().meta({ description: 'Of this plan; percent for `percent` and `branch`.' }),
        lastDay: z.number().meta({ description: 'Done within 24 hours before, which counts too.' }),
        allowed: z.number().nullable(),
        exceeded: z.boolean(),
        filter: z.string().nullable(),
        department: z.object({ id: z.int(), name: z.string().nullable() }).optional(),
      }),
    ),
    completeness: z.object({
      oa: z.object({
        reading: z.string().nullable(),
        users: z.int().nullable(),
        departments: z.int().nullable(),
        lastUsers: z.int().nullable(),
        version: z.int().nullable(),
        fedAt: timestamp.nullable(),
      }),
      wecom: z.object({
        reading: z.string().nullable(),
        departments: tally.nullable(),
        members: tally.nullable(),
        lastMembers: z.int().nullable(),
      }),
      missingFields: z.array(z.object({ field: z.string(), text: z.string() })),
      notes: z.array(z.string()),
    }),
    lookUps: z.object({ asked: z.int(), budget: z.int(), notLookedUp: z.int() }),
    approvals: z.array(
      z.object({
        at: timestamp,
        actor: z.string(),
        decision: z.string(),
        planHash: z.string().nullable(),
        comment: z.string().nullable(),
      }),
    ),
    freshness: z.object({
      plannedAt: timestamp.nullable(),
      expiresAt: timestamp.nullable(),
      movedOn: z.object({
        settings: z.boolean().meta({ description: 'The settings are another version.' }),
        oa: z.boolean().meta({ description: 'The OA has new data, whether or not this plan is about it.' }),
        records: z.boolean().meta({
          description:
            'A record behind a change differs. Looked at while the plan waits or can be applied; otherwise false.',
        }),
      }),
    }),
    previousRunId: id.nullable(),
    lastAppliedRunId: id.nullable(),
  })
  .meta({ id: 'PlanHead' });

// ---------------------------------------------------------------- changes

const shownValue = z.object({
  field: z.string(),
  label: z.string(),
  before: z.string().nullable(),
  after: z.string().nullable(),
});

const codeAndText = z.object({ code: z.string(), text: z.string() });

const changeFields = {
  id: z.string().meta({ example: 'disableUser:U1042' }),
  seq: z.int(),
  action,
  status,
  subject: z.enum(['user', 'department', 'folder']),
  name: z.string().nullable(),
  userId: z.string().nullable(),
  oaUserId: z.string().nullable(),
  memberId: z.string().nullable(),
  oaKey: z.string().nullable(),
  departmentId: z.int().nullable(),
  mobile: z.string().nullable().meta({ description: 'Masked, whoever asks.' }),
  pathFrom: z.string().nullable(),
  pathTo: z.string().nullable(),
  fields: z.array(z.string()),
  fieldCount: z.int(),
  preview: z.array(shownValue).meta({ description: 'The first two fields.' }),
  rule: codeAndText,
  limitGroups: z.array(z.string()),
  risk,
  heldBy: z.array(codeAndText),
  barred: z.boolean().meta({ description: 'No approval releases it.' }),
  leftOut: z.boolean(),
  postponedUntil: timestamp.nullable().meta({ description: 'Put off until then, as this plan knows it.' }),
  takesEffect: z.object({
    kind: z.enum(['now', 'on-approval', 'never', 'at']),
    at: timestamp.optional(),
    deleteAt: timestamp.optional(),
  }),
  attempts: z.int(),
  outcome: z
    .object({
      code: z.string(),
      message: z.string(),
      advice: z.string().optional(),
      wecom: z.object({ errcode: z.int().nullable(), errmsg: z.string(), path: z.string() }).optional(),
      nextTryAt: timestamp.optional(),
    })
    .nullable(),
  startedAt: timestamp.nullable(),
  finishedAt: timestamp.nullable(),
};

export const change = z.object(changeFields).meta({ id: 'PushChange' });

export const changePage = z
  .object({
    items: z.array(change),
    nextCursor: z.string().nullable(),
    total: z.int(),
    byAction: z.record(z.string(), z.int()).meta({ description: 'Under the same filters but `action`.' }),
  })
  .meta({ id: 'PushChangePage' });

export const changeDetails = z
  .object({
    ...changeFields,
    values: z.array(
      shownValue.extend({
        source: z.string().nullable().meta({ description: 'Where the OA says so.' }),
        rule: z.string().nullable(),
      }),
    ),
    before: z.unknown(),
    after: z.unknown(),
    reason: z.string().meta({ description: 'The rule in words; the same as `rule.text`.' }),
    why: z.array(
      z.object({
        step: z.enum(['source', 'scope', 'binding', 'rule', 'date']),
        title: z.string(),
        text: z.string(),
      }),
    ),
    history: z.array(z.object({ runId: id, at: timestamp, action, status })),
    dependsOn: z.array(z.string()),
    raw: z.unknown().optional().meta({ description: 'For administrators.' }),
  })
  .meta({ id: 'PushChangeDetails' });

/** `a,b` in a query; with nothing in it, it is not asked. */
function several<const V extends string>(values: readonly V[]) {
  const one = z.enum(values);
  return z
    .string()
    .max(400)
    .transform((given) => given.split(',').filter((value) => value !== ''))
    .pipe(z.array(one))
    .transform((asked) => (asked.length === 0 ? undefined : asked))
    .optional()
    .meta({ description: `One or several of ${values.join(', ')}; with commas between.` });
}

export const changeFilter = z.object({
  action: several(changeActions),
  status: several(changeStatuses),
  department: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .meta({ description: "WeCom's number, or an OA key such as `department:D1`; with everything below." }),
  field: z.string().min(1).max(100).optional(),
  rule: z.string().min(1).max(100).optional(),
  limitGroup: z.enum(['deletes', 'disables', 'department-deletes', 'moves', 'cleared']).optional(),
  held: flag.optional(),
  leftOut: flag.optional(),
  risk: several(risks),
  new: flag.optional().meta({ description: 'true: not in the plan before this one.' }),
  q: z
    .string()
    .trim()
    .max(100)
    .optional()
    .meta({ description: 'Name, pinyin, userid, end of the phone number.' }),
});

export const changeQuery = changeFilter.extend({
  sort: z.enum(['danger', 'seq']).default('danger'),
  cursor,
  limit,
});

// ---------------------------------------------------------------- trees, comparison, decisions

export const treeQuery = z.object({
  side: z.enum(['oa', 'wecom']),
  parent: z.string().min(1).max(200).optional(),
});

export const tree = z
  .object({
    items: z.array(
      z.object({
        key: z.string().meta({ description: 'An OA key, or `#` and WeCom’s number.' }),
        name: z.string().nullable(),
        state: z.enum(['matched', 'new', 'linked', 'gone', 'out-of-scope', 'unmanaged', 'conflict']),
        linkedTo: z.string().nullable().meta({ description: 'Key on the other side.' }),
        counts: z.object({
          create: z.int(),
          update: z.int(),
          move: z.int(),
          disable: z.int(),
          delete: z.int(),
          held: z.int(),
        }),
        limitExceeded: z.boolean(),
        hasChildren: z.boolean(),
      }),
    ),
  })
  .meta({ id: 'PlanTree' });

export const compareQuery = z.object({
  with: z
    .string()
    .min(1)
    .max(64)
    .default('previous')
    .meta({ description: '`previous`, `applied` or a run.' }),
  kind: z.enum(['appeared', 'vanished', 'changed']).optional(),
  cursor,
  limit,
});

export const comparison = z
  .object({
    with: z
      .object({ runId: id, plannedAt: timestamp.nullable(), planHash: z.string().nullable() })
      .nullable()
      .meta({ description: 'null while there is no other plan.' }),
    counts: z.object({ appeared: z.int(), vanished: z.int(), changed: z.int(), same: z.int() }),
    items: z.array(
      z.object({
        kind: z.enum(['appeared', 'vanished', 'changed']),
        id: z.string(),
        action,
        name: z.string().nullable(),
        userId: z.string().nullable(),
        before: z.array(shownValue).optional().meta({ description: 'As the other plan had it.' }),
        after: z.array(shownValue).optional().meta({ description: 'As this plan has it.' }),
      }),
    ),
    nextCursor: z.string().nullable(),
  })
  .meta({ id: 'PlanComparison' });

const changeIds = z.array(z.string().min(1).max(300)).max(10_000);

export const decisions = z
  .strictObject({
    leaveOut: changeIds.default(() => []),
    takeBackIn: changeIds.default(() => []),
    always: z.boolean().default(false).meta({
      description:
        'Protects the people left out in a new version of the settings; the plan then has to be made anew.',
    }),
  })
  .refine(
    ({ leaveOut, takeBackIn }) => leaveOut.length + takeBackIn.length > 0,
    says(pushApiTexts.noDecision),
  )
  .meta({ id: 'PlanDecisions' });

export const decided = z
  .object({
    planHash: z.string().nullable(),
    counts: z.record(z.string(), z.int()),
    verdict: verdict.nullable(),
    deletions: z.int(),
    leftOut: z.int().meta({ description: 'What depends on changes left out is left out with them.' }),
    settingsVersion: z.int().optional(),
    planAnew: z.boolean().optional().meta({ description: 'The settings changed: start another run.' }),
  })
  .meta({ id: 'PlanDecided' });

export const approval = z
  .strictObject({
    planHash,
    comment: z.string().trim().max(1_000).optional(),
    expectedDeletions: z.int().min(0).max(10_000_000).optional(),
    safeOnly: z.boolean().default(false).meta({ description: 'Only what lies within the limits.' }),
  })
  .meta({ id: 'PlanApproval' });

export const postponeDaysMost = 365;

export const postponing = z
  .strictObject({
    days: z.int().min(1).max(postponeDaysMost).optional(),
    until: z
      .union([z.iso.date(), z.iso.datetime({ offset: true })])
      .optional()
      .meta({ description: "A time, or a day: its beginning in the zone of the corp's settings." }),
    comment: z.string().trim().max(1_000).optional(),
  })
  .refine(
    ({ days, until }) => (days === undefined) !== (until === undefined),
    says(pushApiTexts.postponeOneOf),
  )
  .meta({ id: 'PushPostponing' });

export const postponement = z
  .object({
    changeId: z.string(),
    until: timestamp,
    by: z.string(),
    comment: z.string().nullable(),
    createdAt: timestamp,
    action: action.nullable(),
    name: z.string().nullable(),
    userId: z.string().nullable(),
    oaUserId: z.string().nullable(),
    oaKey: z.string().nullable(),
    runId: id.nullable().meta({ description: 'The newest plan that has this change.' }),
  })
  .meta({ id: 'PushPostponement' });

export const postponements = z.object({ items: z.array(postponement), nextCursor: z.null() });

export const postponed = z
  .object({
    planHash: z.string().nullable(),
    counts: z.record(z.string(), z.int()),
    verdict: verdict.nullable(),
    deletions: z.int(),
    leftOut: z.int(),
    postponement: postponement.nullable(),
    planAnew: z.boolean().optional().meta({ description: 'This plan stays as it is: start another run.' }),
  })
  .meta({ id: 'PushPostponed' });

export const trying = z
  .strictObject({
    expectedDeletions: z.int().min(0).max(10_000_000).optional().meta({
      description: 'Has to be 1 where the change deletes a member.',
    }),
  })
  .prefault({});

export const rejection = z.strictObject({ reason: z.string().trim().min(1).max(1_000) });

export const undoing = z.strictObject({ mode: z.enum(['simulate', 'apply']).default('apply') }).prefault({});

export const snoozing = z.strictObject({ hours: z.int().min(1).max(720) });

export const acceptedRun = z.object({ runId: id, workflowId: z.string().optional() });

// ---------------------------------------------------------------- exports

export const exportQuery = changeFilter.extend({ format: z.enum(['csv', 'xlsx', 'json']).default('csv') });
