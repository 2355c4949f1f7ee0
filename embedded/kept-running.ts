import { setTimeout as wait } from 'node:timers/promises';

/** A process as the supervisor sees it, whatever runs in it. */
export interface Running {
  readonly pid: number;
  readonly exited: Promise<string>;
  stop(): Promise<void>;
  kill(): void;
}

export interface KeptRunningEvents {
  onEnded(reason: string, nextTryInMs: number): void;
  onRestartFailed(reason: string, nextTryInMs: number): void;
  onBack(): void;
}

const firstDelayMs = 500;
const longestDelayMs = 10_000;
/** A process that ran this long was healthy: its end is a new trouble, not more of the old one. */
const healthyMs = 30_000;

/** Keeps one process running: what ends is started again, sooner at first, then with growing patience. */
export class KeptRunning<T extends Running> {
  private readonly abort = new AbortController();
  private running: T | undefined;
  private watching: Promise<void> = Promise.resolve();

  constructor(
    readonly name: string,
    private readonly startOnce: () => Promise<T>,
    private readonly events: KeptRunningEvents,
  ) {}

  /** The first start: its failure is the caller's. */
  async start(): Promise<T> {
    const running = await this.startAndRemember();
    this.watching = this.watch(running);
    return running;
  }

  async stop(): Promise<void> {
    this.abort.abort();
    await this.running?.stop();
    await this.watching;
  }

  kill(): void {
    this.abort.abort();
    this.running?.kill();
  }

  private async startAndRemember(): Promise<T> {
    this.running = await this.startOnce();
    return this.running;
  }

  private async watch(first: T): Promise<void> {
    let delayMs = firstDelayMs;
    let current: T | undefined = first;
    let startedAt = Date.now();
    while (!this.abort.signal.aborted) {
      if (current !== undefined) {
        const reason = await current.exited;
        if (this.abort.signal.aborted) return;
        if (Date.now() - startedAt > healthyMs) delayMs = firstDelayMs;
        this.events.onEnded(reason, delayMs);
      }
      if (!(await this.pause(delayMs))) return;
      delayMs = Math.min(delayMs * 2, longestDelayMs);
      startedAt = Date.now();
      try {
        current = await this.startAndRemember();
        // Asked to stop while it was starting: nobody else knows of this process yet.
        if (this.abort.signal.aborted) return await current.stop();
        this.events.onBack();
      } catch (error) {
        current = undefined;
        if (this.abort.signal.aborted) return;
        this.events.onRestartFailed(error instanceof Error ? error.message : String(error), delayMs);
      }
    }
  }

  /** false: asked to stop meanwhile. */
  private async pause(delayMs: number): Promise<boolean> {
    try {
      await wait(delayMs, undefined, { signal: this.abort.signal });
      return true;
    } catch {
      return false;
    }
  }
}
