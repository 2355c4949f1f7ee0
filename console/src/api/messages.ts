import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { call, type Page, randomKey, type WecomAnswer } from './client';

export const messageTypes = ['text', 'news', 'textcard', 'template_card'] as const;
export type MessageType = (typeof messageTypes)[number];

export const todoKinds = ['pending', 'returned', 'copied', 'forwarded', 'circulated', 'consulted'] as const;
export type TodoKind = (typeof todoKinds)[number];

export const pushStates = [
  'new',
  'waiting',
  'gathered',
  'sending',
  'sent',
  'partly',
  'failed',
  'nobody',
  'recalling',
  'recalled',
  'partly-recalled',
  'cancelled',
] as const;
export type PushState = (typeof pushStates)[number];

export const pushKinds = ['event', 'digest', 'notice', 'plan', 'resend'] as const;
export type PushKind = (typeof pushKinds)[number];

export const recipientStates = [
  'queued',
  'sending',
  'sent',
  'invalid',
  'unlicensed',
  'failed',
  'unknown',
  'skipped',
  'gathered',
  'cancelled',
  'recalled',
  'recall-failed',
] as const;
export type RecipientState = (typeof recipientStates)[number];

export const resendStates = ['failed', 'invalid', 'unlicensed', 'unknown', 'recalled', 'skipped'] as const;
export type ResendState = (typeof resendStates)[number];

export type CardState = 'outstanding' | 'updated' | 'stale';

// ---------------------------------------------------------------- pushes

export interface RecallNumbers {
  readonly recalled: number;
  readonly tooLate: number;
  readonly notRecallable: number;
  readonly refused: number;
}

export interface RecallDone extends RecallNumbers {
  readonly state: PushState;
}

export interface Push {
  readonly pushId: string;
  readonly eventId: string;
  readonly kind: PushKind;
  readonly module: string;
  readonly eventType: string;
  /** Null once it was erased. */
  readonly title: string | null;
  readonly ruleId: string | null;
  /** As it was then. */
  readonly ruleName: string | null;
  readonly corpId: string;
  readonly corpName: string;
  readonly appId: string;
  readonly appName: string;
  readonly type: MessageType;
  readonly state: PushState;
  /** In the reader's language. */
  readonly reason: string | null;
  readonly reasonCode: string | null;
  readonly advice: string | null;
  readonly wecom: WecomAnswer | null;
  readonly counts: Readonly<Record<RecipientState | 'total', number>>;
  readonly acceptedAt: string;
  readonly waitUntil: string | null;
  readonly isPaused: boolean;
  readonly sentAt: string | null;
  readonly recallUntil: string | null;
  readonly recallLeftSeconds: number | null;
  readonly recallId: string | null;
  readonly resendOf: string | null;
  readonly digestDueAt: string | null;
  readonly digestPushId: string | null;
  readonly closedAt: string | null;
  /** Whatever the rights of the reader. */
  readonly can: { readonly recall: boolean; readonly resend: boolean };
  readonly workflowId: string;
  readonly temporalUrl: string | null;
}

/** As WeCom shows it; null where this type of message has no such part. */
export interface ShownFields {
  readonly title: string | null;
  readonly content: string | null;
  readonly buttonText: string | null;
  readonly url: string | null;
  readonly imageUrl: string | null;
}

export interface ShownMessage {
  readonly type: MessageType;
  readonly fields: ShownFields;
  /** As it is sent to WeCom. */
  readonly body: Readonly<Record<string, unknown>> | null;
}

interface CallError {
  readonly code: string;
  readonly message: string;
  readonly wecom: WecomAnswer | null;
}

export interface PushCall {
  readonly callId: string;
  readonly recipients: number;
  readonly state: 'sending' | 'sent' | 'unknown' | 'refused';
  readonly attempts: number;
  readonly msgid: string | null;
  readonly startedAt: string;
  readonly sentAt: string | null;
  readonly error: CallError | null;
  readonly card: CardState | null;
  readonly recall: {
    readonly state: 'asked' | 'recalled' | 'too-late' | 'not-recallable' | 'refused';
    readonly at: string | null;
    readonly error: CallError | null;
  } | null;
}

export interface PushDetails extends Push {
  /** Null while it is not written, and once it was erased. */
  readonly message: (ShownMessage & { readonly variants: number }) | null;
  readonly calls: readonly PushCall[];
  readonly recall: {
    readonly askedBy: string;
    readonly askedAt: string;
    readonly outcome: RecallDone;
  } | null;
  readonly recipientsGiven: number;
}

