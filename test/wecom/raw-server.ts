import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export type RawServer = { readonly url: string; readonly host: string; close(): Promise<void> };

/** For what no well-behaved server does: broken bodies, resets, silence. Answers gettoken by itself. */
export async function startRawServer(
  answer: (request: IncomingMessage, response: ServerResponse, path: string) => void,
): Promise<RawServer> {
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://server').pathname.replace('/cgi-bin/', '');
    request.resume();
    if (path === 'gettoken') {
      response.end(JSON.stringify({ errcode: 0, access_token: 'token-of-the-raw-server', expires_in: 7200 }));
      return;
    }
    answer(request, response, path);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `http://${host}`,
    host,
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve, reject) => server.close((error) => (error ? reject(error) : resolve())));
    },
  };
}
