import type { Readable } from 'node:stream';

export type NdjsonLine =
  { readonly number: number; readonly text: string } | { readonly number: number; readonly tooLong: true };

const newline = 0x0a;

/** Line by line, each at most `maxLineBytes` long; blank lines are left out. Reads to the end whatever it finds. */
export async function* readLines(source: Readable, maxLineBytes: number): AsyncGenerator<NdjsonLine> {
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  let number = 0;
  const take = (part: Buffer): void => {
    pendingBytes += part.length;
    if (pendingBytes <= maxLineBytes) pending.push(part);
    else pending = [];
  };
  const finish = (): NdjsonLine | undefined => {
    number++;
    const tooLong = pendingBytes > maxLineBytes;
    const text = tooLong
      ? ''
      : Buffer.concat(pending)
          .toString('utf8')
          .replace(/^\uFEFF/, '')
          .trim();
    pending = [];
    pendingBytes = 0;
    if (tooLong) return { number, tooLong };
    return text === '' ? undefined : { number, text };
  };

  for await (const chunk of source as AsyncIterable<Buffer>) {
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      take(chunk.subarray(start, end));
      start = end + 1;
      const line = finish();
      if (line !== undefined) yield line;
    }
    take(chunk.subarray(start));
  }
  const last = finish();
  if (last !== undefined) yield last;
}
