import { createHash, randomBytes } from 'node:crypto';

export type Content = Readonly<Record<string, unknown>>;

/** One message as all its recipients share it; only what differs between them is kept per member. */
export type SentMessage = {
  readonly msgid: string;
  readonly agentid: number;
  readonly msgtype: string;
  readonly body: Content;
  readonly sentAtMs: number;
  readonly taskId: string | null;
  /** Userids in lower case, as everywhere in this file. */
  readonly delivered: Set<string>;
  /** Over the limit per member: WeCom says ok and delivers nothing. */
  readonly dropped: readonly string[];
  /** Disabled, gone, or without a licence. */
  readonly unreached: readonly string[];
  /** Who sees another card than the one that was sent. */
  readonly cards: Map<string, Content>;
  /** Identical requests that the duplicate check swallowed. */
  suppressed: number;
  recalledAtMs: number | null;
};

export type SaidMessage = {
  readonly msgid: number;
  readonly agentid: number;
  readonly userid: string;
  readonly msgtype: string;
  readonly content: string | null;
  readonly mediaId: string | null;
  readonly saidAtMs: number;
};

type StoredMessage = Omit<SentMessage, 'delivered' | 'cards'> & {
  readonly delivered: readonly string[];
  readonly cards: readonly (readonly [Content, readonly string[]])[];
};
type ResponseCode = { readonly msgid: string; readonly expiresAtMs: number };
type Swallowing = { readonly msgid: string; readonly atMs: number };

export type StoredMessages = {
  readonly messages: readonly StoredMessage[];
  readonly said: readonly SaidMessage[];
  readonly codes: readonly (readonly [string, ResponseCode])[];
  readonly requests: readonly (readonly [string, Swallowing])[];
  readonly perDay: readonly (readonly [string, number])[];
};

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const CODE_LIFE_MS = 72 * HOUR_MS;
const LONGEST_DUPLICATE_CHECK_MS = 4 * HOUR_MS;
const MAX_DELIVERIES = 200_000;
const MAX_SAID = 2_000;
// WeCom's day is China's, whatever this machine thinks.
const CHINA_OFFSET_MS = 8 * HOUR_MS;

/** What the apps of one corp have sent, and what became of it on every phone. */
export class Messages {
  readonly unlicensed = new Set<string>();
  readonly #byMsgid = new Map<string, SentMessage>();
  readonly #inboxes = new Map<string, SentMessage[]>();
  readonly #taskIds = new Set<string>();
  readonly #codes = new Map<string, ResponseCode>();
  readonly #requests = new Map<string, Swallowing>();
  readonly #perDay = new Map<string, number>();
  #said: SaidMessage[] = [];
  #deliveries = 0;
  #lastSaidId = 0;

  find(msgid: string): SentMessage | undefined {
    return this.#byMsgid.get(msgid);
  }

  /** Oldest first. */
  all(): IterableIterator<SentMessage> {
    return this.#byMsgid.values();
  }

  /** Oldest first. */
  inbox(userid: string): readonly SentMessage[] {
    return this.#inboxes.get(userid.toLowerCase()) ?? [];
  }

  hasTask(agentid: number, taskId: string): boolean {
    return this.#taskIds.has(taskKey(agentid, taskId));
  }

  cardFor(message: SentMessage, userid: string): Content {
    return message.cards.get(userid.toLowerCase()) ?? message.body;
  }

