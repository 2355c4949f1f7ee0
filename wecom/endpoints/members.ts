import { z } from 'zod';
import type { ApiCaller } from '../api-request';
import type { CallOptions } from '../connection';
import { WecomDataError } from '../errors';
import { wrongMemberValue } from '../member-values';
import { pageSizes } from '../limits';
import {
  acknowledged,
  looseFlag,
  looseNumber,
  looseString,
  numberList,
  stringList,
  wholeNumber,
} from './answer-fields';

export type MemberStatus = 'activated' | 'disabled' | 'not-activated' | 'left' | 'unknown';
export type Gender = 'male' | 'female';

export type ExtAttr =
  | { readonly type: 'text'; readonly name: string; readonly value: string }
  | { readonly type: 'web'; readonly name: string; readonly url: string; readonly title: string };

/** Shown to people outside the corp. */
export type ExternalAttr =
  | { readonly type: 'text'; readonly name: string; readonly value: string }
  | { readonly type: 'web'; readonly name: string; readonly url: string; readonly title: string }
  | {
      readonly type: 'miniprogram';
      readonly name: string;
      readonly appId: string;
      readonly pagePath: string;
      readonly title: string;
    };

export type ExternalProfile = {
  /** One of the corp's certified short names; "" goes back to the corp's own. */
  readonly corpName?: string;
  readonly attrs: readonly ExternalAttr[];
};

export type MemberBrief = {
  readonly userId: string;
  readonly name?: string;
  readonly departmentIds: readonly number[];
  readonly openUserId?: string;
};

/** A field that is absent was not given to this credential; an empty string was given and is empty. */
export type Member = MemberBrief & {
  readonly alias?: string;
  readonly mobile?: string;
  readonly email?: string;
  readonly bizMail?: string;
  readonly position?: string;
  readonly telephone?: string;
  readonly address?: string;
  readonly avatarUrl?: string;
  readonly externalPosition?: string;
  /** Absent when unset or not readable: WeCom answers "0" for both. */
  readonly gender?: Gender;
  readonly mainDepartmentId?: number;
  /** Same order as `departmentIds`, as are `leaderIn`. */
  readonly orders: readonly number[];
  readonly leaderIn: readonly boolean[];
  readonly directLeaders: readonly string[];
  readonly status: MemberStatus;
  readonly enabled?: boolean;
  readonly extAttrs: readonly ExtAttr[];
  readonly externalProfile?: ExternalProfile;
};

/** One row per member and department. */
export type MemberPlace = {
  readonly userId: string;
  readonly departmentId: number;
  readonly openUserId?: string;
};

export type MemberFields = {
  readonly name?: string;
  readonly alias?: string;
  readonly mobile?: string;
  readonly email?: string;
  readonly bizMail?: string;
  readonly position?: string;
  readonly telephone?: string;
  readonly address?: string;
  readonly gender?: Gender;
  readonly externalPosition?: string;
  readonly departmentIds?: readonly number[];
  /** On update only effective together with `departmentIds`; as many entries as departments. */
  readonly orders?: readonly number[];
  readonly leaderIn?: readonly boolean[];
  readonly mainDepartmentId?: number;
  readonly directLeaders?: readonly string[];
  readonly enabled?: boolean;
  /** Attributes that are not named keep their values. */
  readonly extAttrs?: readonly ExtAttr[];
  /** Replaces the whole profile: what is not named is gone. */
  readonly externalProfile?: ExternalProfile;
};

export type NewMember = MemberFields & {
  readonly userId: string;
  readonly name: string;
  /** WeCom invites by itself when this is absent. */
  readonly invite?: boolean;
};

export type MemberChange = MemberFields & {
  readonly userId: string;
  /** Allowed once, and only for an id that WeCom made up. */
  readonly newUserId?: string;
};

const statuses: Readonly<Record<number, MemberStatus>> = {
  1: 'activated',
  2: 'disabled',
  4: 'not-activated',
  5: 'left',
};

