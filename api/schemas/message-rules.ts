import { z } from 'zod';
import { messageTypes, todoKinds } from '../../domain/messages/message';
import { isWebAddress } from '../../domain/messages/rule';
import { maxTemplateChars } from '../../domain/messages/template';
import { messageRuleTexts } from '../../i18n/message-rules';
import { messageTexts } from '../../i18n/messages';
import { id, name, says, timestamp } from './common';
import { shownFields, todoAction } from './messages';

/** Lengths in WeCom's own measure, and what templates may hold, are judged by the handler, which names the limit. */
const template = z.string().max(maxTemplateChars).nullable().optional();

const templateFields = {
  type: z.enum(messageTypes),
  title: template.meta({ description: 'A template; left out or empty: the title of the event.' }),
  content: template.meta({
    description:
      'A template; left out: the content of the event (of texts: its title). Empty is nothing, except in texts, which need one.',
  }),
  buttonText: template.meta({ description: 'At most 4 characters; left out or empty: 详情.' }),
  imageUrl: template.meta({ description: 'For events without a picture of their own.' }),
  url: template.meta({ description: 'For events without an address of their own.' }),
};

const newTarget = z.strictObject({ corpId: id, appId: id, ...templateFields }).meta({ id: 'NewRuleTarget' });

const quietHours = z
  .strictObject({
    from: z.string().max(5).meta({ example: '22:00' }),
    to: z.string().max(5).meta({ example: '07:30' }),
    timezone: z.string().min(1).max(64).default('Asia/Shanghai'),
  })
  .meta({ description: 'Messages wait for their end; may go over midnight.' });

const digest = z
  .strictObject({ everyMinutes: z.number() })
  .meta({ description: 'Gathered, and sent as one message per recipient at the end of each such stretch.' });

/** Those left out are the usual ones. */
const newOptions = z.strictObject({
  onTooLong: z.enum(['cut', 'refuse']).default('cut').meta({
    description: 'What is longer than WeCom takes: cut, or the push fails.',
  }),
  quietHours: quietHours.nullable().default(null),
  digest: digest.nullable().default(null),
});

export const mostTargets = 50;

const ruleSource = z
  .string()
  .trim()
  .min(1)
  .max(128)
  .meta({ description: '`all`, or the module of the events it is for.', example: 'workflow' });

const ruleOrder = z
  .int()
  .min(0)
  .max(1_000_000)
  .meta({ description: 'Per app the first rule by order wins; left out: after all others.' });

export const newRule = z
  .strictObject({
    name,
    source: ruleSource.default('all'),
    enabled: z.boolean().default(true),
    order: ruleOrder.optional(),
    targets: z.array(newTarget).min(1).max(mostTargets),
    options: newOptions.optional(),
  })
  .meta({ id: 'NewMessageRule' });

export const ruleChange = z
  .strictObject({
    name: name.optional(),
    source: ruleSource.optional(),
    enabled: z.boolean().optional(),
    order: ruleOrder.optional(),
    targets: z.array(newTarget).min(1).max(mostTargets).optional(),
    options: newOptions.optional(),
  })
  .refine(
    (change) => Object.values(change).some((value) => value !== undefined),
    says(messageRuleTexts.changeEmpty),
  )
  .meta({ id: 'MessageRuleChange' });

const target = z
  .object({
    targetId: id,
    corpId: id,
    corpName: z.string(),
    appId: id,
    appName: z.string(),
    type: z.enum(messageTypes),
    title: z.string().nullable().meta({ description: 'null: the default.' }),
    content: z.string().nullable().meta({ description: 'null: the default; empty: nothing.' }),
    buttonText: z.string().nullable(),
    imageUrl: z.string().nullable(),
    url: z.string().nullable(),
    canTakeTaps: z.boolean().meta({
      description: 'Template cards need the app’s callback: without it WeCom refuses those that can change.',
    }),
  })
  .meta({ id: 'RuleTarget' });

export const rule = z
  .object({
    ruleId: id,
    name: z.string(),
    source: z.string(),
    enabled: z.boolean(),
    order: z.int(),
    targets: z.array(target).meta({
      description: 'Empty once every app it named was removed: such a rule sends nothing.',
    }),
    options: z.object({
      onTooLong: z.enum(['cut', 'refuse']),
      quietHours: z.object({ from: z.string(), to: z.string(), timezone: z.string() }).nullable(),
      digest: z.object({ everyMinutes: z.int() }).nullable(),
    }),
    version: z.int(),
    createdBy: z.string(),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: 'MessageRule' });

export const ruleList = z.object({ items: z.array(rule), nextCursor: z.null() });

export const ruleParams = z.object({ ruleId: id });

export const ruleOrdering = z
  .strictObject({
    ruleIds: z
      .array(id)
      .min(1)
      .max(1_000)
      .meta({ description: 'All rules, in their new order; those left out follow in the order they had.' }),
  })
  .meta({ id: 'MessageRuleOrder' });

// ---------------------------------------------------------------- preview

const webAddress = z.string().max(2_048).refine(isWebAddress, says(messageTexts.webAddress));

