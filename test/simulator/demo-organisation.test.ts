import { demoCheckins } from '../../demo/attendance';
import { buildDemoOrganisation } from '../../demo/organisation';
import { SimulatorClient } from './simulator-client';

const credentials = {
  corpId: 'wwdemo',
  contactsSecret: 'demo-contacts',
  agentId: 1000002,
  appSecret: 'demo-app',
};
const { simulatorCorp, oaDirectory } = buildDemoOrganisation(credentials);

describe('the demo organisation', () => {
  it('is the same at every start', () => {
    expect(buildDemoOrganisation(credentials)).toEqual({ simulatorCorp, oaDirectory });
  });

  it('has about 300 members in about 30 departments', () => {
    expect(simulatorCorp.users.length).toBeGreaterThan(290);
    expect(simulatorCorp.users.length).toBeLessThan(330);
    expect(simulatorCorp.departments.length).toBeGreaterThan(28);
    expect(simulatorCorp.departments.length).toBeLessThan(36);
  });

  it('is accepted by the simulator as it is', async () => {
    const client = await SimulatorClient.start();
    expect(await client.control('POST', '/corps', simulatorCorp)).toMatchObject({
      members: simulatorCorp.users.length,
      departments: simulatorCorp.departments.length,
    });
    await client.close();
  });

  it('has two months of check-ins until now, with some of what can go wrong', async () => {
    const client = await SimulatorClient.start();
    await client.control('POST', '/corps', simulatorCorp);
    for (const checkins of demoCheckins(new Date())) {
      await client.control('POST', `/corps/${credentials.corpId}/checkins/generate`, checkins);
    }
    const access_token = await client.token(credentials.corpId, credentials.appSecret);
    const now = Math.floor(Date.now() / 1000);
    const useridlist = simulatorCorp.users.slice(100, 200).map(({ userid }) => userid);
    const answers = await Promise.all(
      [60, 30, 0].map((daysAgo) =>
        client.post(
          'checkin/getcheckindata',
          { access_token },
          {
            opencheckindatatype: 3,
            starttime: now - daysAgo * 86_400 - 29 * 86_400,
            endtime: now - daysAgo * 86_400 + 86_400,
            useridlist,
          },
        ),
      ),
    );
    const rowsOf = (answer: (typeof answers)[number] | undefined) =>
      answer?.['checkindata'] as { exception_type: string; checkin_time: number; checkin_type: string }[];
    const [before, month, recent] = answers.map(rowsOf);
    expect(before?.length).toBeLessThan(1000);
    expect(month?.length).toBeGreaterThan(3500);
    expect(recent?.length).toBeGreaterThan(3500);
    expect(Math.max(...(recent ?? []).map(({ checkin_time: time }) => time))).toBeLessThanOrEqual(now + 60);
    expect(new Set(month?.map(({ checkin_type: type }) => type)).size).toBe(3);
    expect(new Set(month?.map(({ exception_type: type }) => type)).size).toBeGreaterThan(5);
    await client.close();
  });

  it('reaches nobody: mobiles from a fictitious range, mails at example.com', () => {
    for (const { mobile, email } of [...simulatorCorp.users, ...oaDirectory.users]) {
      expect(mobile).toMatch(/^1990000\d{4}$/);
      expect(email).toMatch(/@example\.com$/);
    }
  });

  it('has no mobile, mail, login or job number twice on the OA side', () => {
    for (const field of ['id', 'loginId', 'jobNumber', 'mobile', 'email'] as const) {
      const values = oaDirectory.users.map((user) => user[field]);
      expect(new Set(values).size).toBe(values.length);
    }
  });

  it('has an OA tree with one root, named like WeCom’s root, and every reference in it', () => {
    const roots = oaDirectory.subcompanies.filter(({ parentId }) => parentId === null);
    expect(roots.map(({ name }) => name)).toEqual([
      simulatorCorp.departments.find(({ id }) => id === 1)?.name,
    ]);
    const subcompanies = new Set(oaDirectory.subcompanies.map(({ id }) => id));
    const departments = new Set(oaDirectory.departments.map(({ id }) => id));
    expect(departments.size).toBe(oaDirectory.departments.length);
    const users = new Set(oaDirectory.users.map(({ id }) => id));
    for (const { parentId, subcompanyId } of oaDirectory.departments) {
      expect(subcompanies).toContain(subcompanyId);
      if (parentId !== null) expect(departments).toContain(parentId);
    }
    for (const user of oaDirectory.users) {
      expect(departments).toContain(user.departmentId);
      for (const id of user.partTimeDepartmentIds) expect(departments).toContain(id);
      if (user.managerId !== null) expect(users).toContain(user.managerId);
    }
  });

  it('matches and differs: most people are the same, some are new, gone, moved or changed', () => {
    const inWecom = new Map(simulatorCorp.users.map((user) => [user.userid, user]));
    const matched = oaDirectory.users.filter(({ jobNumber }) => inWecom.has(jobNumber));
    const changed = matched.filter((user) => inWecom.get(user.jobNumber)?.position !== user.position);
    const newMobile = matched.filter((user) => inWecom.get(user.jobNumber)?.mobile !== user.mobile);
    const oaJobNumbers = new Set(oaDirectory.users.map(({ jobNumber }) => jobNumber));
    expect(matched.length).toBeGreaterThan(290);
    expect(oaDirectory.users.length - matched.length).toBe(8);
    expect(matched.filter(({ status }) => status === 'departed')).toHaveLength(5);
    expect(changed.length).toBeGreaterThanOrEqual(8);
    expect(newMobile).toHaveLength(3);
    expect(
      oaDirectory.users.filter(({ partTimeDepartmentIds }) => partTimeDepartmentIds.length > 0),
    ).toHaveLength(5);
    expect([...inWecom.keys()].filter((userid) => !oaJobNumbers.has(userid))).toHaveLength(4);
  });

  it('holds two conflicts: a new hire whose mobile, and one whose login, WeCom already has', () => {
    const hires = oaDirectory.users.filter(
      ({ jobNumber }) => !simulatorCorp.users.some(({ userid }) => userid === jobNumber),
    );
    const mobiles = new Set(simulatorCorp.users.map(({ mobile }) => mobile));
    const userids = new Set(simulatorCorp.users.map(({ userid }) => userid));
    expect(hires.filter(({ mobile }) => mobiles.has(mobile))).toHaveLength(1);
    expect(hires.filter(({ loginId }) => userids.has(loginId))).toHaveLength(1);
  });
});
