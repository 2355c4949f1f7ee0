import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { consoleFiles } from '../../api/console-files';

let folder: string;
let server: Server;
let url: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'console-files-'));
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<title>console</title>');
  writeFileSync(join(folder, 'favicon.svg'), '<svg/>');
  writeFileSync(join(folder, 'assets', 'page-4f3a.js'), 'export {}');
  const app = express().use(consoleFiles(folder));
  await new Promise<void>((resolve) => (server = app.listen(0, '127.0.0.1', () => resolve())));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

describe('the console’s files', () => {
  it.each(['/', '/login', '/corps/0199/members', '/runs/abc'])(
    'answer the page %s with the first page, never cached',
    async (path) => {
      const answer = await fetch(url + path);
      expect([answer.status, await answer.text(), answer.headers.get('cache-control')]).toEqual([
        200,
        '<title>console</title>',
        'no-cache',
      ]);
    },
  );

  it('are kept for ever where their name holds a hash of the content', async () => {
    const hashed = await fetch(`${url}/assets/page-4f3a.js`);
    expect(hashed.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect((await fetch(`${url}/favicon.svg`)).headers.get('cache-control')).toBe('no-cache');
  });

  it.each([
    '/api/v1/nothing',
    '/callback/wecom/x',
    '/cgi-bin/gettoken',
    '/assets/missing.js',
    '/../package.json',
  ])('do not answer %s', async (path) => {
    expect((await fetch(url + path)).status).toBe(404);
  });
});