  add(message: Omit<SentMessage, 'msgid' | 'cards' | 'suppressed' | 'recalledAtMs'>): SentMessage {
    return this.#keep({
      ...message,
      msgid: randomBytes(48).toString('base64url'),
      cards: new Map(),
      suppressed: 0,
      recalledAtMs: null,
    });
  }

  /** Whether the app has reached the member so often that WeCom drops what comes next. */
  hasEnough(
    userid: string,
    agentid: number,
    nowMs: number,
    most: { perMinute: number; perHour: number },
  ): boolean {
    let inMinute = 0;
    let inHour = 0;
    const inbox = this.inbox(userid);
    for (let i = inbox.length - 1; i >= 0; i -= 1) {
      const message = inbox[i] as SentMessage;
      const ageMs = nowMs - message.sentAtMs;
      if (ageMs >= HOUR_MS) return false;
      if (message.agentid !== agentid) continue;
      inHour += 1;
      if (ageMs < MINUTE_MS) inMinute += 1;
      if (inMinute >= most.perMinute || inHour >= most.perHour) return true;
    }
    return false;
  }

  sentOnDay(agentid: number, atMs: number): number {
    return this.#perDay.get(`${agentid} ${chinaDay(atMs)}`) ?? 0;
  }

  countForDay(agentid: number, persons: number, nowMs: number): void {
    const today = chinaDay(nowMs);
    const key = `${agentid} ${today}`;
    this.#perDay.set(key, (this.#perDay.get(key) ?? 0) + persons);
    for (const old of this.#perDay.keys()) {
      if (Number(old.split(' ')[1]) < today - 1) this.#perDay.delete(old);
    }
  }

  /** The message the same request has led to within the window, if it has. */
  sameRequest(request: string, windowMs: number, nowMs: number): SentMessage | undefined {
    const earlier = this.#requests.get(request);
    return earlier !== undefined && nowMs - earlier.atMs < windowMs
      ? this.#byMsgid.get(earlier.msgid)
      : undefined;
  }

  rememberRequest(request: string, msgid: string, nowMs: number): void {
    for (const [key, { atMs }] of this.#requests) {
      if (nowMs - atMs < LONGEST_DUPLICATE_CHECK_MS) break;
      this.#requests.delete(key);
    }
    this.#requests.delete(request);
    this.#requests.set(request, { msgid, atMs: nowMs });
  }

  issueCode(message: SentMessage, nowMs: number): string {
    for (const [code, { expiresAtMs }] of this.#codes) {
      if (expiresAtMs > nowMs) break;
      this.#codes.delete(code);
    }
    const code = randomBytes(48).toString('base64url');
    this.#codes.set(code, { msgid: message.msgid, expiresAtMs: nowMs + CODE_LIFE_MS });
    return code;
  }

  messageOfCode(code: string, nowMs: number): SentMessage | undefined {
    const issued = this.#codes.get(code);
    return issued !== undefined && nowMs < issued.expiresAtMs ? this.#byMsgid.get(issued.msgid) : undefined;
  }

  spendCode(code: string): void {
    this.#codes.delete(code);
  }

  say(said: Omit<SaidMessage, 'msgid'>): SaidMessage {
    this.#lastSaidId = Math.max(this.#lastSaidId + 1, said.saidAtMs * 1000);
    const message = { ...said, msgid: this.#lastSaidId };
    this.#said.push(message);
    if (this.#said.length > MAX_SAID) this.#said = this.#said.slice(-MAX_SAID / 2);
    return message;
  }

  saidBy(userid: string): readonly SaidMessage[] {
    const key = userid.toLowerCase();
    return this.#said.filter((one) => one.userid.toLowerCase() === key);
  }

  /** A member whose userid changes keeps the phone and what is on it. */
  rename(from: string, to: string): void {
    const [before, after] = [from.toLowerCase(), to.toLowerCase()];
    const inbox = this.#inboxes.get(before);
    if (before === after || inbox === undefined) return;
    this.#inboxes.delete(before);
    this.#inboxes.set(after, inbox);
    for (const message of inbox) {
      message.delivered.delete(before);
      message.delivered.add(after);
      const card = message.cards.get(before);
      if (card === undefined) continue;
      message.cards.delete(before);
      message.cards.set(after, card);
    }
  }

  stored(): StoredMessages {
    return {
      messages: [...this.#byMsgid.values()].map((message) => ({
        ...message,
        delivered: [...message.delivered],
        cards: byCard(message.cards),
      })),
      said: this.#said,
      codes: [...this.#codes],
      requests: [...this.#requests],
      perDay: [...this.#perDay],
    };
  }

  restore(stored: StoredMessages): void {
    for (const { delivered, cards, ...message } of stored.messages) {
      this.#keep({
        ...message,
        delivered: new Set(delivered),
        cards: new Map(cards.flatMap(([card, users]) => users.map((userid) => [userid, card] as const))),
      });
    }
    this.#said = [...stored.said];
    for (const [code, issued] of stored.codes) this.#codes.set(code, issued);
    for (const [request, earlier] of stored.requests) this.#requests.set(request, earlier);
    for (const [day, count] of stored.perDay) this.#perDay.set(day, count);
  }

  #keep(message: SentMessage): SentMessage {
    this.#byMsgid.set(message.msgid, message);
    if (message.taskId !== null) this.#taskIds.add(taskKey(message.agentid, message.taskId));
    for (const userid of message.delivered) {
      const inbox = this.#inboxes.get(userid);
      if (inbox === undefined) this.#inboxes.set(userid, [message]);
      else inbox.push(message);
    }
    this.#deliveries += sizeOf(message);
    // Forgetting a tenth at once keeps this cheap per message.
    if (this.#deliveries > MAX_DELIVERIES * 1.1) this.#forgetOldest();
    return message;
  }

  #forgetOldest(): void {
    const touched = new Set<string>();
    for (const message of this.#byMsgid.values()) {
      if (this.#deliveries <= MAX_DELIVERIES) break;
      this.#byMsgid.delete(message.msgid);
      if (message.taskId !== null) this.#taskIds.delete(taskKey(message.agentid, message.taskId));
      this.#deliveries -= sizeOf(message);
      for (const userid of message.delivered) touched.add(userid);
    }
    for (const userid of touched) {
      const left = (this.#inboxes.get(userid) ?? []).filter(({ msgid }) => this.#byMsgid.has(msgid));
      if (left.length === 0) this.#inboxes.delete(userid);
      else this.#inboxes.set(userid, left);
    }
  }
}

/** What WeCom compares: the request as JSON, per app. */
export function requestKey(agentid: number, body: Content): string {
  return createHash('sha256')
    .update(`${agentid} ${JSON.stringify(body)}`)
    .digest('base64url');
}

function byCard(cards: ReadonlyMap<string, Content>): [Content, string[]][] {
  const users = new Map<Content, string[]>();
  for (const [userid, card] of cards) {
    const same = users.get(card);
    if (same === undefined) users.set(card, [userid]);
    else same.push(userid);
  }
  return [...users];
}

/** A message that reached nobody takes its place as well. */
function sizeOf({ delivered }: SentMessage): number {
  return Math.max(1, delivered.size);
}

function taskKey(agentid: number, taskId: string): string {
  return `${agentid} ${taskId}`;
}

export function chinaDay(atMs: number): number {
  return Math.floor((atMs + CHINA_OFFSET_MS) / DAY_MS);
}
