import { Rejection } from './errors';
import type { Settings } from './settings';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** Counts over a rolling window in 60 slices, so a burst across a minute's edge is still one burst. */
export class RollingCounter {
  readonly #sliceMs: number;
  readonly #slices = new Map<number, number>();

  constructor(windowMs: number) {
    this.#sliceMs = windowMs / 60;
  }

  add(nowMs: number): void {
    const slice = Math.floor(nowMs / this.#sliceMs);
    this.#slices.set(slice, (this.#slices.get(slice) ?? 0) + 1);
  }

  total(nowMs: number): number {
    const oldest = Math.floor(nowMs / this.#sliceMs) - 60;
    let sum = 0;
    for (const [slice, count] of this.#slices) {
      if (slice <= oldest) this.#slices.delete(slice);
      else sum += count;
    }
    return sum;
  }
}

type Meter = { minute: RollingCounter; hour: RollingCounter; blockedUntilMs: number };

export class RateLimits {
  readonly #meters = new Map<string, Meter>();
  readonly #inFlight = new Map<string, number>();

  constructor(private readonly settings: () => Settings) {}

  /** Throws 45009 and closes the API for the window that was exceeded. */
  admit(call: { corpid: string; path: string; ip: string; nowMs: number }): void {
    const { perApiPerMinute, perApiPerHour, perIpPerMinute, perIpPerHour, perMinuteOf } = this.settings();
    const perMinute = Math.min(perApiPerMinute, perMinuteOf[call.path] ?? Infinity);
    this.#meter(`corp ${call.corpid} ${call.path}`, call.nowMs, perMinute, perApiPerHour);
    this.#meter(`ip ${call.ip} ${call.path}`, call.nowMs, perIpPerMinute, perIpPerHour);
  }

  /** Counts a call as under way; `isOver` when that is one too many for the corp and API. */
  enter(corpid: string | undefined, path: string): { isOver: boolean; leave: () => void } {
    if (corpid === undefined) return { isOver: false, leave: () => undefined };
    const key = `${corpid} ${path}`;
    const inFlight = (this.#inFlight.get(key) ?? 0) + 1;
    this.#inFlight.set(key, inFlight);
    const limit = this.settings().maxConcurrentPerApi;
    const leave = () => {
      const left = (this.#inFlight.get(key) ?? 1) - 1;
      if (left > 0) this.#inFlight.set(key, left);
      else this.#inFlight.delete(key);
    };
    return { isOver: limit !== null && inFlight > limit, leave };
  }

  reset(): void {
    this.#meters.clear();
  }

  #meter(key: string, nowMs: number, perMinute: number, perHour: number): void {
    let meter = this.#meters.get(key);
    if (meter === undefined) {
      meter = { minute: new RollingCounter(MINUTE_MS), hour: new RollingCounter(HOUR_MS), blockedUntilMs: 0 };
      this.#meters.set(key, meter);
    }
    if (nowMs < meter.blockedUntilMs) throw new Rejection(45009);
    if (meter.minute.total(nowMs) >= perMinute) {
      meter.blockedUntilMs = nowMs + MINUTE_MS;
      throw new Rejection(45009);
    }
    if (meter.hour.total(nowMs) >= perHour) {
      meter.blockedUntilMs = nowMs + HOUR_MS;
      throw new Rejection(45009);
    }
    meter.minute.add(nowMs);
    meter.hour.add(nowMs);
  }
}
