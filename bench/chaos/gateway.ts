import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { decrypt } from '@wecom/crypto';
import { closed, type CutMode, type Link } from './links';

/** The public address of the API, which WeCom calls: a link that also knows which callbacks were accepted. */
export interface Gateway extends Link {
  readonly url: string;
  /** Whatever was answered with 200, whether the answer arrived or not. */
  readonly accepted: ReadonlySet<string>;
  /** Whatever was passed on, whatever became of it. */
  readonly seen: ReadonlySet<string>;
}

const carriedWithinMs = 20_000;

export async function openGateway(encodingAesKey: string, target: () => number): Promise<Gateway> {
  let mode: CutMode | undefined;
  const accepted = new Set<string>();
  const seen = new Set<string>();
  const lost = new Set<ServerResponse>();

  const carry = async (question: IncomingMessage, answer: ServerResponse): Promise<void> => {
    if (mode === 'refused') {
      question.socket.destroy();
      return;
    }
    const body = await bodyOf(question);
    if (mode === 'silent') {
      lost.add(answer);
      return;
    }
    const message = question.method === 'POST' ? messageIn(body, encodingAesKey) : undefined;
    if (message !== undefined) seen.add(message);
    const said = await pass(target(), question, body);
    if (said.status === 200 && message !== undefined) accepted.add(message);
    if (mode === undefined) answer.writeHead(said.status, { 'content-type': said.type }).end(said.body);
    else lost.add(answer);
  };
  const server = createServer((question, answer) => {
    carry(question, answer).catch(() => question.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const mend = (): void => {
    mode = undefined;
    for (const answer of lost) answer.destroy();
    lost.clear();
  };
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    accepted,
    seen,
    cut(how) {
      mode = how;
    },
    mend,
    close() {
      mend();
      server.closeAllConnections();
      return closed(server);
    },
  };
}

type Answer = { readonly status: number; readonly type: string; readonly body: Buffer };

function pass(port: number, { method, url, headers }: IncomingMessage, body: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const passing = request(
      { host: '127.0.0.1', port, method, path: url, headers, timeout: carriedWithinMs },
      (response) => {
        bodyOf(response).then(
          (answer) =>
            resolve({
              status: response.statusCode ?? 502,
              type: response.headers['content-type'] ?? 'text/plain',
              body: answer,
            }),
          reject,
        );
      },
    );
    passing.once('timeout', () => passing.destroy(new Error('No answer')));
    passing.once('error', reject);
    passing.end(body);
  });
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function messageIn(body: Buffer, encodingAesKey: string): string | undefined {
  const encrypted = /<Encrypt>(?:<!\[CDATA\[)?([^<\]]+)/.exec(body.toString('utf8'))?.[1];
  return encrypted === undefined ? undefined : decrypt(encodingAesKey, encrypted).message;
}