const previewedEvent = z.strictObject({
  module: z.string().trim().min(1).max(128).default('workflow'),
  type: z.string().trim().min(1).max(128).default('preview'),
  title: z.string().trim().min(1).max(1_000),
  content: z.string().max(20_000).nullable().optional(),
  url: webAddress.nullable().optional(),
  imageUrl: webAddress.nullable().optional(),
  todo: z
    .strictObject({
      taskId: z.string().min(1).max(128).default('preview'),
      kind: z.enum(todoKinds),
      showActions: z.boolean().default(false),
      actions: z.array(todoAction).max(6).default([]),
    })
    .nullable()
    .optional(),
  data: z.record(z.string().max(128), z.unknown()).optional(),
});

const part = z.string().max(200).nullable().optional();

export const preview = z
  .strictObject({
    target: z.strictObject({
      corpId: id.optional(),
      appId: id.optional(),
      ...templateFields,
    }),
    options: newOptions.optional(),
    event: previewedEvent.optional(),
    sample: z.literal(true).optional().meta({
      description: 'With an event made up for it: a to-do for template cards. Also where no event is given.',
    }),
    recipient: z
      .strictObject({
        name: part,
        loginId: part,
        jobNumber: part,
        departmentName: part,
        position: part,
        userId: part,
      })
      .optional()
      .meta({ description: 'Made up where it is left out.' }),
  })
  .meta({ id: 'MessagePreviewRequest' });

const messageField = z.enum(['title', 'content', 'buttonText', 'imageUrl', 'url']);

export const previewed = z
  .object({
    type: z.enum(messageTypes),
    fields: shownFields.nullable().meta({ description: 'null where no message comes out of it.' }),
    body: z
      .record(z.string(), z.unknown())
      .nullable()
      .meta({ description: 'As it is sent to WeCom, recipients left out.' }),
    problems: z
      .array(
        z.object({
          path: messageField.or(z.literal('type')),
          code: z.string(),
          message: z.string(),
        }),
      )
      .meta({ description: 'At the fields of the target; `type`: this event can not be such a message.' }),
    cut: z.array(messageField).meta({ description: 'What was longer than WeCom takes.' }),
    lengths: z
      .array(
        z.object({
          field: messageField,
          length: z.int(),
          max: z.int(),
          unit: z.enum(['bytes', 'characters']),
        }),
      )
      .meta({ description: 'As WeCom counts; of what comes out, after it was cut.' }),
  })
  .meta({ id: 'MessagePreview' });

/** For whoever writes a template: what may stand in it. */
export const templateLanguage = z
  .object({
    variables: z.array(z.string()),
    filters: z.array(z.string()),
    tags: z.array(z.string()),
    maxTemplateChars: z.int(),
    limits: z.object({
      textBytes: z.int(),
      titleBytes: z.int(),
      descriptionBytes: z.int(),
      urlBytes: z.int(),
      buttonTextChars: z.int(),
    }),
    digestMinutes: z.object({ min: z.int(), max: z.int() }),
  })
  .meta({ id: 'MessageTemplateLanguage' });

// ---------------------------------------------------------------- apps

const wecomAnswer = z.object({ errcode: z.int().nullable(), errmsg: z.string(), path: z.string() });

export const messageApp = z
  .object({
    corpId: id,
    corpName: z.string(),
    appId: id,
    name: z.string(),
    state: z.enum(['ok', 'paused']),
    pausedAt: timestamp.nullable(),
    cause: z.string().nullable().meta({ description: 'Why it is paused, in words.' }),
    causeCode: z.string().nullable(),
    advice: z.string().nullable(),
    wecom: wecomAnswer.nullable().meta({ description: 'What WeCom answered.' }),
    probes: z.int().meta({ description: 'How often it was tried since.' }),
    waitingPushes: z.int(),
    sentToday: z.int().meta({ description: 'Messages, by recipients, in the corp’s time zone.' }),
    rules: z.int().meta({ description: 'Enabled rules that send through it.' }),
    hasCallback: z.boolean().meta({ description: 'Needed for template cards.' }),
    workflowId: z.string(),
    temporalUrl: z.string().nullable(),
  })
  .meta({ id: 'MessageApp' });

export const messageAppList = z.object({ items: z.array(messageApp), nextCursor: z.null() });

export const messageAppParams = z.object({ appId: id });

export const resumingApp = z
  .object({ appId: id, workflowId: z.string(), waitingPushes: z.int() })
  .meta({ id: 'ResumingApp' });

// ---------------------------------------------------------------- retention

const days = (description: string) => z.int().min(1).max(3_650).meta({ description });

export const messageRetention = z
  .strictObject({
    contentDays: days('What messages said is erased after so many days.'),
    logDays: days('Pushes and events go from the log after so many days; open ones never.'),
  })
  .refine(({ contentDays, logDays }) => contentDays <= logDays, {
    path: ['contentDays'],
    ...says(messageRuleTexts.contentOutlivesLog),
  })
  .meta({ id: 'MessageRetention' });

// ---------------------------------------------------------------- pictures

export const pictureForm = z
  .object({ file: z.string().meta({ format: 'binary', description: 'JPG or PNG, up to 2 MB.' }) })
  .meta({ id: 'MessagePictureForm' });

export const picture = z
  .object({ url: z.url().meta({ description: 'For `imageUrl` of a rule or an event.' }) })
  .meta({ id: 'MessagePicture' });
