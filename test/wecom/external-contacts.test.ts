import { pageSizes, WecomAccessError, WecomAlreadySoError } from '../../wecom';
import { startTestSimulator, type TestSimulator } from '../support/simulator';
import { agentId, createSimulatedCorp, type SimulatedCorp } from './simulated-corp';

let simulator: TestSimulator;
beforeAll(async () => {
  simulator = await startTestSimulator();
});
afterAll(() => simulator.close());

const chats = Array.from({ length: 7 }, (_, index) => ({
  chat_id: `wr${index + 1}`,
  name: index === 6 ? '' : `客户群${index + 1}`,
  owner: 'LiLei',
}));

async function corpWith(
  permissions: readonly string[],
  input: Record<string, unknown> = {},
): Promise<SimulatedCorp> {
  const appSecret = 'customers';
  const corp = await createSimulatedCorp(simulator, {
    apps: [{ agentid: agentId, secret: appSecret, name: '组织同步', permissions }],
    externalContacts: [{ external_userid: 'wm1', name: '甲', follow_user: ['LiLei'] }],
    groupChats: chats,
    ...input,
  });
  return { ...corp, credentials: { ...corp.credentials, app: { kind: 'app', agentId, secret: appSecret } } };
}

const appOf = (corp: SimulatedCorp) => corp.client().wecom.as(corp.credentials.app).externalContacts;

it('a member without customers has none, although WeCom refuses to say so', async () => {
  const customers = appOf(await corpWith(['externalcontact']));
  expect(await customers.list({ userId: 'LiLei' })).toEqual(['wm1']);
  expect(await customers.list({ userId: 'hanmeimei' })).toEqual([]);
});

it('groups are read page by page, as large as WeCom allows unless somebody wants less', async () => {
  const corp = await corpWith(['externalcontact']);
  const customers = appOf(corp);
  const read: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await customers.listGroups({
      ownerUserIds: ['LiLei'],
      limit: 3,
      ...(cursor === undefined ? {} : { cursor }),
    });
    read.push(...page.groups.map(({ chatId, standing }) => `${chatId} ${standing}`));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  expect(read).toEqual(chats.map(({ chat_id: id }) => `${id} normal`));
  expect((await customers.listGroups({ ownerUserIds: ['LiLei'] })).groups).toHaveLength(chats.length);
  expect(pageSizes).toMatchObject({ customerGroups: 1_000, customerGroupOwners: 100 });
});

it('a group has a name and an owner; one without a name has an empty one', async () => {
  const customers = appOf(await corpWith(['externalcontact']));
  expect(await customers.getGroup({ chatId: 'wr1' })).toEqual({
    chatId: 'wr1',
    name: '客户群1',
    ownerUserId: 'LiLei',
  });
  expect(await customers.getGroup({ chatId: 'wr7' })).toMatchObject({ name: '' });
  await expect(customers.getGroup({ chatId: 'gone' })).rejects.toThrow(WecomAlreadySoError);
});

it('groups of somebody who was deleted wait for a new owner', async () => {
  const corp = await corpWith(['externalcontact']);
  await corp.client().contacts.members.delete({ userId: 'LiLei' });
  const { groups } = await appOf(corp).listGroups({ ownerUserIds: ['LiLei'], limit: 1 });
  expect(groups).toEqual([{ chatId: 'wr1', standing: 'owner-left' }]);
});

it('an app that may not call these interfaces is an access error with WeCom’s errcode', async () => {
  const corp = await corpWith([]);
  const customers = appOf(corp);
  for (const refused of [
    customers.list({ userId: 'LiLei' }),
    customers.listGroups({ ownerUserIds: ['LiLei'] }),
    customers.getGroup({ chatId: 'wr1' }),
  ]) {
    await expect(refused).rejects.toThrow(WecomAccessError);
    await expect(refused).rejects.toMatchObject({ errcode: 48002 });
  }
  await expect(corp.client().contacts.externalContacts.list({ userId: 'LiLei' })).rejects.toMatchObject({
    errcode: 48002,
  });
});

it('a member outside the range is no member without customers', async () => {
  const corp = await corpWith(['externalcontact'], {
    apps: [
      {
        agentid: agentId,
        secret: 'customers',
        name: '组织同步',
        permissions: ['externalcontact'],
        visibleDepartments: [3],
      },
    ],
  });
  await expect(appOf(corp).list({ userId: 'LiLei' })).rejects.toMatchObject({ errcode: 60011 });
});
