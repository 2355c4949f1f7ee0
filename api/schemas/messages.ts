import { z } from 'zod';
import {
  cardStates,
  eventOrigins,
  messageTypes,
  pushStates,
  recallOutcomes,
  recipientStates,
  todoKinds,
} from '../../domain/messages/message';
import { isWebAddress } from '../../domain/messages/rule';
import { actionProblems } from '../../domain/messages/card';
import { isTimezone } from '../../domain/time/zones';
import { actionProblemTexts, messageTexts } from '../../i18n/messages';
import { messageLimits } from '../../wecom';
import { cursor, id, limit, listOf, page, says, timestamp } from './common';

const oaId = z.string().min(1).max(128);

/** The OA's own ids. */
const ownId = z
  .string()
  .refine((value) => /^[\w.:@-]{1,128}$/.test(value), says(messageTexts.eventIdShape))
  .meta({ pattern: '^[\\w.:@-]{1,128}$', example: 'workflow-4711-step-2' });

/** The bridge's own to-dos begin so: the OA neither makes nor settles them. */
export const ownTaskPrefix = 'plan:';

const taskId = ownId.refine((value) => !value.startsWith(ownTaskPrefix), says(messageTexts.taskIdTaken));

const webAddress = z
  .string()
  .max(2_048)
  .refine(isWebAddress, says(messageTexts.webAddress))
  .meta({ format: 'uri', example: 'https://oa.example.com/workflow/4711' });

const mostActions = 50;

export const todoAction = z.strictObject({
  key: z.string().max(1_024),
  text: z.string().trim().max(200),
});

const eventTodo = z
  .strictObject({
    taskId,
    kind: z.enum(todoKinds).meta({
      description: '待处理, 退回, 抄送, 转发, 传阅, 意见征询: only these may become template cards.',
    }),
    showActions: z.boolean().default(false).meta({
      description: 'Whether the workflow shows its buttons where messages are read (消息入口显示操作按钮).',
    }),
    actions: z
      .array(todoAction)
      .max(mostActions)
      .default([])
      .meta({ description: 'Where they are shown: six at most, of ten characters each.' }),
  })
  .superRefine(({ showActions, actions }, context) => {
    if (!showActions) return;
    for (const { index, code } of actionProblems(actions, messageLimits)) {
      const part = code.startsWith('key') ? ['key'] : code.startsWith('text') ? ['text'] : [];
      context.addIssue({
        code: 'custom',
        path: ['actions', index, ...part],
        params: { text: actionProblemTexts[code], ...messageLimits.card },
      });
    }
  })
  .meta({ id: 'EventTodo' });

export const mostRecipients = 200_000;
export const eventBodyBytes = 16 * 1024 * 1024;

export const newEvent = z
  .strictObject({
    eventId: ownId.meta({ description: 'The same one again is the same event, and nothing is sent twice.' }),
    module: z.string().trim().min(1).max(128).meta({ example: 'workflow' }),
    type: z.string().trim().min(1).max(128).meta({ example: 'todo.created' }),
    title: z.string().trim().min(1).max(1_000),
    content: z.string().max(20_000).nullable().optional(),
    url: webAddress.nullable().optional(),
    imageUrl: webAddress.nullable().optional(),
    recipients: z.array(oaId).min(1).max(mostRecipients).meta({ description: 'Ids of OA users.' }),
    todo: eventTodo.nullable().optional(),
    data: z
      .record(z.string().max(128), z.unknown())
      .optional()
      .meta({ description: 'More for the templates: `{{ event.data.amount }}`.' }),
  })
  .meta({ id: 'NewEvent' });

export const eventStates = ['no-rule', ...pushStates] as const;

export const eventState = z.enum(eventStates).meta({
  description: '`no-rule`: no rule is for this event, so nothing is sent. Otherwise what its pushes come to.',
});

const startedPush = z.object({ pushId: id, workflowId: z.string() });

export const acceptedEvent = z
  .object({
    eventId: z.string(),
    pushes: z.array(startedPush).meta({ description: 'One per rule and target that applies.' }),
    state: eventState,
  })
  .meta({ id: 'AcceptedEvent' });

const wecomAnswer = z.object({ errcode: z.int().nullable(), errmsg: z.string(), path: z.string() });

const counts = z
  .object({
    total: z.int(),
    ...(Object.fromEntries(recipientStates.map((state) => [state, z.int()])) as Record<
      (typeof recipientStates)[number],
      z.ZodInt
    >),
  })
  .meta({
    id: 'PushCounts',
    description: 'Recipients by what became of them; all zero until they were looked up.',
  });

const recallNumbers = {
  recalled: z.int().meta({ description: 'Calls of message/send that were taken back.' }),
  tooLate: z.int(),
  notRecallable: z.int().meta({ description: 'Their answer was lost, and with it what a recall needs.' }),
  refused: z.int(),
};

