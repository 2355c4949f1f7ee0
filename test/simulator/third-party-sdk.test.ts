import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SimulatorClient } from './simulator-client';
import type { Json } from './simulator-client';

const run = promisify(execFile);
const root = join(__dirname, '..', '..');
const environment = join(root, 'node_modules', '.cache', 'wechatpy');
const python = join(environment, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
const here = join(__dirname, 'third-party');

/** Python packages of its own, installed once; a machine without Python fails the test with what to type. */
async function installWechatpy(): Promise<void> {
  const isThere =
    existsSync(python) &&
    (await run(python, ['-c', 'import wechatpy.enterprise']).then(
      () => true,
      () => false,
    ));
  if (isThere) return;
  try {
    await run('python3', ['-m', 'venv', '--clear', environment]);
    await run(python, ['-m', 'pip', 'install', '--quiet', '-r', join(here, 'requirements.txt')], {
      timeout: 240_000,
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      'This test needs Python 3 with wechatpy. Install it with:\n' +
        '  apt-get install -y python3 python3-venv\n' +
        '  python3 -m venv node_modules/.cache/wechatpy && ' +
        'node_modules/.cache/wechatpy/bin/pip install -r test/simulator/third-party/requirements.txt\n' +
        reason,
      { cause: error },
    );
  }
}

describe('wechatpy 1.8.18, as published, against the simulator', () => {
  let client: SimulatorClient;
  let seen: Json;

  beforeAll(async () => {
    await installWechatpy();
    client = await SimulatorClient.start();
    // The receiver is a Python process that may still be waking up.
    await client.control('POST', '/settings', { callbackVerifyTimeoutMs: 10_000 });
    const corp = await client.corp();
    const script = join(here, 'wechatpy_session.py');
    const { stdout } = await run(
      python,
      [script, client.url, corp.corpid, corp.contactsSecret, corp.appSecret],
      {
        timeout: 120_000,
        env: { ...process.env, PYTHONIOENCODING: 'utf-8' },
      },
    );
    seen = JSON.parse(stdout);
  }, 300_000);
  afterAll(() => client?.close());

  it('writes departments and members with the contacts secret', () => {
    expect(seen.department).toEqual({ errcode: 0, errmsg: 'created', id: 2 });
    expect(seen.created).toEqual({ errcode: 0, errmsg: 'created' });
    expect(seen.updated).toEqual({ errcode: 0, errmsg: 'updated' });
  });

  it('meets WeCom’s refusals as its own exceptions', () => {
    expect(seen.duplicate).toEqual({ limited: false, errcode: 60102 });
    expect(seen.hidden).toEqual({ limited: false, errcode: 48009 });
    expect(seen.forbidden).toEqual({ limited: false, errcode: 48002 });
    expect(seen.limited).toEqual({ limited: true, errcode: 45009 });
  });

  it('reads departments, members and the app', () => {
    expect(seen.departments.map(({ id, name }: Json) => [id, name])).toEqual([
      [1, '测试企业'],
      [2, '平台研发'],
    ]);
    expect(seen.userids).toEqual(['zhang.san']);
    expect(seen.detail).toMatchObject({ userid: 'zhang.san', position: '总监' });
    expect(seen.member).toMatchObject({ name: '张三', department: [2], gender: '0' });
    expect(seen.agent).toMatchObject({ agentid: 1000002 });
    expect(seen.agents).toHaveLength(1);
    expect(seen.ips.length).toBeGreaterThan(0);
  });

  it('tags and invites, with the invalid ones named', () => {
    expect(seen.tagged).toMatchObject({ errcode: 0, invalidlist: 'nobody' });
    expect(seen.tagUsers).toEqual([{ userid: 'zhang.san', name: '张三' }]);
    expect(seen.invited).toMatchObject({ errcode: 0, invaliduser: ['nobody'] });
  });

  it('learns who opened a page, once', () => {
    expect(seen.visitor).toMatchObject({ errcode: 0, UserId: 'zhang.san' });
    expect(seen.usedCode).toEqual({ limited: false, errcode: 40029 });
  });

  it('uploads a file and gets it back', () => {
    expect(seen.media).toMatchObject({ type: 'file', created_at: expect.any(String) });
    expect(seen.downloaded).toBe('十二月');
  });

  it('sends messages of every kind it knows, and takes one back', () => {
    expect(seen.text).toMatchObject({ errcode: 0, invaliduser: 'nobody', msgid: expect.any(String) });
    expect(seen.articles).toMatchObject({ errcode: 0 });
    expect(seen.nobody).toEqual({ limited: false, errcode: 81013 });
    expect(seen.recalled).toMatchObject({ errcode: 0 });
    expect(seen.inbox.map(({ msgtype, recalled }: Json) => [msgtype, recalled])).toEqual([
      ['text', true],
      ['news', false],
      ['textcard', false],
      ['markdown', false],
      ['file', false],
    ]);
  });

  it('hears of a tap and of what is said, and greys the button', () => {
    const fields = seen.events.map((event: Json) => event.fields);
    expect(fields).toContainEqual(
      expect.objectContaining({ Event: 'template_card_event', EventKey: 'approve', TaskId: 'leave-1' }),
    );
    expect(seen.events).toContainEqual(
      expect.objectContaining({
        type: 'TextMessage',
        source: 'zhang.san',
        fields: expect.objectContaining({ Content: '我要请假' }),
      }),
    );
    expect(seen['updated card']).toMatchObject({ errcode: 0, invaliduser: [] });
    expect(seen.card).toMatchObject({ replace_text: '已同意' });
  });

  it('refreshes an expired token by itself', () => {
    expect(seen.afterExpiry).toBe('zhang.san');
  });

  it('verifies, decrypts and understands the callbacks', () => {
    expect(seen['saved contacts']).toBe(0);
    expect(seen['saved 1000002']).toBe(0);
    const byType = new Map(seen.events.map((event: Json) => [event.fields.Event, event]));
    expect(byType.get('change_contact')).toMatchObject({
      source: 'sys',
      fields: { ChangeType: 'create_user', UserID: 'li.si', Department: '1' },
    });
    expect(byType.get('subscribe')).toMatchObject({ type: 'SubscribeEvent', source: 'li.si' });
  });
});
