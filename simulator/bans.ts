import { Rejection } from './errors';
import { DAY_MS, RollingCounter } from './rate-limits';
import type { Settings } from './settings';
import type { Corp } from './state/corp';

const HOUR_MS = 60 * 60 * 1000;
const MONTH_MS = 30 * DAY_MS;

/** Repeated wrong secrets close gettoken to the source address for an hour. */
export class SecretBans {
  readonly #wrong = new Map<string, RollingCounter>();
  readonly #bannedUntilMs = new Map<string, number>();

  assertNotBanned(ip: string, nowMs: number): void {
    if (nowMs < (this.#bannedUntilMs.get(ip) ?? 0)) throw new Rejection(45009);
  }

  countWrong(ip: string, nowMs: number, settings: Settings): void {
    const counter = counterFor(this.#wrong, ip, HOUR_MS);
    counter.add(nowMs);
    if (counter.total(nowMs) >= settings.wrongSecretsBeforeBan) {
      this.#bannedUntilMs.set(ip, nowMs + HOUR_MS);
      this.#wrong.delete(ip);
    }
  }
}

/** What a corp may do only so often: guess people by mobile or mail, create members, keep images for good. */
export class CorpBans {
  readonly #wrong = new Map<string, RollingCounter>();
  readonly #bannedUntilMs = new Map<string, number>();
  readonly #created = new Map<string, RollingCounter>();
  readonly #creationClosedUntilMs = new Map<string, number>();
  readonly #images = new Map<string, RollingCounter>();

  assertNotBanned(corp: Corp, path: string, nowMs: number): void {
    if (nowMs < (this.#bannedUntilMs.get(`${corp.corpid} ${path}`) ?? 0)) throw new Rejection(45009);
  }

  /** Guessing is closed for a day once the wrong guesses pass a fifth of the head-count. */
  countWrong(corp: Corp, path: string, nowMs: number, settings: Settings): void {
    const key = `${corp.corpid} ${path}`;
    const counter = counterFor(this.#wrong, key, DAY_MS);
    counter.add(nowMs);
    const allowed = Math.max(settings.wrongLookupsAlwaysAllowed, corp.directory.memberCount * 0.2);
    if (counter.total(nowMs) > allowed) {
      this.#bannedUntilMs.set(key, nowMs + DAY_MS);
      this.#wrong.delete(key);
    }
  }

  /** A corp may create three times its account limit in a month, then none for 30 days. */
  countCreation(corp: Corp, nowMs: number): void {
    if (corp.accountLimit === null) return;
    if (nowMs < (this.#creationClosedUntilMs.get(corp.corpid) ?? 0)) throw new Rejection(45009);
    const counter = counterFor(this.#created, corp.corpid, MONTH_MS);
    if (counter.total(nowMs) >= corp.accountLimit * 3) {
      this.#creationClosedUntilMs.set(corp.corpid, nowMs + MONTH_MS);
      throw new Rejection(45009);
    }
    counter.add(nowMs);
  }

  /** 1,000 permanent images in a day, 3,000 in a month. */
  countPermanentImage(corp: Corp, nowMs: number): void {
    const day = counterFor(this.#images, `${corp.corpid} day`, DAY_MS);
    const month = counterFor(this.#images, `${corp.corpid} month`, MONTH_MS);
    if (day.total(nowMs) >= 1000 || month.total(nowMs) >= 3000) throw new Rejection(45009);
    day.add(nowMs);
    month.add(nowMs);
  }

  forgetCorp(corpid: string): void {
    this.#images.delete(`${corpid} day`);
    this.#images.delete(`${corpid} month`);
    this.#created.delete(corpid);
    this.#creationClosedUntilMs.delete(corpid);
    for (const key of [...this.#wrong.keys(), ...this.#bannedUntilMs.keys()]) {
      if (!key.startsWith(`${corpid} `)) continue;
      this.#wrong.delete(key);
      this.#bannedUntilMs.delete(key);
    }
  }
}

function counterFor(counters: Map<string, RollingCounter>, key: string, windowMs: number): RollingCounter {
  const counter = counters.get(key) ?? new RollingCounter(windowMs);
  counters.set(key, counter);
  return counter;
}