export const recallDone = z
  .object({ state: z.enum(pushStates), ...recallNumbers })
  .meta({ id: 'RecallDone' });

export const pushKinds = ['event', 'digest', 'notice', 'plan', 'resend'] as const;

const pushFields = {
  pushId: id,
  eventId: z.string(),
  kind: z.enum(pushKinds),
  module: z.string(),
  eventType: z.string(),
  title: z.string().nullable().meta({ description: 'Of the event; null once it was erased.' }),
  ruleId: z.string().nullable(),
  ruleName: z.string().nullable().meta({ description: 'As it was then.' }),
  corpId: id,
  corpName: z.string(),
  appId: id,
  appName: z.string(),
  type: z.enum(messageTypes),
  state: z.enum(pushStates),
  reason: z.string().nullable().meta({ description: 'Why it waits, failed or was called off; in words.' }),
  reasonCode: z.string().nullable(),
  advice: z.string().nullable().meta({ description: 'What to do about it.' }),
  wecom: wecomAnswer.nullable().meta({ description: 'What WeCom answered, where it refused.' }),
  counts,
  acceptedAt: timestamp,
  waitUntil: timestamp.nullable(),
  isPaused: z.boolean().meta({ description: 'Waits until its app may send again.' }),
  sentAt: timestamp.nullable().meta({ description: 'When the first of it was sent.' }),
  recallUntil: timestamp.nullable().meta({ description: 'As a rule; WeCom’s answer decides.' }),
  recallLeftSeconds: z.int().nullable(),
  recallId: z.string().nullable().meta({ description: 'The recall of many that took it back.' }),
  resendOf: z.string().nullable(),
  digestDueAt: timestamp.nullable(),
  digestPushId: z
    .string()
    .nullable()
    .meta({ description: 'The push it went out with, gathered with others.' }),
  closedAt: timestamp.nullable(),
  can: z
    .object({ recall: z.boolean(), resend: z.boolean() })
    .meta({ description: 'What its state allows, whatever the rights of the reader.' }),
  workflowId: z.string(),
  temporalUrl: z.string().nullable(),
};

export const push = z.object(pushFields).meta({ id: 'Push' });

export const pushPage = page(push);

export const recalledPush = z.object({ ...pushFields, recall: recallDone }).meta({ id: 'RecalledPush' });

const callError = z.object({ code: z.string(), message: z.string(), wecom: wecomAnswer.nullable() });

export const pushCall = z
  .object({
    callId: id,
    recipients: z.int(),
    state: z.enum(['sending', 'sent', 'unknown', 'refused']),
    attempts: z.int(),
    msgid: z.string().nullable().meta({ description: 'null where WeCom’s answer was lost.' }),
    startedAt: timestamp,
    sentAt: timestamp.nullable(),
    error: callError.nullable(),
    card: z.enum(cardStates).nullable(),
    recall: z
      .object({
        state: z.enum(['asked', ...recallOutcomes]),
        at: timestamp.nullable(),
        error: callError.nullable(),
      })
      .nullable(),
  })
  .meta({ id: 'PushCall' });

/** Also what a preview shows. */
export const shownFields = z
  .object({
    title: z.string().nullable(),
    content: z.string().nullable(),
    buttonText: z.string().nullable(),
    url: z.string().nullable(),
    imageUrl: z.string().nullable(),
  })
  .meta({
    id: 'ShownMessage',
    description: 'As WeCom shows it; null where this type of message has no such part.',
  });

export const pushDetails = z
  .object({
    ...pushFields,
    message: z
      .object({
        type: z.enum(messageTypes),
        fields: shownFields,
        body: z
          .record(z.string(), z.unknown())
          .meta({ description: 'As it is sent to WeCom, recipients left out.' }),
        variants: z.int().meta({ description: 'Different texts; this is what one of the recipients gets.' }),
      })
      .nullable()
      .meta({ description: 'null while it is not written, and once it was erased.' }),
    calls: z.array(pushCall).meta({ description: 'In the order of sending.' }),
    recall: z.object({ askedBy: z.string(), askedAt: timestamp, outcome: recallDone }).nullable(),
    recipientsGiven: z.int().meta({ description: 'Recipients the event named.' }),
  })
  .meta({ id: 'PushDetails' });

export const recipientCard = z.object({
  state: z.enum(cardStates),
  outcome: z.string().optional(),
  outcomeText: z.string().optional(),
  by: z.string().optional(),
  at: timestamp.optional(),
});