const genders: Readonly<Record<string, Gender>> = { '1': 'male', '2': 'female' };
const genderCodes: Readonly<Record<Gender, string>> = { male: '1', female: '2' };

const extAttr = z.object({
  type: z.coerce.number().catch(0),
  name: z.string(),
  value: looseString,
  text: z.object({ value: looseString }).optional().catch(undefined),
  web: z.object({ url: looseString, title: looseString }).optional().catch(undefined),
});

const extAttrList = z
  .object({ attrs: z.array(extAttr) })
  .transform(({ attrs }): ExtAttr[] =>
    attrs.map(({ type, name, value, text, web }) =>
      type === 1
        ? { type: 'web', name, url: web?.url ?? '', title: web?.title ?? '' }
        : { type: 'text', name, value: text?.value ?? value ?? '' },
    ),
  );

const externalAttr = z.object({
  type: z.coerce.number().catch(0),
  name: z.string(),
  text: z.object({ value: looseString }).optional().catch(undefined),
  web: z.object({ url: looseString, title: looseString }).optional().catch(undefined),
  miniprogram: z
    .object({ appid: looseString, pagepath: looseString, title: looseString })
    .optional()
    .catch(undefined),
});

const externalProfile = z
  .object({ external_corp_name: looseString, external_attr: z.array(externalAttr).catch([]) })
  .transform((row): ExternalProfile => ({
    ...present('corpName', row.external_corp_name),
    attrs: row.external_attr.map(({ type, name, text, web, miniprogram }): ExternalAttr => {
      if (type === 1) return { type: 'web', name, url: web?.url ?? '', title: web?.title ?? '' };
      if (type !== 2) return { type: 'text', name, value: text?.value ?? '' };
      const { appid = '', pagepath = '', title = '' } = miniprogram ?? {};
      return { type: 'miniprogram', name, appId: appid, pagePath: pagepath, title };
    }),
  }));

const memberBrief = z
  .object({ userid: z.string(), name: looseString, department: numberList, open_userid: looseString })
  .transform((row): MemberBrief => briefOf(row));

const member = z
  .object({
    userid: z.string(),
    name: looseString,
    department: numberList,
    open_userid: looseString,
    alias: looseString,
    mobile: looseString,
    email: looseString,
    biz_mail: looseString,
    position: looseString,
    telephone: looseString,
    address: looseString,
    avatar: looseString,
    external_position: looseString,
    gender: z.coerce.string().catch('0'),
    main_department: looseNumber,
    order: numberList.catch([]),
    is_leader_in_dept: numberList.catch([]),
    direct_leader: stringList.catch([]),
    status: z.coerce.number().catch(0),
    enable: looseFlag,
    extattr: extAttrList.catch([]),
    external_profile: externalProfile.optional().catch(undefined),
  })
  .transform((row): Member => ({
    ...briefOf(row),
    ...present('alias', row.alias),
    ...present('mobile', row.mobile),
    ...present('email', row.email),
    ...present('bizMail', row.biz_mail),
    ...present('position', row.position),
    ...present('telephone', row.telephone),
    ...present('address', row.address),
    ...present('avatarUrl', row.avatar),
    ...present('externalPosition', row.external_position),
    ...present('gender', genders[row.gender]),
    ...present('mainDepartmentId', row.main_department),
    ...present('enabled', row.enable),
    orders: row.order,
    leaderIn: row.is_leader_in_dept.map((flag) => flag !== 0),
    directLeaders: row.direct_leader,
    status: statuses[row.status] ?? 'unknown',
    extAttrs: row.extattr,
    ...present('externalProfile', row.external_profile),
  }));

const memberPlace = z
  .object({ userid: z.string(), department: wholeNumber, open_userid: looseString })
  .transform((row): MemberPlace => ({
    userId: row.userid,
    departmentId: row.department,
    ...present('openUserId', row.open_userid),
  }));

const createdDepartments = z.object({
  created_department_list: z
    .object({ department_info: z.array(z.object({ id: wholeNumber, name: z.string() })) })
    .optional()
    .catch(undefined),
});

