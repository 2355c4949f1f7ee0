/** A sheet has more rows than are allowed. */
export class SheetTooLongError extends Error {
  constructor() {
    super('The sheet has too many rows');
    this.name = 'SheetTooLongError';
  }
}

/** A cell is computed. */
export class FormulaFoundError extends Error {
  constructor(readonly cell: string) {
    super(`The cell ${cell} is computed`);
    this.name = 'FormulaFoundError';
  }
}

export interface SheetScan {
  push(chunk: Uint8Array): void;
}

/** Longer than any tag of a sheet. */
const longestTag = 64 * 1024;

/** Looks at the tags of a sheet's XML as it is unpacked, keeping none of it. */
export function createSheetScan(rules: {
  readonly maxRows: number;
  readonly refusesFormulas: boolean;
}): SheetScan {
  const tags = rules.refusesFormulas
    ? /<(?:\w+:)?(row|c|f)(?=[\s/>])([^>]*)>/g
    : /<(?:\w+:)?(row)(?=[\s/>])([^>]*)>/g;
  let rest = '';
  let rows = 0;
  let cell = '?';
  return {
    push(chunk) {
      // Tags and cell names are ASCII, whatever stands between them.
      const text = rest + Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('latin1');
      const end = text.lastIndexOf('>') + 1;
      rest = text.slice(end).slice(-longestTag);
      for (const [, tag, attributes = ''] of text.slice(0, end).matchAll(tags)) {
        // A row that is only formatted has nothing in it.
        if (tag === 'row') rows += attributes.endsWith('/') ? 0 : 1;
        else if (tag === 'c') cell = /\br="([A-Z]{1,3}\d{1,7})"/.exec(attributes)?.[1] ?? '?';
        else throw new FormulaFoundError(cell);
      }
      if (rows > rules.maxRows) throw new SheetTooLongError();
    },
  };
}
