export type CallRow = {
  readonly at: string;
  readonly corpid: string | null;
  readonly path: string;
  readonly agentid?: number;
  readonly httpStatus: number | null;
  readonly errcode: number | null;
  readonly dropped?: 'before' | 'after';
  readonly request: Readonly<Record<string, unknown>>;
};

/** Rows are bounded, the counts per path are not. */
export class CallLog {
  #rows: CallRow[] = [];
  #counts = new Map<string, number>();

  constructor(private readonly maxRows = 100_000) {}

  add(row: CallRow): void {
    this.#counts.set(row.path, (this.#counts.get(row.path) ?? 0) + 1);
    this.#rows.push(row);
    // Dropping a tenth at once keeps this cheap per call.
    if (this.#rows.length > this.maxRows * 1.1) this.#rows = this.#rows.slice(-this.maxRows);
  }

  rows(filter: { path?: string; corpid?: string }): readonly CallRow[] {
    return this.#rows
      .slice(-this.maxRows)
      .filter(
        (row) =>
          (filter.path === undefined || row.path === filter.path) &&
          (filter.corpid === undefined || row.corpid === filter.corpid),
      );
  }

  summary(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }

  clear(): void {
    this.#rows = [];
    this.#counts.clear();
  }
}
