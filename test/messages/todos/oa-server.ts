import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type OaAnswer =
  | { readonly result: 'decided' }
  | { readonly result: 'already-decided' | 'not-accepted'; readonly message: string };

export type OaRefusal = { readonly status: number; readonly code: string };

export type Decision = {
  readonly taskId: string;
  readonly key: string;
  readonly action: string;
  readonly by: string;
};

export interface OaServer {
  readonly url: string;
  readonly secret: string;
  /** As they arrived, repetitions included. */
  readonly decisions: Decision[];
  /** What it says from now on. */
  answers(answer: OaAnswer | OaRefusal): void;
  /** It does not answer at all. */
  goesDown(): void;
  isSlow(ms: number): void;
  close(): Promise<void>;
}

/** An OA that decides to-dos, behind the contract the bridge has for it; one key decides once. */
export async function startOaServer(): Promise<OaServer> {
  const decisions: Decision[] = [];
  let answer: OaAnswer | OaRefusal = { result: 'decided' };
  let isDown = false;
  let waitMs = 0;
  const server = createServer((request, response) => {
    if (isDown) return void request.socket.destroy();
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const [, taskId = ''] = /^\/todos\/([^/]+)\/decisions$/.exec(request.url ?? '') ?? [];
      const { action, by } = JSON.parse(Buffer.concat(chunks).toString()) as Decision;
      const key = Object.entries(request.headers).find(([name]) => name.includes('idempotency'))?.[1];
      decisions.push({ taskId: decodeURIComponent(taskId), key: String(key), action, by });
      const [status, body] =
        'status' in answer ? [answer.status, { error: { code: answer.code } }] : [200, answer];
      setTimeout(() => {
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(JSON.stringify(body));
      }, waitMs);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    secret: 'a-secret-that-both-of-them-know-well',
    decisions,
    answers(next) {
      [answer, isDown, waitMs] = [next, false, 0];
    },
    goesDown: () => void (isDown = true),
    isSlow: (ms) => void (waitMs = ms),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