export const pushRecipient = z
  .object({
    oaUserId: z.string().nullable(),
    userId: z.string().nullable().meta({ description: 'In WeCom; null where nobody is bound.' }),
    name: z.string().nullable(),
    state: z.enum(recipientStates),
    reason: z.string().nullable(),
    reasonCode: z.string().nullable(),
    sentAt: timestamp.nullable(),
    callId: z.string().nullable(),
    card: recipientCard.nullable(),
  })
  .meta({ id: 'PushRecipient' });

export const recipientPage = page(pushRecipient);

export const eventParams = z.object({ eventId: ownId });
export const pushParams = z.object({ pushId: id });
export const recallParams = z.object({ recallId: id });
export const todoParams = z.object({ taskId: ownId });

const moment = z
  .string()
  .refine(
    (value) => /^\d{4}-\d{2}-\d{2}/.test(value) && !Number.isNaN(Date.parse(value)),
    says(messageTexts.momentShape),
  )
  .transform((value) => new Date(value))
  .meta({ format: 'date-time', example: '2026-01-31T00:00:00Z' });

export const eventQuery = z.object({
  module: z.string().min(1).max(128).optional(),
  q: z.string().trim().min(1).max(128).optional().meta({ description: 'How the event’s id begins.' }),
  from: moment.optional(),
  to: moment.optional(),
  cursor,
  limit,
});

const eventFields = {
  eventId: z.string(),
  origin: z.enum(eventOrigins),
  module: z.string(),
  type: z.string(),
  title: z.string().nullable().meta({ description: 'null once it was erased.' }),
  recipients: z.int(),
  acceptedAt: timestamp,
  erasedAt: timestamp.nullable(),
  taskId: z.string().nullable(),
  state: eventState,
  pushCount: z.int(),
};

export const event = z.object(eventFields).meta({ id: 'OaEvent' });

export const eventPage = page(event);

export const eventDetails = z
  .object({
    ...eventFields,
    content: z.string().nullable(),
    url: z.string().nullable(),
    imageUrl: z.string().nullable(),
    data: z.record(z.string(), z.unknown()).nullable(),
    recipientIds: z.array(z.string()).meta({ description: 'The first thousand.' }),
    sentBy: z.string(),
    todo: eventTodoShown().nullable(),
    shadowed: z
      .array(
        z.object({
          ruleId: z.string(),
          ruleName: z.string().nullable(),
          targetId: z.string(),
          appId: z.string(),
          appName: z.string().nullable(),
          servedByRuleId: z.string(),
          servedByRuleName: z.string().nullable(),
        }),
      )
      .meta({ description: 'Targets that had nothing to do: an earlier rule had served their app already.' }),
    pushes: z.array(push).meta({ description: 'Digests and resends of it included.' }),
  })
  .meta({ id: 'OaEventDetails' });

function eventTodoShown() {
  return z.object({
    taskId: z.string(),
    kind: z.enum(todoKinds),
    showActions: z.boolean(),
    actions: z.array(z.object({ key: z.string(), text: z.string() })),
  });
}

export const pushQuery = z.object({
  corpId: id.optional(),
  appId: id.optional(),
  ruleId: id.optional(),
  eventId: z.string().min(1).max(200).optional(),
  state: listOf(pushStates).optional(),
  kind: listOf(pushKinds).optional(),
  user: z.string().trim().min(1).max(128).optional().meta({
    description: 'An OA user’s id or a WeCom userid; found once a push’s recipients were looked up.',
  }),
  from: moment.optional().meta({ description: 'Accepted then or later.' }),
  to: moment.optional().meta({ description: 'Accepted before.' }),
  cursor,
  limit,
});

export const summaryQuery = z.object({
  timezone: z
    .string()
    .max(64)
    .refine(isTimezone, says(messageTexts.zoneUnknown))
    .default('Asia/Shanghai')
    .meta({ description: 'Where the day begins.' }),
});

export const pushSummary = z
  .object({
    ...(Object.fromEntries(pushStates.map((state) => [state, z.int()])) as Record<
      (typeof pushStates)[number],
      z.ZodInt
    >),
    total: z.int(),
    messages: z
      .object({ sent: z.int(), failed: z.int(), skipped: z.int(), waiting: z.int(), recalled: z.int() })
      .meta({ description: 'Of all today’s pushes, by recipients.' }),
    since: timestamp.meta({ description: 'When today began.' }),
  })
  .meta({ id: 'PushSummary' });

export const recipientQuery = z.object({
  state: listOf(recipientStates).optional(),
  q: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .optional()
    .meta({ description: 'In the name, the OA user’s id or the userid.' }),
  cursor,
  limit,
});

export const resendStates = ['failed', 'invalid', 'unlicensed', 'unknown', 'recalled', 'skipped'] as const;

