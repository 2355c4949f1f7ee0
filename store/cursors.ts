/** A page ended at a row the cursor does not describe: made by hand, or by another list. */
export class CursorInvalidError extends Error {
  constructor() {
    super('The cursor does not belong to this list');
    this.name = 'CursorInvalidError';
  }
}

/** The sort key of a page's last row, opaque to whoever hands it back. */
export function encodeCursor(key: readonly string[]): string {
  return Buffer.from(JSON.stringify(key), 'utf8').toString('base64url');
}

export function decodeCursor(cursor: string, parts: number): string[] {
  let key: unknown;
  try {
    key = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    throw new CursorInvalidError();
  }
  if (!Array.isArray(key) || key.length !== parts || !key.every((part) => typeof part === 'string')) {
    throw new CursorInvalidError();
  }
  return key;
}
