import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** WeCom's answer, changed on its way: `undefined` leaves it as it is. */
export type Edit = (
  answer: Record<string, unknown>,
  query: URLSearchParams,
) => Record<string, unknown> | undefined;

export interface EditingProxy {
  readonly url: string;
  /** Edits every answer of this API until it is called again without one. */
  edit(path: string, edit?: Edit): void;
  close(): Promise<void>;
}

/** Stands between the bridge and the simulator, for answers that no WeCom should give and some have given. */
export async function startEditingProxy(simulatorUrl: string): Promise<EditingProxy> {
  const edits = new Map<string, Edit>();
  const server = createServer((request, response) => {
    void forward(simulatorUrl, request).then(
      async (answer) => {
        const url = new URL(request.url ?? '/', simulatorUrl);
        const edit = edits.get(url.pathname.replace('/cgi-bin/', ''));
        const text = await answer.text();
        const edited = edit === undefined ? undefined : edit(JSON.parse(text) as never, url.searchParams);
        response.writeHead(answer.status, {
          'content-type': answer.headers.get('content-type') ?? 'text/plain',
        });
        response.end(edited === undefined ? text : JSON.stringify(edited));
      },
      // The simulator dropped the connection on purpose.
      () => request.socket.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    edit: (path, edit) => void (edit === undefined ? edits.delete(path) : edits.set(path, edit)),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function forward(simulatorUrl: string, request: IncomingMessage): Promise<Response> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  return fetch(`${simulatorUrl}${request.url}`, {
    method: request.method ?? 'GET',
    ...(body.length === 0 ? {} : { body, headers: { 'content-type': 'application/json' } }),
  });
}
