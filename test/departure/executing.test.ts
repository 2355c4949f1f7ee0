import {
  createApplyWorld,
  organisation,
  person,
  type ApplyWorld,
  type PushedCorp,
} from '../directory-push/applying/apply-world';
import { defaultDirectorySettings, type PushSettings } from '../../domain/directory/settings';
import type { PushSource } from '../../activities/directory-push-applying';
import type { OaUser } from '../../oa/port';

let world: ApplyWorld;

beforeAll(async () => {
  world = await createApplyWorld();
});

afterAll(() => world.close());

const folder: Partial<PushSettings> = {
  departed: {
    ...defaultDirectorySettings.push.departed,
    deleteAfterDays: 30,
    moveToDepartment: { enabled: true, name: '已禁用用户' },
  },
};

const one = [['d1', '部门A', null]] as const;
const feed = (change: Partial<OaUser>) =>
  world.feed(
    organisation(one, [
      person('u1', { departmentId: 'd1', ...change }),
      person('u2', { departmentId: 'd1' }),
    ]),
  );

/** In the department that the OA names, and in a project besides, which they lead. */
async function employed(
  push: Partial<PushSettings> = folder,
  more: Parameters<ApplyWorld['createCorp']>[0] = {},
) {
  const corp = await world.createCorp({
    push,
    ...more,
    corp: { departments: [{ id: 50, name: '项目组', parentid: 1 }], ...more.corp },
  });
  await feed({});
  await world.push(corp);
  const department = (await world.linkOf(corp, 'department:d1'))!;
  await world.byHand(corp, 'user/update', {
    userid: 'u1',
    department: [50, department],
    is_leader_in_dept: [1, 0],
    main_department: department,
  });
  return { corp, department };
}

/** Disabled by a push, and waiting for the day of the deletion. */
async function waiting(...given: Parameters<typeof employed>) {
  const { corp, department } = await employed(...given);
  await feed({ status: 'departed' });
  await world.push(corp);
  return { corp, department };
}

type Row = {
  state: string;
  runId: string | null;
  isKept: boolean;
  remembered: unknown;
  disabledAt: Date | null;
  reason: { code: string; wecom?: { errcode?: number } } | null;
};

async function departureOf(corp: PushedCorp): Promise<Row | undefined> {
  const { rows } = await world.db.pool.query<Row>(
    `SELECT state, run_id AS "runId", is_kept AS "isKept", remembered, disabled_at AS "disabledAt", reason
       FROM departure WHERE corp_id = $1 AND user_id = 'u1' ORDER BY created_at DESC LIMIT 1`,
    [corp.id],
  );
  return rows[0];
}

/** As the departure's own workflow would have it, and the run that takes it up. */
async function set(corp: PushedCorp, columns: string, ...values: readonly unknown[]): Promise<void> {
  await world.db.pool.query(
    `UPDATE departure SET ${columns} WHERE corp_id = $1 AND user_id = 'u1' AND closed_at IS NULL`,
    [corp.id, ...values],
  );
}

/** Somebody asks for it, and a run is to disable the account. */
async function begin(
  corp: PushedCorp,
  { origin, activeInOa }: { readonly origin: 'person' | 'oa'; readonly activeInOa: boolean },
): Promise<void> {
  const member = await world.mirrorOf(corp, 'u1');
  await world.db.pool.query(
    `INSERT INTO departure (id, corp_id, member_id, user_id, oa_user_id, origin, state, active_in_oa)
     VALUES (gen_random_uuid()::text, $1, $2, 'u1', 'u1', $3, 'disabling', $4)`,
    [corp.id, member?.id, origin, activeInOa],
  );
}

const claimed = (corp: PushedCorp): Promise<PushSource> =>
  world.plan(corp, undefined, (runId) => set(corp, 'run_id = $2', runId));

async function applied(source: PushSource): Promise<PushSource> {
  await world.applyOnce(source);
  await world.finish(source);
  return source;
}

const memberOf = async (corp: PushedCorp) => {
  const user = await world.user(corp, 'u1');
  return user && { department: user.department, leads: user['is_leader_in_dept'], enable: user['enable'] };
};

