import type { TestApi } from '../../api/harness';
import { startTestApi } from '../../api/harness';
import { upload } from '../../binding/bindings-world';

let api: TestApi;
let corpId: string;
let appId: string;
const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
const megabyte = 1024 * 1024;

beforeAll(async () => {
  api = await startTestApi();
  [corpId, appId] = await connect();
});
afterAll(() => api.close());

async function connect(): Promise<[string, string]> {
  const corp = await api.createCorp();
  const created = await api.call('/corps', {
    body: { name: 'Pictures', corpId: corp.corpId, contactsSecret: corp.contactsSecret },
  });
  const id = String(created.body.id);
  const app = await api.call(`/corps/${id}/apps`, {
    body: { name: '公告', agentId: corp.agentId, secret: corp.appSecret },
  });
  expect([created.status, app.status]).toEqual([201, 201]);
  return [id, String(app.body.id)];
}

const pictures = () => `/corps/${corpId}/apps/${appId}/pictures`;
const send = (content: Buffer) => upload(api, pictures(), content, { lang: 'en' });

it('a picture is handed to WeCom as it is, under the address that comes back', async () => {
  const { status, body } = await send(png);
  expect([status, Object.keys(body)]).toEqual([201, ['url']]);
  const kept = await fetch(String(body.url));
  expect(kept.headers.get('content-type')).toMatch('image/png');
  expect(Buffer.from(await kept.arrayBuffer()).equals(png)).toBe(true);
  const audited = (await api.call('/audit?action=message-picture.upload&limit=1')).text;
  expect(JSON.parse(audited).items).toMatchObject([
    { corpId, target: `app:${appId}`, detail: { bytes: 16 } },
  ]);
  // The file's name is nobody's business.
  expect(audited).not.toContain('关联');
  const rule = await api.call('/message-rules', {
    body: { name: 'News', targets: [{ corpId, appId, type: 'news', imageUrl: body.url }] },
  });
  expect(rule.status).toBe(201);
});

it.each([
  [422, 'what is no picture', Buffer.from('<html>not one</html>')],
  [422, 'an empty file', Buffer.alloc(0)],
  [413, 'more than 2 MB', Buffer.concat([png, Buffer.alloc(2 * megabyte)])],
])(
  'is refused with %i and a reason where it is %s, and WeCom is not asked',
  async (status, _what, content) => {
    const calls = async () =>
      ((await (await fetch(`${api.simulator.url}/_sim/calls?path=media/uploadimg`)).json()) as unknown[])
        .length;
    const before = await calls();
    const answer = await send(content);
    expect(answer.status).toBe(status);
    expect(answer.body.error.fields?.[0]?.message ?? answer.body.error.message).toMatch(/JPG|empty|2 Mi?B/);
    expect(await calls()).toBe(before);
  },
);

it('a picture needs an app of the corp, and the right to change rules', async () => {
  const [otherCorp] = await connect();
  expect((await upload(api, `/corps/${otherCorp}/apps/${appId}/pictures`, png)).status).toBe(404);
  const { body } = await api.call('/tokens', { body: { name: 'reader', scopes: ['read'] } });
  expect((await upload(api, pictures(), png, { token: String(body.token) })).status).toBe(403);
});

it('an upload says so where WeCom takes no more today', async () => {
  await api.control('/_sim/faults', [{ path: 'media/uploadimg', errcode: 45009, times: 5 }]);
  const answer = await send(png);
  await fetch(`${api.simulator.url}/_sim/faults`, { method: 'DELETE' });
  expect([answer.status, answer.body.error.code]).toEqual([503, 'wecom_rate_limited']);
});
