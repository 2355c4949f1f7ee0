import { SimulatorClient } from './simulator-client';

let client: SimulatorClient;
beforeAll(async () => {
  client = await SimulatorClient.start();
});
afterAll(() => client.close());

describe('a corp of 100,000 members and 3,000 departments', () => {
  it('is made from two numbers, the same every time', async () => {
    const make = () =>
      client.control('POST', '/corps', {
        corpid: 'wwlarge',
        name: '大集团',
        contactsSecret: 'large',
        generate: { members: 100_000, departments: 3_000 },
      });
    const first = await make();
    expect(first).toMatchObject({ corpid: 'wwlarge', departments: 3_000, members: 100_000 });
    expect(first.memberships).toBeGreaterThan(100_000);
    expect(await make()).toEqual(first);
  });

  it('is made from a whole body as well', async () => {
    const departments = Array.from({ length: 2_999 }, (_, i) => ({
      id: i + 2,
      name: `部门${i + 2}`,
      parentid: 1,
    }));
    const users = Array.from({ length: 100_000 }, (_, i) => ({
      userid: `user${i}`,
      name: `成员${i}`,
      department: [(i % 3_000) + 1],
      mobile: `199${String(i).padStart(8, '0')}`,
    }));
    const answer = await client.control('POST', '/corps', {
      corpid: 'wwbody',
      name: '大集团',
      contactsSecret: 'body',
      departments,
      users,
    });
    expect(answer).toMatchObject({ departments: 3_000, members: 100_000 });
  });

  it('is listed in pages of ten thousand', async () => {
    const token = await client.token('wwbody', 'body');
    let cursor = '';
    const pages: number[] = [];
    do {
      const page = await client.post('user/list_id', { access_token: token }, { cursor, limit: 10_000 });
      pages.push(page['dept_user'].length);
      cursor = page['next_cursor'];
    } while (cursor !== '');
    expect(pages).toEqual(Array(10).fill(10_000));
  });

  it('takes single changes without looking at everybody', async () => {
    const token = await client.token('wwbody', 'body');
    for (let i = 0; i < 200; i += 1) {
      const answer = await client.post(
        'user/update',
        { access_token: token },
        { userid: `user${i}`, department: [i + 5] },
      );
      expect(answer.errcode).toBe(0);
    }
  });
});
