import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { holderOfPort } from './processes';

const loopback = '127.0.0.1';

export class PortTakenError extends Error {
  constructor(
    readonly variable: string,
    readonly port: number,
    readonly holder: { readonly pid: number; readonly command: string } | undefined,
  ) {
    super(`${variable}: port ${port} is taken`);
    this.name = 'PortTakenError';
  }
}

/** A port as a person or the defaults want it. */
export interface PortWish {
  /** The setting that fixes it; a port without one is nobody's to choose. */
  readonly variable?: string;
  /** Set by a person: this one or none. */
  readonly wanted?: number | undefined;
  /** Without one it is left to chance: two installations that start together must not both find the same one free. */
  readonly usual?: number;
  /** What the last start ended up with: bookmarks and stored addresses keep working. */
  readonly last?: number | undefined;
  readonly host?: string | undefined;
}

export interface ChosenPort {
  readonly port: number;
  /** The usual port, where another process has it. */
  readonly insteadOf?: number;
}

export async function choosePort(wish: PortWish, taken: ReadonlySet<number>): Promise<ChosenPort> {
  const host = wish.host ?? loopback;
  if (wish.wanted !== undefined) {
    if (taken.has(wish.wanted) || !(await isFree(wish.wanted, host))) {
      throw new PortTakenError(wish.variable ?? '', wish.wanted, holderOfPort(wish.wanted));
    }
    return { port: wish.wanted };
  }
  const { usual, last } = wish;
  const next = usual === undefined ? [] : Array.from({ length: 50 }, (_, offset) => usual + offset);
  for (const port of [...(last === undefined ? [] : [last]), ...next]) {
    if (taken.has(port) || !(await isFree(port, host))) continue;
    return port === usual || port === last || usual === undefined ? { port } : { port, insteadOf: usual };
  }
  return { port: await freePort(), ...(usual === undefined ? {} : { insteadOf: usual }) };
}

/** Below what systems hand out to outgoing connections (from 32768): one of those could take it before the server does. */
const quietPorts = { from: 20_000, to: 30_000 };

/** A port that nobody listens on, by chance: installations that start together rarely find the same one. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const port = randomInt(quietPorts.from, quietPorts.to);
    if (await isFree(port)) return port;
  }
  return listenOnce(0, loopback);
}

export async function isFree(port: number, host = loopback): Promise<boolean> {
  try {
    await listenOnce(port, host);
    return true;
  } catch {
    return false;
  }
}

function listenOnce(port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      server.close(() => {
        if (address !== null && typeof address === 'object') resolve(address.port);
        else reject(new Error(`no port on ${host}`));
      });
    });
  });
}