export interface PushRecipient {
  readonly oaUserId: string | null;
  readonly userId: string | null;
  readonly name: string | null;
  readonly state: RecipientState;
  readonly reason: string | null;
  readonly reasonCode: string | null;
  readonly sentAt: string | null;
  readonly callId: string | null;
  readonly card: {
    readonly state: CardState;
    readonly outcome?: string;
    readonly outcomeText?: string;
    readonly by?: string;
    readonly at?: string;
  } | null;
}

export type PushSummary = Readonly<Record<PushState | 'total', number>> & {
  readonly messages: Readonly<Record<'sent' | 'failed' | 'skipped' | 'waiting' | 'recalled', number>>;
  readonly since: string;
};

export interface PushFilter {
  readonly corpId?: string | undefined;
  readonly appId?: string | undefined;
  readonly ruleId?: string | undefined;
  readonly eventId?: string | undefined;
  /** One or several, with commas between. */
  readonly state?: string | undefined;
  readonly kind?: string | undefined;
  readonly user?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

const messagesKey = ['messages'] as const;
export const pushesKey = [...messagesKey, 'pushes'] as const;
export const eventsKey = [...messagesKey, 'events'] as const;
export const rulesKey = [...messagesKey, 'rules'] as const;
export const recallsKey = [...messagesKey, 'recalls'] as const;
export const appsKey = [...messagesKey, 'apps'] as const;

const busyEveryMs = 2_000;
const quietEveryMs = 15_000;

/** Goes on by itself in a moment; what waits for a person, a time or an app is read now and then. */
const movingStates: readonly PushState[] = ['new', 'sending', 'recalling'];
const isMoving = ({ state }: Pick<Push, 'state'>): boolean => movingStates.includes(state);

const nextOf = ({ nextCursor }: Page<unknown>) => nextCursor ?? undefined;
const firstPage = undefined as string | undefined;

export const pushesQuery = (filter: PushFilter) =>
  infiniteQueryOptions({
    queryKey: [...pushesKey, 'list', filter],
    queryFn: ({ signal, pageParam }) =>
      call<Page<Push>>('GET', '/pushes', { signal, query: { ...filter, cursor: pageParam, limit: 50 } }),
    initialPageParam: firstPage,
    getNextPageParam: nextOf,
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ items }) => items.some(isMoving)) ? busyEveryMs : quietEveryMs,
  });

export const pushSummaryQuery = queryOptions({
  queryKey: [...pushesKey, 'summary'],
  queryFn: ({ signal }) =>
    call<PushSummary>('GET', '/pushes/summary', {
      signal,
      // Today is that of whoever reads it.
      query: { timezone: Intl.DateTimeFormat().resolvedOptions().timeZone },
    }),
  refetchInterval: quietEveryMs,
});

const pushAt = (pushId: string, rest = '') => `/pushes/${encodeURIComponent(pushId)}${rest}`;

export const pushQuery = (pushId: string) =>
  queryOptions({
    queryKey: [...pushesKey, 'one', pushId],
    queryFn: ({ signal }) => call<PushDetails>('GET', pushAt(pushId), { signal }),
    refetchInterval: ({ state }) => (state.data && isMoving(state.data) ? busyEveryMs : quietEveryMs),
  });

export const pushRecipientsQuery = (
  pushId: string,
  filter: { readonly state: RecipientState | undefined; readonly q: string | undefined },
) =>
  infiniteQueryOptions({
    queryKey: [...pushesKey, 'one', pushId, 'recipients', filter],
    queryFn: ({ signal, pageParam }) =>
      call<Page<PushRecipient>>('GET', pushAt(pushId, '/recipients'), {
        signal,
        query: { ...filter, cursor: pageParam, limit: 20 },
      }),
    initialPageParam: firstPage,
    getNextPageParam: nextOf,
    refetchInterval: quietEveryMs,
  });

export function recallPush(pushId: string): Promise<Push & { readonly recall: RecallDone }> {
  return call('POST', pushAt(pushId, '/recall'), { headers: { 'idempotency-key': randomKey() } });
}

export interface StartedResend {
  readonly pushId: string;
  readonly recipients: number;
}

/** To everybody who did not get it, where no states are named. */
export function resendPush(pushId: string, states: readonly ResendState[]): Promise<StartedResend> {
  return call('POST', pushAt(pushId, '/resend'), {
    body: states.length === 0 ? {} : { states },
    headers: { 'idempotency-key': randomKey() },
  });
}