test('disabling remembers where the member was and what they led; giving back puts them there again', async () => {
  const { corp, department } = await waiting();
  const [kept] = await Promise.all([world.department(corp, '已禁用用户')]);
  expect(await memberOf(corp)).toEqual({ department: [kept!.id], leads: [0], enable: 0 });
  const places = [department, 50].sort((one, other) => one - other);
  expect(await departureOf(corp)).toMatchObject({
    state: 'waiting',
    remembered: { departmentsFromOa: [department], leaderIn: [50], mainDepartmentId: department },
  });

  await set(corp, `state = 'restoring', decided_by = 'user:test', reason = '{"code": "by-person"}'`);
  const source = await applied(await claimed(corp));
  expect(await world.row(source, 'enableUser:u1')).toMatchObject({ status: 'done' });
  const after = await memberOf(corp);
  expect([...after!.department].sort((one, other) => one - other)).toEqual(places);
  expect((after!.leads as number[])[after!.department.indexOf(50)]).toBe(1);
  expect((after!.leads as number[])[after!.department.indexOf(department)]).toBe(0);
  expect(after!.enable).toBe(1);
  // Given back by a person: the next push leaves the departed person's account alone.
  expect(await departureOf(corp)).toMatchObject({ state: 'restored', isKept: true });
  const next = await world.plan(corp);
  expect((await world.rows(next)).map(({ changeId }) => changeId)).toEqual(['skipUser:u1:kept-by-decision']);
});

test('whoever the OA has again is enabled where the OA says, and in the departments besides', async () => {
  const { corp, department } = await waiting();
  await feed({});
  await world.push(corp);
  const after = await memberOf(corp);
  expect(after).toMatchObject({ enable: 1 });
  expect(new Set(after!.department)).toEqual(new Set([department, 50]));
  expect((after!.leads as number[])[after!.department.indexOf(50)]).toBe(1);
});

test('whom the OA lets go again before their turn comes is not enabled, and the wait goes on', async () => {
  const { corp } = await waiting();
  const first = await departureOf(corp);
  await feed({});
  await set(corp, `state = 'restoring', reason = '{"code": "returned-in-oa"}'`);
  const source = await claimed(corp);
  await world.db.pool.query(`UPDATE oa_user SET status = 'departed' WHERE id = 'u1'`);
  await world.forgetCalls();
  await applied(source);
  expect(await world.row(source, 'enableUser:u1')).toMatchObject({
    status: 'skipped',
    outcome: { code: 'changed-since' },
  });
  expect(await world.calls('user/update')).toEqual([]);
  expect(await departureOf(corp)).toEqual({ ...first, state: 'waiting', reason: null, runId: null });
});

test('an ordinary push leaves whoever waits alone, also where the departed are to be deleted', async () => {
  const { corp } = await waiting();
  await world.setPush(corp, { departed: { ...folder.departed!, action: 'delete' } });
  expect(await world.rows(await world.plan(corp))).toEqual([]);
});

