import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { decrypt } from '@wecom/crypto';
import { parseStringPromise } from 'xml2js';
import type { Json } from './simulator-client';

export const token = 'QDG6eK';
export const encodingAesKey = 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C';

export type Received = { method: string; url: URL; rawQuery: string; body: string; plain: string };

/** A receiver that can be told how to answer. */
export class Receiver {
  readonly received: Received[] = [];
  answerEchostr: (plain: string) => string = (plain) => plain;
  statuses: number[] = [];
  delayMs = 0;
  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(): Promise<Receiver> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const receiver = new Receiver(
      server,
      `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback?app=1`,
    );
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString('utf8');
        const url = new URL(request.url ?? '', 'http://receiver');
        const encrypted =
          url.searchParams.get('echostr') ?? /<Encrypt><!\[CDATA\[(.*?)\]\]>/.exec(body)?.[1] ?? '';
        const plain = decrypt(encodingAesKey, encrypted).message;
        receiver.received.push({ method: request.method ?? '', url, rawQuery: url.search, body, plain });
        setTimeout(() => {
          response.statusCode = receiver.statuses.shift() ?? 200;
          response.end(request.method === 'GET' ? receiver.answerEchostr(plain) : '');
        }, receiver.delayMs);
      });
    });
    return receiver;
  }

  async events(): Promise<Json[]> {
    const posts = this.received.filter(({ method }) => method === 'POST');
    return Promise.all(
      posts.map(async ({ plain }) => (await parseStringPromise(plain, { explicitArray: false })).xml),
    );
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}
