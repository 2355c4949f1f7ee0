import { closeSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { createInterface } from 'node:readline';

const longestFileBytes = 20 * 1024 * 1024;
const errorLevel = 50;

/** Keeps what a part says in a file of bounded size; errors, and what is not structured, also go to the terminal. */
export function keepLog(
  file: string,
  streams: readonly (Readable | null)[],
  show: (line: string) => void,
): void {
  const log = new BoundedFile(file);
  let open = 0;
  for (const stream of streams) {
    if (stream === null) continue;
    open += 1;
    const lines = createInterface({ input: stream, crlfDelay: Infinity });
    lines.on('line', (line) => {
      log.write(line);
      const important = worthShowing(line);
      if (important !== undefined) show(harmless(important));
    });
    lines.on('close', () => {
      open -= 1;
      if (open === 0) log.close();
    });
  }
}

/** What somebody sent may stand in a message, and a terminal obeys control characters. */
function harmless(line: string): string {
  return line.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
}

/** A structured line is shown from level error on, by its message; anything else is a crash or a warning of Node's. */
function worthShowing(line: string): string | undefined {
  if (!line.startsWith('{')) return line.trim() === '' ? undefined : line;
  try {
    const { level, msg, err } = JSON.parse(line) as {
      level?: number;
      msg?: string;
      err?: { message?: string };
    };
    if (level === undefined || level < errorLevel) return undefined;
    return [msg, err?.message].filter((text) => text !== undefined && text !== '').join(': ');
  } catch {
    return line;
  }
}

class BoundedFile {
  private descriptor: number;
  private bytes: number;

  constructor(private readonly file: string) {
    this.descriptor = openSync(file, 'a', 0o600);
    this.bytes = statSync(file).size;
  }

  write(line: string): void {
    if (this.bytes > longestFileBytes) this.startNew();
    this.bytes += writeSync(this.descriptor, `${line}\n`);
  }

  close(): void {
    closeSync(this.descriptor);
  }

  private startNew(): void {
    closeSync(this.descriptor);
    renameSync(this.file, `${this.file}.1`);
    this.descriptor = openSync(this.file, 'a', 0o600);
    this.bytes = 0;
  }
}
