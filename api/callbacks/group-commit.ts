/** Whoever asks for a write waits for the commit of the batch that carries it. */
export interface GroupCommit<Row, Result> {
  commit(row: Row): Promise<Result>;
}

/** Nobody's answer is worth more memory than this: WeCom comes again. */
export class TooManyWaitingError extends Error {
  constructor() {
    super('Too many rows wait for the database');
    this.name = 'TooManyWaitingError';
  }
}

type Waiting<Row, Result> = {
  readonly row: Row;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
};

/**
 * Many rows in one transaction instead of one each: what arrives while a batch is written goes into the next one. Under
 * light load a row is written at once.
 */
export function createGroupCommit<Row, Result>(
  write: (rows: readonly Row[]) => Promise<readonly Result[]>,
  { largestBatch, waitingAtMost }: { readonly largestBatch: number; readonly waitingAtMost: number },
): GroupCommit<Row, Result> {
  const waiting: Waiting<Row, Result>[] = [];
  let isWriting = false;

  async function drain(): Promise<void> {
    isWriting = true;
    while (waiting.length > 0) {
      const batch = waiting.splice(0, largestBatch);
      try {
        const results = await write(batch.map(({ row }) => row));
        batch.forEach(({ resolve }, index) => resolve(results[index] as Result));
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    isWriting = false;
  }

  return {
    commit: (row) =>
      new Promise((resolve, reject) => {
        if (waiting.length >= waitingAtMost) return reject(new TooManyWaitingError());
        waiting.push({ row, resolve, reject });
        // After the requests that arrived together were all looked at.
        if (!isWriting) {
          isWriting = true;
          setImmediate(() => void drain());
        }
      }),
  };
}
