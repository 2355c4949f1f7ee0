import { z } from 'zod';

const id = z.int().min(0);
const text = z.string();

const receiver = z.object({
  url: z.url({ protocol: /^https?$/ }),
  token: z.string().regex(/^[A-Za-z0-9]{1,32}$/, 'letters and digits, at most 32'),
  encodingAesKey: z.string().regex(/^[A-Za-z0-9]{43}$/, 'exactly 43 letters and digits'),
  payload: z.enum(['reduced', 'full']).optional(),
});

const department = z.looseObject({
  id: z.int().min(1),
  name: text.min(1),
  parentid: id,
  name_en: text.optional(),
  order: id.optional(),
});

const extAttribute = z.discriminatedUnion('type', [
  z.object({ type: z.literal(0), name: text, text: z.object({ value: text }) }),
  z.object({ type: z.literal(1), name: text, web: z.object({ url: text, title: text }) }),
]);

const member = z.looseObject({
  userid: text.min(1).max(64),
  name: text.min(1),
  department: z.array(z.int().min(1)).optional(),
  order: z.array(id).optional(),
  is_leader_in_dept: z.array(z.union([z.literal(0), z.literal(1)])).optional(),
  direct_leader: z.array(text).optional(),
  main_department: z.int().min(1).optional(),
  enable: z.union([z.literal(0), z.literal(1)]).optional(),
  status: z.union([z.literal(1), z.literal(2), z.literal(4), z.literal(5)]).optional(),
  activated: z.boolean().optional(),
  userid_changeable: z.boolean().optional(),
  alias: text.optional(),
  mobile: text.optional(),
  email: text.optional(),
  biz_mail: text.optional(),
  biz_mail_alias: z.object({ item: z.array(text) }).optional(),
  position: text.optional(),
  gender: z.union([z.enum(['0', '1', '2']), z.literal(0), z.literal(1), z.literal(2)]).optional(),
  telephone: text.optional(),
  address: text.optional(),
  avatar: text.optional(),
  external_position: text.optional(),
  nickname: text.optional(),
  extattr: z.object({ attrs: z.array(extAttribute) }).optional(),
  external_profile: z.record(z.string(), z.unknown()).optional(),
});

const app = z.object({
  agentid: z.int().min(1),
  secret: text.min(1),
  name: text.min(1),
  visibleDepartments: z.array(z.int().min(1)).optional(),
  visibleUsers: z.array(text).optional(),
  visibleTags: z.array(z.int().min(1)).optional(),
  permissions: z.array(z.enum(['checkin', 'externalcontact', 'archive'])).optional(),
  callback: receiver.optional(),
  trustedIps: z.array(text).optional(),
  disabled: z.boolean().optional(),
  description: text.optional(),
  redirectDomain: text.optional(),
  homeUrl: text.optional(),
  reportLocationFlag: z.union([z.literal(0), z.literal(1)]).optional(),
  isReportEnter: z.union([z.literal(0), z.literal(1)]).optional(),
  squareLogoUrl: text.optional(),
});

const tag = z.object({
  tagid: z.int().min(1),
  tagname: text.min(1),
  userlist: z.array(text).optional(),
  partylist: z.array(z.int().min(1)).optional(),
  owner: text.optional(),
});

// Userids, or WeCom's own objects that name one.
const followers = z
  .array(z.union([text, z.looseObject({ userid: text }).transform(({ userid }) => userid)]))
  .default([]);

const externalContact = z.union([
  z.looseObject({ external_userid: text.min(1), name: text.default(''), follow_user: followers }),
  // As externalcontact/get prints it.
  z
    .looseObject({
      external_contact: z.looseObject({ external_userid: text.min(1), name: text.default('') }),
      follow_user: followers,
    })
    .transform(({ external_contact: contact, follow_user }) => ({ ...contact, follow_user })),
]);

const groupChat = z.looseObject({
  chat_id: text.min(1),
  name: text,
  owner: text.min(1),
  create_time: z.int().optional(),
});

export const generateSchema = z.object({
  members: z.int().min(0).max(1_000_000),
  departments: z.int().min(1).max(30_000),
  seed: z.int().optional(),
  partTimePercent: z.number().min(0).max(100).optional(),
});

export const corpSchema = z.object({
  corpid: text.min(1),
  name: text.min(1),
  contactsSecret: text.min(1),
  apps: z.array(app).optional(),
  departments: z.array(department).optional(),
  users: z.array(member).optional(),
  tags: z.array(tag).optional(),
  extattrs: z
    .array(z.object({ name: text.min(1), type: z.union([z.literal(0), z.literal(1)]).default(0) }))
    .optional(),
  externalContacts: z.array(externalContact).optional(),
  groupChats: z.array(groupChat).optional(),
  rights: z.enum(['today', 'legacy']).optional(),
  contactsCallback: receiver.optional(),
  contactsTrustedIps: z.array(text).optional(),
  systemSecrets: z
    .object({ externalcontact: text.optional(), checkin: text.optional(), archive: text.optional() })
    .optional(),
  accountLimit: z.int().min(1).optional(),
  creator: text.optional(),
  admins: z.array(text).optional(),
  unlicensed: z.array(text).optional(),
  certifiedNames: z.array(text).optional(),
  generate: generateSchema.optional(),
});

/** Test authors write `user/get` or `/cgi-bin/user/get`. */
export const apiPath = text.min(1).transform((path) => path.replace(/^\/?(cgi-bin\/)?/, ''));