const memberList = z.object({ userlist: z.array(member) });
const memberBriefList = z.object({ userlist: z.array(memberBrief) });
const memberPlacePage = z.object({ dept_user: z.array(memberPlace), next_cursor: looseString });
const foundMember = z.object({ userid: z.string() });
const activeStat = z.object({ active_cnt: wholeNumber });

type InDepartment = { readonly departmentId: number; readonly fetchChild?: boolean };

/** Two operations ask the same and differ in what is told of a member. */
function listingOf<Answer extends z.ZodType>(
  path: 'user/list' | 'user/simplelist',
  { departmentId, fetchChild }: InDepartment,
  answer: Answer,
) {
  return {
    path,
    method: 'GET',
    query: { department_id: departmentId, fetch_child: fetchChild ? 1 : 0 },
    writes: false,
    answer,
  } as const;
}

export function memberEndpoints(api: ApiCaller) {
  return {
    async get({ userId }: { readonly userId: string }, call?: CallOptions): Promise<Member> {
      return api.call(
        { path: 'user/get', method: 'GET', query: { userid: userId }, writes: false, answer: member },
        call,
      );
    },

    async list(where: InDepartment, call?: CallOptions): Promise<Member[]> {
      const { userlist } = await api.call(listingOf('user/list', where, memberList), call);
      return userlist;
    },

    async simpleList(where: InDepartment, call?: CallOptions): Promise<MemberBrief[]> {
      const { userlist } = await api.call(listingOf('user/simplelist', where, memberBriefList), call);
      return userlist;
    },

    /** The whole corp, a page at a time; contacts secret only. No `nextCursor` means this was the last page. */
    async listIds(
      { cursor, limit = pageSizes.listIds }: { readonly cursor?: string; readonly limit?: number } = {},
      call?: CallOptions,
    ): Promise<{ readonly rows: readonly MemberPlace[]; readonly nextCursor?: string }> {
      const { dept_user: rows, next_cursor: nextCursor } = await api.call(
        {
          path: 'user/list_id',
          method: 'POST',
          body: { cursor, limit },
          writes: false,
          answer: memberPlacePage,
        },
        call,
      );
      return { rows, ...(nextCursor ? { nextCursor } : {}) };
    },

    /** Departments WeCom made on its own because an id was unknown to it are returned. */
    async create(
      input: NewMember,
      call?: CallOptions,
    ): Promise<{ readonly createdDepartments: readonly { readonly id: number; readonly name: string }[] }> {
      const { userId, invite, ...fields } = input;
      refuseWrongValues('user/create', input);
      const answer = await api.call(
        {
          path: 'user/create',
          method: 'POST',
          body: { userid: userId, to_invite: invite, ...memberBody(fields) },
          writes: true,
          answer: createdDepartments,
        },
        call,
      );
      const made = answer.created_department_list?.department_info ?? [];
      return { createdDepartments: made.map(({ id, name }) => ({ id, name })) };
    },

    async update(change: MemberChange, call?: CallOptions): Promise<void> {
      const { userId, newUserId, ...fields } = change;
      refuseWrongValues('user/update', change);
      await api.call(
        {
          path: 'user/update',
          method: 'POST',
          body: { userid: userId, new_userid: newUserId, ...memberBody(fields) },
          writes: true,
          answer: acknowledged,
        },
        call,
      );
    },

    async delete({ userId }: { readonly userId: string }, call?: CallOptions): Promise<void> {
      await api.call(
        { path: 'user/delete', method: 'GET', query: { userid: userId }, writes: true, answer: acknowledged },
        call,
      );
    },

    /** At most 200; one unknown id makes WeCom refuse them all. */
    async batchDelete(
      { userIds }: { readonly userIds: readonly string[] },
      call?: CallOptions,
    ): Promise<void> {
      await api.call(
        {
          path: 'user/batchdelete',
          method: 'POST',
          body: { useridlist: userIds },
          writes: true,
          answer: acknowledged,
        },
        call,
      );
    },

    /** Wrong numbers count: above about a fifth of the corp's size WeCom refuses all look-ups for a day. */
    async userIdByMobile({ mobile }: { readonly mobile: string }, call?: CallOptions): Promise<string> {
      const { userid } = await api.call(
        {
          path: 'user/getuserid',
          method: 'POST',
          body: { mobile },
          writes: false,
          answer: foundMember,
        },
        call,
      );
      return userid;
    },

    async userIdByEmail(
      { email, kind = 'business' }: { readonly email: string; readonly kind?: 'business' | 'personal' },
      call?: CallOptions,
    ): Promise<string> {
      const { userid } = await api.call(
        {
          path: 'user/get_userid_by_email',
          method: 'POST',
          body: { email, email_type: kind === 'business' ? 1 : 2 },
          writes: false,
          answer: foundMember,
        },
        call,
      );
      return userid;
    },

    /** `date` as YYYY-MM-DD, at most 30 days back. */
    async activeStat(
      { date }: { readonly date: string },
      call?: CallOptions,
    ): Promise<{ readonly activeCount: number }> {
      const { active_cnt: activeCount } = await api.call(
        {
          path: 'user/get_active_stat',
          method: 'POST',
          body: { date },
          writes: false,
          answer: activeStat,
        },
        call,
      );
      return { activeCount };
    },
  };
}

