import type { ClaimedChange, PushLedgerStore, Settlement } from '../../store/push-ledger';
import type { RunError } from '../../store/runs';
import type { CallCounter } from '../wecom-calls';
import { PushStop } from './attempt';

/**
 * Rows whose outcome would have to be found out after a crash; a claim takes some milliseconds, so a few a second cost
 * nothing.
 */
const usuallyTogether = 50;

/** A transaction for a hundred outcomes costs about as much as one for ten. */
const settledAtOnce = 100;
const settledWithinMs = 500;
/** Answers never pile up faster than they are stored. */
const unsettledAtMost = 300;

export type Batch = {
  readonly runId: string;
  readonly corpId: string;
  readonly fromSeq: number;
  readonly toSeq: number;
};

export type Tally = {
  done: number;
  failed: number;
  skipped: number;
  left: number;
  /** What stood in the way of the last one that was left. */
  lastError?: RunError;
};

export type BatchWork = {
  readonly ledger: Pick<PushLedgerStore, 'claim' | 'settle'>;
  readonly calls: CallCounter;
  /** Nothing new is begun once it is aborted; what is under way is finished, so that its outcome is known. */
  readonly signal: AbortSignal;
  readonly inFlight: number;
  /** How many changes are prepared together; the usual number if nothing is said. */
  readonly together?: number;
  /** What is known of a group of changes, before the first of them is carried out. */
  prepare(changes: readonly ClaimedChange[]): Promise<(change: ClaimedChange) => Promise<Settlement>>;
  reached(tally: Tally): void;
};

type Prepared = { readonly change: ClaimedChange; readonly apply: () => Promise<Settlement> };

/** Carries out a range of the ledger. Throws the first error that is not about one change, when all lanes are at rest. */
export async function runBatch(batch: Batch, work: BatchWork): Promise<Tally> {
  const { runId, corpId } = batch;
  const { ledger, calls, signal, inFlight, together: claimedAtOnce = usuallyTogether } = work;
  const tally: Tally = { done: 0, failed: 0, skipped: 0, left: 0 };
  let failure: { readonly error: unknown } | undefined;
  const isOver = (): boolean => failure !== undefined || signal.aborted;
  const fail = (error: unknown): void => {
    failure ??= { error };
  };

  const waiting: Prepared[] = [];
  let nextSeq: number | null = batch.fromSeq;
  let claiming: Promise<void> | undefined;

  async function claimMore(fromSeq: number): Promise<void> {
    const claim = await ledger.claim({ runId, fromSeq, toSeq: batch.toSeq, limit: claimedAtOnce });
    nextSeq = claim.nextSeq;
    tally.skipped += claim.skipped;
    tally.left += claim.waiting;
    if (claim.changes.length === 0) return;
    try {
      const apply = await work.prepare(claim.changes);
      waiting.push(...claim.changes.map((change) => ({ change, apply: () => apply(change) })));
    } catch (error) {
      unsettled.push(...claim.changes.map((change) => givenBack(change)));
      throw error;
    }
  }

  /** The next group is fetched while the last is worked on: no lane ever waits for Postgres. */
  async function next(): Promise<Prepared | undefined> {
    for (;;) {
      if (isOver()) return undefined;
      if (waiting.length < claimedAtOnce / 2 && nextSeq !== null && claiming === undefined) {
        claiming = claimMore(nextSeq)
          .catch(fail)
          .finally(() => {
            claiming = undefined;
          });
      }
      const prepared = waiting.shift();
      if (prepared !== undefined) return prepared;
      if (claiming === undefined) return undefined;
      await claiming;
    }
  }

  const unsettled: Settlement[] = [];
  let writing = Promise.resolve();
  let settledAtMs = performance.now();

  async function settle(): Promise<void> {
    if (unsettled.length === 0) return;
    const settlements = unsettled.splice(0);
    settledAtMs = performance.now();
    await calls.storedWith((counted) => ledger.settle({ runId, corpId, settlements, calls: counted }));
    for (const settlement of settlements) count(settlement, tally);
    work.reached(tally);
  }

  async function lane(): Promise<void> {
    for (let item = await next(); item !== undefined; item = await next()) {
      try {
        const settlement = await item.apply();
        unsettled.push(settlement);
      } catch (error) {
        fail(error);
        // Of anything else nobody knows how far the change had come: its row stays as it is.
        if (error instanceof PushStop) unsettled.push(givenBack(item.change, error.perhapsDone));
        return;
      }
      const isDue = unsettled.length >= settledAtOnce || performance.now() - settledAtMs >= settledWithinMs;
      if (isDue) writing = writing.then(settle).catch(fail);
      if (unsettled.length >= unsettledAtMost) await writing;
    }
  }

  await Promise.all(Array.from({ length: inFlight }, lane));
  await claiming;
  unsettled.push(...waiting.map(({ change }) => givenBack(change)));
  await writing.then(settle).catch(fail);
  if (failure !== undefined) throw failure.error;
  signal.throwIfAborted();
  return tally;
}

function count(settlement: Settlement, tally: Tally): void {
  switch (settlement.status) {
    case 'done':
      tally.done += 1;
      break;
    case 'failed':
    case 'conflict':
      tally.failed += 1;
      break;
    case 'skipped':
    case 'held':
      tally.skipped += 1;
      break;
    case 'left':
      tally.left += 1;
      if (settlement.outcome !== null) tally.lastError = settlement.outcome;
      break;
    case 'given-back':
      tally.left += 1;
      break;
  }
}

function givenBack({ seq, attempt, perhapsDone }: ClaimedChange, isPerhapsDone = perhapsDone): Settlement {
  return { seq, attempt, effects: [], status: 'given-back', perhapsDone: isPerhapsDone };
}
