/** The words of messages: rules, events, pushes, what became of them. */

export const messageTypes = ['text', 'news', 'textcard', 'template_card'] as const;
export type MessageType = (typeof messageTypes)[number];

/** 待处理, 退回, 抄送, 转发, 传阅, 意见征询: the only events that may become template cards. */
export const todoKinds = ['pending', 'returned', 'copied', 'forwarded', 'circulated', 'consulted'] as const;
export type TodoKind = (typeof todoKinds)[number];

/** As a rule's target says it; null stands for the default, "" for nothing where nothing is allowed. */
export interface MessageTemplate {
  readonly type: MessageType;
  readonly title: string | null;
  readonly content: string | null;
  readonly buttonText: string | null;
  /** For an event without a picture of its own. */
  readonly imageUrl: string | null;
  /** For an event without an address of its own. */
  readonly url: string | null;
}

export interface QuietHours {
  /** "22:00", in `timezone`; may be later than `to`. */
  readonly from: string;
  readonly to: string;
  readonly timezone: string;
}

export interface RuleOptions {
  readonly onTooLong: 'cut' | 'refuse';
  /** Within them messages wait for their end. */
  readonly quietHours: QuietHours | null;
  /** Gathered, and sent as one message per recipient at the end of each such stretch of time. */
  readonly digest: { readonly everyMinutes: number } | null;
}

export interface TodoAction {
  readonly key: string;
  readonly text: string;
}

export interface EventTodo {
  readonly taskId: string;
  readonly kind: TodoKind;
  /** 【消息入口显示操作按钮】 of the event's workflow. */
  readonly showActions: boolean;
  readonly actions: readonly TodoAction[];
}

/** What an event says; sealed wherever it is kept. */
export interface EventContent {
  readonly title: string;
  readonly content: string | null;
  readonly url: string | null;
  readonly imageUrl: string | null;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What the OA said happened, whole. */
export interface MessageEvent extends EventContent {
  readonly id: string;
  readonly module: string;
  readonly type: string;
  readonly todo: EventTodo | null;
}

export const eventOrigins = ['oa', 'digest', 'notice', 'plan'] as const;
export type EventOrigin = (typeof eventOrigins)[number];

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

/** Something of it is still to be sent or taken back. */
export const openPushStates = [
  'new',
  'waiting',
  'gathered',
  'sending',
  'recalling',
] as const satisfies readonly PushState[];

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

/** Why somebody gets nothing. */
export const skipReasons = [
  'unbound',
  'unknown-user',
  'departed',
  'disabled',
  'left',
  'gone',
  'in-digest',
] as const;
export type SkipReason = (typeof skipReasons)[number];

/** Codes; the words are made in the reader's language. */
export const pushReasons = [
  // it waits
  'quiet-hours',
  'member-quota',
  'app-paused',
  'wecom-busy',
  'rate-limited',
  // it failed
  'no-url',
  'not-a-todo',
  'too-long',
  'template-broken',
  'refused-by-wecom',
  'content-erased',
  'app-removed',
  // it was called off
  'recalled-before-sending',
] as const;
export type PushReasonCode = (typeof pushReasons)[number];

export interface PushReason {
  readonly code: PushReasonCode;
  readonly params?: Readonly<Record<string, string | number>>;
  readonly wecom?: { readonly errcode?: number; readonly errmsg?: string; readonly path: string };
}

export const cardStates = ['outstanding', 'updated', 'stale'] as const;
export type CardState = (typeof cardStates)[number];

export const recallOutcomes = ['recalled', 'too-late', 'not-recallable', 'refused'] as const;
/** What came of recalling one call. */
export type RecallOutcome = (typeof recallOutcomes)[number];

export const recallRefusals = ['already-recalled', 'recall-too-late', 'nothing-sent', 'in-digest'] as const;
/** Why a push is not recalled. */
export type RecallRefusal = (typeof recallRefusals)[number];

export const hourMs = 3_600_000;
/** WeCom's word decides; this is what people are shown. */
export const recallableForMs = 24 * hourMs;
/** How long WeCom's code for changing a card is good. */
export const cardChangeableForMs = 72 * hourMs;
/** The longest time over which WeCom tells a repeated request from a new one. */
export const duplicateCheckMs = 4 * hourMs;
/** Per member and app; WeCom drops silently what is more. */
export const memberQuota = { minute: 30, hour: 1_000 } as const;
/** Few enough to be sent while somebody waits for it. */
export const fewRecipients = 50;
