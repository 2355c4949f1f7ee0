import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/**
 * refused: connections end, and nobody gets a new one. silent: nothing arrives any more, and nobody is told.
 * answers-lost: what is asked arrives, what is answered does not.
 */
export const cutModes = ['refused', 'silent', 'answers-lost'] as const;
export type CutMode = (typeof cutModes)[number];

/** A network cable between two parts, which can be cut. */
export interface Link {
  readonly port: number;
  cut(mode: CutMode): void;
  mend(): void;
  close(): Promise<void>;
}

/** `target` is asked at every connection: what is behind it may not have a port yet, or come back with another one. */
export async function openLink(target: () => number): Promise<Link> {
  let mode: CutMode | undefined;
  const sockets = new Set<Socket>();
  const endAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };

  const server = createServer((near) => {
    if (mode === 'refused') {
      near.destroy();
      return;
    }
    let far: Socket;
    try {
      far = connect(target(), '127.0.0.1');
    } catch {
      near.destroy(); // nobody knows yet where that is
      return;
    }
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
      socket.on('end', () => other.end());
    }
    carry(near, far, () => mode !== 'silent');
    carry(far, near, () => mode === undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    cut(how) {
      mode = how;
      if (how === 'refused') endAll();
    },
    /** What was lost on the way is not made good: who waited for it has a connection that ends. */
    mend() {
      mode = undefined;
      endAll();
    },
    close() {
      mode = 'refused';
      endAll();
      return closed(server);
    },
  };
}

function carry(from: Socket, to: Socket, arrives: () => boolean): void {
  from.on('data', (data) => {
    if (!arrives() || to.write(data)) return;
    from.pause();
    to.once('drain', () => from.resume());
  });
}

export const closed = (server: Pick<Server, 'close'>): Promise<void> =>
  new Promise((resolve) => server.close(() => resolve()));