export type MemberEndpoints = ReturnType<typeof memberEndpoints>;

function briefOf(row: {
  readonly userid: string;
  readonly name?: string | undefined;
  readonly department: readonly number[];
  readonly open_userid?: string | undefined;
}): MemberBrief {
  return {
    userId: row.userid,
    departmentIds: row.department,
    ...present('name', row.name),
    ...present('openUserId', row.open_userid),
  };
}

/** What WeCom would refuse is not sent: the answer is known, and it is the same one. */
function refuseWrongValues(path: string, fields: MemberFields & { readonly userId: string }): void {
  const wrong = wrongMemberValue(fields);
  if (wrong === undefined) return;
  const { errcode, field } = wrong;
  throw new WecomDataError({ path, errcode, errmsg: `refused before sending: ${field}` });
}

function memberBody(fields: MemberFields) {
  return {
    name: fields.name,
    alias: fields.alias,
    mobile: fields.mobile,
    email: fields.email,
    biz_mail: fields.bizMail,
    position: fields.position,
    telephone: fields.telephone,
    address: fields.address,
    gender: fields.gender === undefined ? undefined : genderCodes[fields.gender],
    external_position: fields.externalPosition,
    department: fields.departmentIds,
    order: fields.orders,
    is_leader_in_dept: fields.leaderIn?.map(Number),
    main_department: fields.mainDepartmentId,
    direct_leader: fields.directLeaders,
    enable: fields.enabled === undefined ? undefined : Number(fields.enabled),
    extattr: fields.extAttrs === undefined ? undefined : { attrs: fields.extAttrs.map(extAttrBody) },
    external_profile:
      fields.externalProfile === undefined ? undefined : externalProfileBody(fields.externalProfile),
  };
}

function externalProfileBody({ corpName, attrs }: ExternalProfile) {
  return { external_corp_name: corpName, external_attr: attrs.map(externalAttrBody) };
}

function externalAttrBody(attr: ExternalAttr) {
  switch (attr.type) {
    case 'text':
      return { type: 0, name: attr.name, text: { value: attr.value } };
    case 'web':
      return { type: 1, name: attr.name, web: { url: attr.url, title: attr.title } };
    case 'miniprogram': {
      const { name, appId, pagePath, title } = attr;
      return { type: 2, name, miniprogram: { appid: appId, pagepath: pagePath, title } };
    }
  }
}

function extAttrBody(attr: ExtAttr) {
  return attr.type === 'text'
    ? { type: 0, name: attr.name, text: { value: attr.value } }
    : { type: 1, name: attr.name, web: { url: attr.url, title: attr.title } };
}

function present<K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> {
  return value === undefined ? {} : ({ [key]: value } as Partial<Record<K, V>>);
}