const fault = z
  .strictObject({
    path: apiPath,
    times: z.int().min(1).optional(),
    rate: z.number().min(0).max(1).optional(),
    errcode: z.int().optional(),
    httpStatus: z.int().min(200).max(599).optional(),
    delayMs: z.number().min(0).optional(),
    drop: z.enum(['before', 'after']).optional(),
    body: z.enum(['truncated', 'html']).optional(),
  })
  .refine((one) => ['errcode', 'httpStatus', 'delayMs', 'drop', 'body'].some((effect) => effect in one), {
    message: 'a fault needs one of errcode, httpStatus, delayMs, drop, body',
  });

export const faultsSchema = z.union([z.array(fault), fault.transform((one) => [one])]);

const count = z.int().min(1);

export const settingsSchema = z.strictObject({
  latencyMs: z.number().min(0).optional(),
  perApiPerMinute: count.optional(),
  perApiPerHour: count.optional(),
  perIpPerMinute: count.optional(),
  perIpPerHour: count.optional(),
  perMinuteOf: z.record(apiPath, count).optional(),
  maxConcurrentPerApi: count.nullable().optional(),
  tokenTtlSeconds: z.number().positive().optional(),
  trustedIps: z
    .array(text)
    .nullable()
    .transform((ips) => ips ?? [])
    .optional(),
  wrongSecretsBeforeBan: count.optional(),
  wrongLookupsAlwaysAllowed: z.int().min(0).optional(),
  maxMembersPerAnswer: count.optional(),
  messagesPerMemberPerMinute: count.optional(),
  messagesPerMemberPerHour: count.optional(),
  messagesPerAccountPerDay: count.optional(),
  callbackTimeoutMs: count.optional(),
  callbackVerifyTimeoutMs: count.optional(),
  callbackRetries: z.int().min(0).optional(),
  callbackRetryDelayMs: z.number().min(0).optional(),
  variants: z
    .strictObject({
      departmentName: z.enum(['64-chars', '32-chars', '64-bytes']).optional(),
      directLeaders: z.union([z.literal(1), z.literal(5)]).optional(),
      departmentOnCreate: z.enum(['optional', 'required']).optional(),
      departmentsPerMember: z.union([z.literal(100), z.literal(20)]).optional(),
      imageLimit: z.enum(['10-MB', '5-MB']).optional(),
      fetchChild: z.enum(['honoured', 'ignored']).optional(),
      callbackIps: z.enum(['wildcard', 'exact']).optional(),
      expiredToken: z.union([z.literal(42001), z.literal(40014)]).optional(),
      outOfRangeMember: z.union([z.literal(60011), z.literal(60111)]).optional(),
      escapedUnicode: z.enum(['accepted', 'refused']).optional(),
      outOfRangeCheckin: z.union([z.literal(60011), z.literal(301021)]).optional(),
      textcardLimits: z.enum(['chars', 'bytes']).optional(),
      duplicateAnswer: z.enum(['no-msgid', 'msgid']).optional(),
      secondRecall: z.enum(['accepted', 'refused']).optional(),
    })
    .optional(),
});

export const callFilterSchema = z.looseObject({ path: apiPath.optional(), corpid: text.optional() });

export const clockSchema = z.strictObject({ advanceSeconds: z.number().min(0) });

export const byHandSchema = z.object({
  path: apiPath,
  body: z.record(z.string(), z.unknown()).default({}),
});

export const callbackSettingSchema = z.object({
  agentid: z.union([z.int().min(1), z.literal('contacts')]).optional(),
  contacts: z.literal(true).optional(),
  // Token, key and address are judged by the verification, which answers as WeCom does.
  url: text,
  token: text,
  encodingAesKey: text,
  payload: z.enum(['reduced', 'full']).optional(),
});

export const oauthCodeSchema = z
  .strictObject({
    agentid: z.int().min(1),
    userid: text.min(1).optional(),
    externalUserid: text.min(1).optional(),
    openid: text.min(1).optional(),
    scope: z.enum(['snsapi_base', 'snsapi_privateinfo']).default('snsapi_base'),
  })
  .refine(
    (one) => [one.userid, one.externalUserid, one.openid].filter((value) => value !== undefined).length === 1,
    { message: 'one of userid, externalUserid, openid', path: ['userid'] },
  );

const userid = text.min(1);

export const clickSchema = z.strictObject({
  userid,
  key: text.min(1),
  questionKey: text.min(1).optional(),
  optionIds: z.array(text).optional(),
  /** Where a card asks several questions. */
  answers: z.array(z.strictObject({ questionKey: text.min(1), optionIds: z.array(text) })).optional(),
});

export const saySchema = z
  .strictObject({
    agentid: z.int().min(1),
    userid,
    msgtype: z.enum(['text', 'image', 'voice', 'video']).default('text'),
    content: text.min(1).optional(),
    mediaId: text.min(1).optional(),
  })
  .refine((one) => (one.msgtype === 'text' ? one.content : one.mediaId) !== undefined, {
    message: 'content for a text, mediaId for anything else',
  });

export const licenceSchema = z.strictObject({ unlicensed: z.array(userid) });

const moment = z.union([
  z.coerce.number().int().min(0),
  z.iso.datetime({ offset: true }).transform((at) => Date.parse(at)),
]);

export const messageFilterSchema = z.looseObject({
  since: moment.default(0),
  agentid: z.coerce.number().int().optional(),
  recipients: z.literal('1').optional(),
});

export type CorpInput = z.infer<typeof corpSchema>;
export type DepartmentInput = z.infer<typeof department>;
export type MemberInput = z.infer<typeof member>;
export type GenerateInput = z.infer<typeof generateSchema>;