// ---------------------------------------------------------------- recalling many

export interface BulkRecallFilter {
  readonly eventId?: string | undefined;
  readonly ruleId?: string | undefined;
  readonly appId?: string | undefined;
  readonly corpId?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

export interface BulkRecall {
  readonly recallId: string;
  readonly phase: 'running' | 'done';
  readonly filter: Readonly<
    Record<
      'eventId' | 'ruleId' | 'ruleName' | 'appId' | 'appName' | 'corpId' | 'corpName' | 'from' | 'to',
      string | null
    >
  >;
  readonly counts: Readonly<
    Record<
      | 'pushes'
      | 'recalled'
      | 'partlyRecalled'
      | 'cancelled'
      | 'refused'
      | 'tooLate'
      | 'nothingSent'
      | 'messages',
      number
    >
  >;
  readonly askedBy: string;
  readonly askedAt: string;
  readonly finishedAt: string | null;
  readonly workflowId: string;
  readonly temporalUrl: string | null;
}

export interface RecallPreview {
  readonly pushes: number;
  readonly messages: number;
}

/** How many it would be; nothing is recalled. */
export const recallPreviewQuery = (filter: BulkRecallFilter) =>
  queryOptions({
    queryKey: [...recallsKey, 'preview', filter],
    queryFn: ({ signal }) =>
      call<RecallPreview>('POST', '/pushes/recall', { signal, body: { ...filter, dryRun: true } }),
    gcTime: 0,
    staleTime: 0,
    retry: false,
  });

export interface StartedRecall {
  readonly recallId: string;
  readonly pushes: number;
}

export function recallMany(filter: BulkRecallFilter): Promise<StartedRecall> {
  return call('POST', '/pushes/recall', { body: filter, headers: { 'idempotency-key': randomKey() } });
}

export const recallsQuery = infiniteQueryOptions({
  queryKey: [...recallsKey, 'list'],
  queryFn: ({ signal, pageParam }) =>
    call<Page<BulkRecall>>('GET', '/pushes/recalls', { signal, query: { cursor: pageParam, limit: 20 } }),
  initialPageParam: firstPage,
  getNextPageParam: nextOf,
  refetchInterval: ({ state }) =>
    state.data?.pages.some(({ items }) => items.some(({ phase }) => phase === 'running'))
      ? busyEveryMs
      : quietEveryMs,
});

// ---------------------------------------------------------------- events of the OA

export type EventState = PushState | 'no-rule';

export interface OaEvent {
  readonly eventId: string;
  readonly origin: 'oa' | 'digest' | 'notice' | 'plan';
  readonly module: string;
  readonly type: string;
  readonly title: string | null;
  readonly recipients: number;
  readonly acceptedAt: string;
  readonly erasedAt: string | null;
  readonly taskId: string | null;
  readonly state: EventState;
  readonly pushCount: number;
}

export interface OaEventDetails extends OaEvent {
  readonly content: string | null;
  readonly url: string | null;
  readonly imageUrl: string | null;
  readonly data: Readonly<Record<string, unknown>> | null;
  /** The first thousand. */
  readonly recipientIds: readonly string[];
  readonly sentBy: string;
  readonly todo: EventTodo | null;
  readonly shadowed: readonly {
    readonly ruleId: string;
    readonly ruleName: string | null;
    readonly targetId: string;
    readonly appId: string;
    readonly appName: string | null;
    readonly servedByRuleId: string;
    readonly servedByRuleName: string | null;
  }[];
  readonly pushes: readonly Push[];
}

export interface EventTodo {
  readonly taskId: string;
  readonly kind: TodoKind;
  readonly showActions: boolean;
  readonly actions: readonly { readonly key: string; readonly text: string }[];
}

export interface Todo {
  readonly taskId: string;
  readonly target: 'oa' | 'plan';
  readonly runId: string | null;
  readonly state: 'open' | 'deciding' | 'decided' | 'settled';
  readonly outcome: string | null;
  readonly outcomeText: string | null;
  readonly by: string | null;
  readonly byName: string | null;
  readonly at: string | null;
  readonly oaAwaySince: string | null;
  readonly oaAnswer: { readonly code: string; readonly message: string | null } | null;
  readonly cards: readonly {
    readonly userId: string;
    readonly oaUserId: string | null;
    readonly pushId: string;
    readonly state: CardState;
    readonly at: string | null;
  }[];
  readonly taps: readonly {
    readonly tapId: string;
    readonly userId: string;
    readonly oaUserId: string | null;
    readonly name: string | null;
    readonly action: string;
    readonly state: 'waiting' | 'deciding' | 'done' | 'late' | 'refused' | 'invalid';
    readonly reason: string | null;
    readonly at: string;
    readonly endedAt: string | null;
  }[];
  readonly workflowId: string;
  readonly temporalUrl: string | null;
}

export interface EventFilter {
  readonly module?: string | undefined;
  /** How the event's id begins. */
  readonly q?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

const eventAt = (eventId: string, rest = '') => `/oa/events/${encodeURIComponent(eventId)}${rest}`;

export const eventsQuery = (filter: EventFilter) =>
  infiniteQueryOptions({
    queryKey: [...eventsKey, 'list', filter],
    queryFn: ({ signal, pageParam }) =>
      call<Page<OaEvent>>('GET', '/oa/events', {
        signal,
        query: { ...filter, cursor: pageParam, limit: 50 },
      }),
    initialPageParam: firstPage,
    getNextPageParam: nextOf,
    refetchInterval: quietEveryMs,
  });

export const eventQuery = (eventId: string) =>
  queryOptions({
    queryKey: [...eventsKey, 'one', eventId],
    queryFn: ({ signal }) => call<OaEventDetails>('GET', eventAt(eventId), { signal }),
    refetchInterval: ({ state }) => (state.data?.pushes.some(isMoving) ? busyEveryMs : quietEveryMs),
  });

export const todoQuery = (taskId: string) =>
  queryOptions({
    queryKey: [...messagesKey, 'todos', taskId],
    queryFn: ({ signal }) => call<Todo>('GET', `/oa/todos/${encodeURIComponent(taskId)}`, { signal }),
    refetchInterval: ({ state }) => (state.data?.state === 'deciding' ? busyEveryMs : quietEveryMs),
  });

export const recallEvent = (eventId: string): Promise<StartedRecall> =>
  call('POST', eventAt(eventId, '/recall'), { headers: { 'idempotency-key': randomKey() } });
export const eraseEvent = (eventId: string): Promise<OaEventDetails> =>
  call('POST', eventAt(eventId, '/erase'));

export interface NewEvent {
  readonly eventId: string;
  readonly module: string;
  readonly type: string;
  readonly title: string;
  readonly content: string | null;
  readonly url: string | null;
  readonly imageUrl: string | null;
  readonly recipients: readonly string[];
  readonly todo: EventTodo | null;
}

export interface AcceptedEvent {
  readonly eventId: string;
  readonly pushes: readonly { readonly pushId: string; readonly workflowId: string }[];
  readonly state: EventState;
}

export const sendEvent = (event: NewEvent): Promise<AcceptedEvent> =>
  call('POST', '/oa/events', { body: event });

// ---------------------------------------------------------------- rules

/** Null stands for the default. */
export interface TargetTemplate {
  readonly type: MessageType;
  readonly title: string | null;
  readonly content: string | null;
  readonly buttonText: string | null;
  readonly imageUrl: string | null;
  readonly url: string | null;
}

export interface NewTarget extends TargetTemplate {
  readonly corpId: string;
  readonly appId: string;
}

export interface MessageTarget extends NewTarget {
  readonly targetId: string;
  readonly corpName: string;
  readonly appName: string;
  /** Template cards need the app's callback. */
  readonly canTakeTaps: boolean;
}

export interface QuietHours {
  readonly from: string;
  readonly to: string;
  readonly timezone: string;
}

export interface RuleOptions {
  readonly onTooLong: 'cut' | 'refuse';
  readonly quietHours: QuietHours | null;
  readonly digest: { readonly everyMinutes: number } | null;
}

export interface NewRule {
  readonly name: string;
  /** "all", or one module of the OA. */
  readonly source: string;
  readonly enabled: boolean;
  readonly targets: readonly NewTarget[];
  readonly options: RuleOptions;
}

export interface MessageRule extends Omit<NewRule, 'targets'> {
  readonly ruleId: string;
  readonly order: number;
  readonly targets: readonly MessageTarget[];
  readonly version: number;
  readonly createdAt: string;
}

const ruleAt = (ruleId: string) => `/message-rules/${encodeURIComponent(ruleId)}`;

export const rulesQuery = queryOptions({
  queryKey: [...rulesKey, 'list'],
  queryFn: async ({ signal }) =>
    (await call<Page<MessageRule>>('GET', '/message-rules', { signal, query: { limit: 200 } })).items,
});

export const ruleQuery = (ruleId: string) =>
  queryOptions({
    queryKey: [...rulesKey, 'one', ruleId],
    queryFn: ({ signal }) => call<MessageRule>('GET', ruleAt(ruleId), { signal }),
  });

export const createRule = (rule: NewRule): Promise<MessageRule> =>
  call('POST', '/message-rules', { body: rule });
export const replaceRule = (ruleId: string, rule: NewRule): Promise<MessageRule> =>
  call('PUT', ruleAt(ruleId), { body: rule });
export const changeRule = (ruleId: string, change: Partial<NewRule>): Promise<MessageRule> =>
  call('PATCH', ruleAt(ruleId), { body: change });
export const removeRule = (ruleId: string): Promise<void> => call('DELETE', ruleAt(ruleId));
export const orderRules = (ruleIds: readonly string[]): Promise<unknown> =>
  call('POST', '/message-rules/order', { body: { ruleIds } });

export type MessageField = keyof ShownFields;

export interface MessagePreview {
  readonly type: MessageType;
  /** Null where no message comes out of it. */
  readonly fields: ShownFields | null;
  readonly body: Readonly<Record<string, unknown>> | null;
  /** At the fields of the target; `type`: this event can't be such a message. */
  readonly problems: readonly {
    readonly path: MessageField | 'type';
    readonly code: string;
    readonly message: string;
  }[];
  readonly cut: readonly MessageField[];
  /** As WeCom counts; of what comes out, after it was cut. */
  readonly lengths: readonly FieldLength[];
}

export interface FieldLength {
  readonly field: MessageField;
  readonly length: number;
  readonly max: number;
  readonly unit: 'bytes' | 'characters';
}

/** Of an event made up for it. */
export const previewQuery = (
  target: TargetTemplate & Partial<NewTarget>,
  onTooLong: RuleOptions['onTooLong'],
) =>
  queryOptions({
    queryKey: [...rulesKey, 'preview', target, onTooLong],
    queryFn: ({ signal }) =>
      call<MessagePreview>('POST', '/message-rules/preview', {
        signal,
        body: { target, options: { onTooLong }, sample: true },
      }),
    placeholderData: (before) => before,
    gcTime: 60_000,
    staleTime: 60_000,
    retry: false,
  });

// ---------------------------------------------------------------- apps, and how long messages are kept

export interface MessageApp {
  readonly corpId: string;
  readonly corpName: string;
  readonly appId: string;
  readonly name: string;
  readonly state: 'ok' | 'paused';
  readonly pausedAt: string | null;
  readonly cause: string | null;
  readonly advice: string | null;
  readonly wecom: WecomAnswer | null;
  readonly waitingPushes: number;
  readonly sentToday: number;
  /** Enabled ones that send through it. */
  readonly rules: number;
  /** How often it was tried since. */
  readonly probes: number;
  readonly hasCallback: boolean;
  readonly temporalUrl: string | null;
}

export const messageAppsQuery = queryOptions({
  queryKey: [...appsKey, 'list'],
  queryFn: async ({ signal }) => (await call<Page<MessageApp>>('GET', '/message-apps', { signal })).items,
  refetchInterval: ({ state }) =>
    state.data?.some((app) => app.state === 'paused') ? busyEveryMs : quietEveryMs,
});

export const resumeApp = (appId: string): Promise<unknown> =>
  call('POST', `/message-apps/${encodeURIComponent(appId)}/resume`);

export interface MessageSettings {
  readonly contentDays: number;
  readonly logDays: number;
}

export const messageSettingsQuery = queryOptions({
  queryKey: [...messagesKey, 'settings'],
  queryFn: ({ signal }) => call<MessageSettings>('GET', '/message-settings', { signal }),
});

export const saveMessageSettings = (settings: MessageSettings): Promise<MessageSettings> =>
  call('PUT', '/message-settings', { body: settings });

/** WeCom keeps it for good, under the address that comes back. */
export function uploadPicture(corpId: string, appId: string, file: File): Promise<{ readonly url: string }> {
  const body = new FormData();
  body.set('file', file);
  const path = `/corps/${encodeURIComponent(corpId)}/apps/${encodeURIComponent(appId)}/pictures`;
  return call('POST', path, { body });
}