describe('a deletion whose day has come', () => {
  test('is done once, and the departure ends', async () => {
    const { corp } = await waiting();
    const source = await claimed(corp);
    expect((await world.rows(source)).map(({ changeId }) => changeId)).toEqual(['deleteUser:u1']);
    await applied(source);
    expect(await world.row(source, 'deleteUser:u1')).toMatchObject({ status: 'done', outcome: null });
    expect(await world.user(corp, 'u1')).toBeUndefined();
    expect(await departureOf(corp)).toMatchObject({ state: 'deleted' });
  });

  test('is left where the departure was taken out of the run’s hands', async () => {
    const { corp } = await waiting();
    const source = await claimed(corp);
    await set(corp, "run_id = NULL, state = 'postponed', postponed_days = 7");
    await world.forgetCalls();
    await applied(source);
    expect(await world.row(source, 'deleteUser:u1')).toMatchObject({
      status: 'skipped',
      outcome: { code: 'changed-since' },
    });
    expect(await world.calls('user/delete')).toEqual([]);
    expect(await departureOf(corp)).toMatchObject({ state: 'postponed' });
  });

  test('is left where the person is back in the OA', async () => {
    const { corp } = await waiting();
    const source = await claimed(corp);
    await feed({});
    await world.forgetCalls();
    await applied(source);
    expect(await world.row(source, 'deleteUser:u1')).toMatchObject({ status: 'skipped' });
    expect(await world.calls('user/delete')).toEqual([]);
  });

  test('is left where somebody enabled the account by hand since it was planned', async () => {
    const { corp } = await waiting();
    const source = await claimed(corp);
    await world.byHand(corp, 'user/update', { userid: 'u1', enable: 1 });
    await applied(source);
    expect(await world.row(source, 'deleteUser:u1')).toMatchObject({
      status: 'skipped',
      outcome: { code: 'changed-since' },
    });
    expect(await world.user(corp, 'u1')).toBeDefined();
  });

  test('is left where the member is bound to somebody else since it was planned', async () => {
    const { corp } = await waiting();
    const source = await claimed(corp);
    await world.db.pool.query(`DELETE FROM binding WHERE corp_id = $1 AND oa_user_id = 'u1'`, [corp.id]);
    await applied(source);
    expect(await world.row(source, 'deleteUser:u1')).toMatchObject({ status: 'skipped' });
    expect(await world.user(corp, 'u1')).toBeDefined();
  });

  test('of an account that somebody deleted by hand is held: the next pull tells that it is gone', async () => {
    const { corp } = await waiting();
    const source = await claimed(corp);
    await world.byHand(corp, 'user/delete', { userid: 'u1' });
    await applied(source);
    const row = await world.row(source, 'deleteUser:u1');
    // Gone and out of sight look the same to an app.
    expect([row.status, row.outcome?.code]).toEqual(['held', 'status-unreadable']);
    expect(await departureOf(corp)).toMatchObject({ state: 'held' });
  });

  test('waits for approval where no app sees the member, and goes on where somebody let it pass', async () => {
    const { corp } = await waiting();
    const unseen = (): Promise<PushSource> =>
      world.plan(corp, undefined, async (runId) => {
        await set(corp, 'run_id = $2', runId);
        await world.db.pool.query(
          `UPDATE mirror_member SET details_seen_at = NULL, written_at = NULL WHERE corp_id = $1 AND user_id = 'u1'`,
          [corp.id],
        );
      });
    const held = await unseen();
    expect(await world.row(held, 'deleteUser:u1')).toMatchObject({ status: 'held' });
    await set(corp, "run_id = NULL, released_by = 'user:test'");
    const source = await unseen();
    await world.faults({ path: 'user/get', errcode: 60011 });
    await applied(source);
    await world.noFaults();
    expect(await world.row(source, 'deleteUser:u1')).toMatchObject({ status: 'done' });
    expect(await world.user(corp, 'u1')).toBeUndefined();
  });

  test('that somebody let pass is left all the same where an app sees the account enabled', async () => {
    const { corp } = await waiting();
    await set(corp, "released_by = 'user:test'");
    const source = await world.plan(corp, undefined, async (runId) => {
      await set(corp, 'run_id = $2', runId);
      await world.db.pool.query(
        `UPDATE mirror_member SET details_seen_at = NULL, written_at = NULL WHERE corp_id = $1 AND user_id = 'u1'`,
        [corp.id],
      );
    });
    await world.byHand(corp, 'user/update', { userid: 'u1', enable: 1 });
    await applied(source);
    expect(await world.row(source, 'deleteUser:u1')).toMatchObject({ status: 'skipped' });
  });

  test('is held where no app sees the member any more when its turn comes', async () => {
    const { corp } = await waiting();
    const source = await claimed(corp);
    await world.faults({ path: 'user/get', errcode: 60011 });
    await applied(source);
    await world.noFaults();
    expect(await world.row(source, 'deleteUser:u1')).toMatchObject({
      status: 'held',
      outcome: { code: 'status-unreadable' },
    });
    expect(await departureOf(corp)).toMatchObject({ state: 'held', reason: { code: 'status-unreadable' } });
  });

  test('is undone by a new account, as of any deletion', async () => {
    const { corp } = await waiting();
    const source = await applied(await claimed(corp));
    const undo = await applied(await world.plan(corp, source.runId));
    expect(await world.row(undo, 'undo:deleteUser:u1')).toMatchObject({
      action: 'createUser',
      status: 'done',
    });
  });
});