export const resending = z
  .strictObject({
    states: z.array(z.enum(resendStates)).min(1).max(resendStates.length).optional().meta({
      description:
        'To whom: all of them where it is left out, but never `unknown` unasked, who may have got it.',
    }),
  })
  .optional()
  .meta({ id: 'Resend' });

export const startedResend = z
  .object({ pushId: id, workflowId: z.string(), recipients: z.int() })
  .meta({ id: 'StartedResend' });

const recallFilterFields = {
  eventId: z.string().min(1).max(200).optional(),
  ruleId: id.optional(),
  appId: id.optional(),
  corpId: id.optional(),
};

export const bulkRecall = z
  .strictObject({
    ...recallFilterFields,
    from: moment.optional().meta({ description: 'Accepted then or later. Needed, except for one event.' }),
    to: moment.optional().meta({ description: 'Accepted before. Needed, except for one event.' }),
    dryRun: z.boolean().default(false).meta({ description: 'Only say how many it would be.' }),
  })
  .meta({ id: 'BulkRecall' });

export const startedRecall = z
  .object({ recallId: id, workflowId: z.string(), pushes: z.int() })
  .meta({ id: 'StartedRecall' });

export const recallPreview = z
  .object({
    pushes: z.int(),
    messages: z.int().meta({ description: 'Recipients who have it, or would still get it.' }),
  })
  .meta({ id: 'RecallPreview' });

export const startedRecallOrPreview = z.union([startedRecall, recallPreview]);

const recallCounts = z.object({
  pushes: z.int(),
  recalled: z.int(),
  partlyRecalled: z.int(),
  cancelled: z.int(),
  refused: z.int(),
  tooLate: z.int(),
  nothingSent: z.int(),
  messages: z.int(),
});

export const bulkRecallRecord = z
  .object({
    recallId: id,
    phase: z.enum(['running', 'done']),
    filter: z.object({
      eventId: z.string().nullable(),
      ruleId: z.string().nullable(),
      ruleName: z.string().nullable(),
      appId: z.string().nullable(),
      appName: z.string().nullable(),
      corpId: z.string().nullable(),
      corpName: z.string().nullable(),
      from: timestamp.nullable(),
      to: timestamp.nullable(),
    }),
    counts: recallCounts,
    askedBy: z.string(),
    askedAt: timestamp,
    finishedAt: timestamp.nullable(),
    workflowId: z.string(),
    temporalUrl: z.string().nullable(),
  })
  .meta({ id: 'BulkRecallRecord' });

export const bulkRecallPage = page(bulkRecallRecord);

export const bulkRecallQuery = z.object({ cursor, limit });

const todoStates = ['open', 'deciding', 'decided', 'settled'] as const;
const tapStates = ['waiting', 'deciding', 'done', 'late', 'refused', 'invalid'] as const;

export const todo = z
  .object({
    taskId: z.string(),
    target: z.enum(['oa', 'plan']),
    runId: z.string().nullable().meta({ description: 'The run whose plan waits for approval.' }),
    state: z.enum(todoStates).meta({
      description: '`decided` on a card, `settled` elsewhere; `deciding`: the OA is being told.',
    }),
    outcome: z.string().nullable(),
    outcomeText: z.string().nullable(),
    by: z.string().nullable(),
    byName: z.string().nullable().meta({ description: 'Of the person whose id `by` is.' }),
    at: timestamp.nullable(),
    oaAwaySince: timestamp
      .nullable()
      .meta({ description: 'The OA can’t be reached with the decision since then.' }),
    oaAnswer: z.object({ code: z.string(), message: z.string().nullable() }).nullable(),
    cards: z.array(
      z.object({
        userId: z.string(),
        oaUserId: z.string().nullable(),
        pushId: id,
        state: z.enum(cardStates),
        at: timestamp.nullable(),
      }),
    ),
    taps: z
      .array(
        z.object({
          tapId: z.string(),
          userId: z.string(),
          oaUserId: z.string().nullable(),
          name: z.string().nullable().meta({ description: 'Of the OA user.' }),
          action: z.string(),
          state: z.enum(tapStates),
          reason: z.string().nullable(),
          at: timestamp,
          endedAt: timestamp.nullable(),
        }),
      )
      .meta({ description: 'Oldest first.' }),
    workflowId: z.string(),
    temporalUrl: z.string().nullable(),
  })
  .meta({ id: 'Todo' });

export const settling = z
  .strictObject({
    outcome: z
      .string()
      .trim()
      .min(1)
      .max(128)
      .meta({ description: 'The key of an action, or the OA’s own word.' }),
    by: oaId.meta({ description: 'The OA user who decided.' }),
    text: z
      .string()
      .trim()
      .min(1)
      .max(100)
      .optional()
      .meta({ description: 'The outcome in words, for the cards.' }),
  })
  .meta({ id: 'TodoSettlement' });
