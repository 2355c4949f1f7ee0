import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SimulatorClient, TestCorp } from './simulator-client';

const compiledMain = join(__dirname, '..', '..', 'dist', 'simulator', 'main.js');

let folder: string;
let stateFile: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'simulator-'));
  stateFile = join(folder, 'nested', 'simulator.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a simulator with a state file', () => {
  it('comes back as it was: corps, tokens, settings, media and clock', async () => {
    const first = await SimulatorClient.start({ stateFile });
    const before = await first.corp({
      departments: [{ id: 2, name: '研发', parentid: 1 }],
      users: [{ userid: 'off', name: '停用', department: [2, 1], main_department: 1, status: 4, enable: 0 }],
      extattrs: [{ name: '工号', type: 0 }],
    });
    await before.contactsPost('user/create', {
      userid: 'new',
      name: '新',
      mobile: '19900000002',
      department: [2],
    });
    await before.contactsPost('tag/create', { tagname: '骨干' });
    await first.control('POST', '/settings', { perApiPerMinute: 77, variants: { directLeaders: 5 } });
    await first.control('POST', '/clock', { advanceSeconds: 3600 });
    const token = await before.tokenFor(before.appSecret);
    const state = await before.state();
    await first.close();

    const second = await SimulatorClient.start({ stateFile });
    const after = new TestCorp(second, before.corpid, before.contactsSecret, before.appSecret);
    expect(await after.state()).toEqual(state);
    expect(await second.control('GET', '/settings')).toMatchObject({
      perApiPerMinute: 77,
      variants: { directLeaders: 5 },
    });
    expect(await second.control('GET', '/clock')).toMatchObject({ offsetSeconds: 3600 });
    expect(await second.get('getcallbackip', { access_token: token })).toMatchObject({ errcode: 0 });
    await after.contactsPost('user/update', { userid: 'off', enable: 1 });
    expect(await after.member('off')).toMatchObject({ status: 4 });
    await second.close();
  });

  it('saves by itself soon after a change, whole, and readable by its owner only', async () => {
    const client = await SimulatorClient.start({ stateFile });
    const corp = await client.corp();
    while (!existsSync(stateFile)) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(JSON.parse(readFileSync(stateFile, 'utf8')).corps[0].corpid).toBe(corp.corpid);
    expect(readdirSync(join(folder, 'nested'))).toEqual(['simulator.json']);
    await client.close();
  });

  it('starts empty beside a broken file, which it keeps', async () => {
    const file = join(folder, 'simulator.json');
    writeFileSync(file, '{"version":1,"corps":[');
    const client = await SimulatorClient.start({ stateFile: file });
    expect(await client.control('GET', '/corps')).toEqual({ items: [] });
    expect(existsSync(`${file}.broken`)).toBe(true);
    await client.close();
  });
});

describe('the simulator as a process', () => {
  const children: ChildProcess[] = [];
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });

  async function start(): Promise<{ child: ChildProcess; url: string }> {
    const child = fork(compiledMain, {
      env: { ...process.env, SIMULATOR_PORT: '0', SIMULATOR_STATE_FILE: stateFile, LOG_LEVEL: 'silent' },
    });
    children.push(child);
    const [message] = (await once(child, 'message')) as [{ type: string; url: string }];
    expect(message.type).toBe('ready');
    return { child, url: message.url };
  }

  const ended = async (child: ChildProcess): Promise<unknown> => (await once(child, 'exit'))[0];

  it('says when it is ready, and a signal ends it with everything saved', async () => {
    const { child, url } = await start();
    const body = JSON.stringify({ corpid: 'wwp', name: '进程', contactsSecret: 's' });
    expect((await fetch(`${url}/_sim/corps`, { method: 'POST', body })).status).toBe(201);
    child.kill('SIGTERM');
    expect(await ended(child)).toBe(0);
    expect(JSON.parse(readFileSync(stateFile, 'utf8')).corps[0].name).toBe('进程');
  });

  it('ends when its parent is gone', async () => {
    const { child } = await start();
    child.disconnect();
    expect(await ended(child)).toBe(0);
  });

  it('closes its control surface when told to', async () => {
    const { child, url } = await start();
    child.send({ type: 'control', enabled: false });
    while ((await fetch(`${url}/_sim/corps`)).status !== 404)
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect((await fetch(`${url}/cgi-bin/getcallbackip`)).status).toBe(200);
  });

  it('names a wrong setting and does not start', async () => {
    const child = fork(compiledMain, { env: { ...process.env, SIMULATOR_PORT: 'eighty' }, silent: true });
    children.push(child);
    let complaint = '';
    child.stderr?.on('data', (chunk: Buffer) => (complaint += chunk.toString('utf8')));
    expect(await ended(child)).toBe(1);
    expect(complaint).toContain('SIMULATOR_PORT');
  });
});