describe('a disabling', () => {
  test('is left where the person is back in the OA since it was planned', async () => {
    const { corp } = await employed();
    await feed({ status: 'departed' });
    const source = await world.plan(corp);
    await feed({});
    await world.forgetCalls();
    await applied(source);
    expect(await world.row(source, 'disableUser:u1')).toMatchObject({
      status: 'skipped',
      outcome: { code: 'changed-since' },
    });
    expect(await world.calls('user/update')).toEqual([]);
  });

  test('that another run was faster with is not done twice: the days count from the first', async () => {
    const { corp } = await employed();
    await feed({ status: 'departed' });
    const [slow, fast] = [await world.plan(corp), await world.plan(corp)];
    await applied(fast);
    const first = await departureOf(corp);
    await world.forgetCalls();
    await applied(slow);
    expect(await world.row(slow, 'disableUser:u1')).toMatchObject({
      status: 'done',
      outcome: { code: 'already-so' },
    });
    expect(await world.calls('user/update')).toEqual([]);
    expect(await departureOf(corp)).toEqual(first);
  });

  test('planned before a person gave the account back is left', async () => {
    const { corp } = await employed();
    await feed({ status: 'departed' });
    const slow = await world.plan(corp);
    await world.push(corp);
    await set(corp, "state = 'restoring'");
    await applied(slow);
    expect(await world.row(slow, 'disableUser:u1')).toMatchObject({
      status: 'skipped',
      outcome: { code: 'changed-since' },
    });
    expect(await departureOf(corp)).toMatchObject({ state: 'restoring' });
  });

  test('is undone by enabling, in the departments of before, leading what was led', async () => {
    const { corp, department } = await employed();
    const before = await memberOf(corp);
    await feed({ status: 'departed' });
    const source = await world.push(corp);
    const undo = await applied(await world.plan(corp, source.runId));
    expect(await world.row(undo, 'undo:disableUser:u1')).toMatchObject({
      action: 'enableUser',
      status: 'done',
    });
    const after = await memberOf(corp);
    const places = (member: typeof after) =>
      new Map(member!.department.map((id, at) => [id, (member!.leads as number[])[at]]));
    expect(places(after)).toEqual(places(before));
    expect(places(after)).toEqual(
      new Map([
        [50, 1],
        [department, 0],
      ]),
    );
    expect(after!.enable).toBe(1);
  });

  test('of the corp’s creator is refused by WeCom, and a person has to look', async () => {
    const { corp } = await employed(folder, { corp: { creator: 'u1' } });
    await begin(corp, { origin: 'oa', activeInOa: false });
    await feed({ status: 'departed' });
    const source = await applied(await claimed(corp));
    expect(await world.row(source, 'disableUser:u1')).toMatchObject({
      status: 'failed',
      outcome: { code: 'wecom-refused', wecom: { errcode: 301005 } },
    });
    expect(await departureOf(corp)).toMatchObject({
      state: 'held',
      disabledAt: null,
      reason: { code: 'wecom-refused', wecom: { errcode: 301005 } },
    });
    expect(await memberOf(corp)).toMatchObject({ enable: 1 });
  });

  test('begun by a person of somebody active disables them, and no push enables them again', async () => {
    const { corp } = await employed();
    await begin(corp, { origin: 'person', activeInOa: true });
    const source = await applied(await claimed(corp));
    expect(await world.row(source, 'disableUser:u1')).toMatchObject({ status: 'done' });
    expect(await memberOf(corp)).toMatchObject({ enable: 0 });
    const next = await world.push(corp);
    expect((await world.rows(next)).map(({ changeId }) => changeId)).toEqual([
      'skipUser:u1:departing-by-decision',
    ]);
  });
});
