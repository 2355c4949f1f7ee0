import { WecomDataError, type MemberChange, type NewMember } from '../../wecom';
import { wrongMemberValue } from '../../wecom/member-values';
import { startTestSimulator, type TestSimulator } from '../support/simulator';
import { createSimulatedCorp, type SimulatedCorp } from './simulated-corp';

let simulator: TestSimulator;
let corp: SimulatedCorp;

beforeAll(async () => {
  simulator = await startTestSimulator();
  corp = await createSimulatedCorp(simulator, { rights: 'legacy', certifiedNames: ['云程'] });
});

afterAll(() => simulator.close());

const long = (length: number) => '长'.repeat(length);

const refused: readonly (readonly [Omit<MemberChange, 'userId'> & { userId?: string }, number])[] = [
  [{ userId: '-x' }, 40003],
  [{ name: '' }, 60112],
  [{ name: long(65) }, 60112],
  [{ alias: long(65) }, 40058],
  [{ mobile: 'no number' }, 60103],
  [{ email: 'no address' }, 60105],
  [{ bizMail: 'no address' }, 60143],
  [{ position: long(129) }, 301012],
  [{ telephone: 'ext. 7' }, 301013],
  [{ address: long(129) }, 40058],
  [{ externalPosition: long(13) }, 40058],
  [{ departmentIds: [] }, 40066],
  [{ departmentIds: [2, 2] }, 40066],
  [{ departmentIds: Array.from({ length: 101 }, (_, n) => n + 1) }, 60110],
  [{ departmentIds: [2], mainDepartmentId: 3 }, 60123],
  [{ departmentIds: [2], orders: [1, 2] }, 40058],
  [{ departmentIds: [2], orders: [-1] }, 40058],
  [{ departmentIds: [2], leaderIn: [true, false] }, 60132],
  [{ directLeaders: ['a', 'b'] }, 60257],
  [{ extAttrs: [{ type: 'text', name: '爱好', value: long(65) }] }, 40058],
  [{ extAttrs: [{ type: 'web', name: '主页', url: 'ftp://a', title: '主页' }] }, 40058],
  [{ externalProfile: { attrs: [{ type: 'text', name: '口号', value: long(13) }] } }, 90101],
  [{ externalProfile: { attrs: [{ type: 'web', name: '微博', url: 'https://a', title: long(13) }] } }, 90102],
  [{ externalProfile: { attrs: [{ type: 'web', name: '微博', url: 'a', title: '微博' }] } }, 90103],
  [
    {
      externalProfile: {
        attrs: [{ type: 'miniprogram', name: '预约', appId: 'wx1', pagePath: 'p', title: long(13) }],
      },
    },
    90104,
  ],
  [
    {
      externalProfile: {
        attrs: [{ type: 'miniprogram', name: '预约', appId: 'wx1', pagePath: '', title: '预约' }],
      },
    },
    90105,
  ],
];

test.each(refused)('%j is refused with %d before anything is sent', async (change, errcode) => {
  const { contacts, records } = corp.client();
  const update = contacts.members.update({ userId: 'LiLei', ...change });
  await expect(update).rejects.toBeInstanceOf(WecomDataError);
  await expect(update).rejects.toMatchObject({ errcode, path: 'user/update', outcomeUnknown: false });
  expect(records).toEqual([]);
});

test.each<Partial<NewMember>>([
  { alias: '', position: '', telephone: '', address: '', externalPosition: '', email: '' },
  { extAttrs: [{ type: 'text', name: '爱好', value: '' }] },
  { extAttrs: [{ type: 'web', name: '主页', url: '', title: '' }] },
  { externalProfile: { attrs: [{ type: 'web', name: '微博', url: '', title: '' }] } },
  { directLeaders: [] },
])('an empty value clears and is not refused: %j', (fields) => {
  expect(wrongMemberValue({ userId: 'LiLei', ...fields })).toBeUndefined();
});

test('a department name that WeCom forbids is not sent', async () => {
  const { contacts, records } = corp.client();
  await expect(contacts.departments.create({ name: 'a|b', parentId: 1 })).rejects.toMatchObject({
    errcode: 60009,
  });
  await expect(contacts.departments.update({ id: 2, name: long(65) })).rejects.toMatchObject({
    errcode: 60001,
  });
  expect(records).toEqual([]);
});

test('what outsiders see of a member is written and read back', async () => {
  const { contacts, app } = corp.client();
  const externalProfile = {
    corpName: '云程',
    attrs: [
      { type: 'text', name: '口号', value: '一起走' },
      { type: 'web', name: '微博', url: 'https://weibo.example.com', title: '微博' },
      { type: 'miniprogram', name: '预约', appId: 'wx1', pagePath: 'pages/book', title: '预约' },
    ],
  } as const;
  await contacts.members.update({ userId: 'LiLei', externalProfile });
  expect(await app.members.get({ userId: 'LiLei' })).toMatchObject({ externalProfile });
  await expect(
    contacts.members.update({ userId: 'LiLei', externalProfile: { corpName: '别家', attrs: [] } }),
  ).rejects.toMatchObject({ errcode: 41036 });
});
