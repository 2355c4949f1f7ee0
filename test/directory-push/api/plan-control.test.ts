import pino from 'pino';
import { ensureNamespace } from '../../../workers/namespace';
import type { Person, TestApi } from '../../api/harness';
import { startTestApi } from '../../api/harness';
import { testTemporal } from '../../support/temporal';
import { connectCorp, deletes, disables, storePlan, updates } from './stored-plan';

let api: TestApi;
let corpId: string;
let approver: Person;

const hash = 'a'.repeat(64);
const english = { 'accept-language': 'en' };

beforeAll(async () => {
  api = await startTestApi();
  await ensureNamespace(testTemporal(), api.namespace, pino({ level: 'silent' }));
  corpId = await connectCorp(api);
  approver = await api.signIn('approver');
});
afterAll(() => api.close());

const post = (runId: string, verb: string, body?: unknown, caller: Pick<Person, 'call'> = api) =>
  caller.call(`/runs/${runId}/${verb}`, {
    method: 'POST',
    headers: english,
    ...(body === undefined ? {} : { body }),
  });

async function saveSettings(change: object, id = corpId): Promise<number> {
  const saved = await api.call(`/corps/${id}/directory/settings?verify=false`, {
    method: 'PUT',
    body: { access: 'read-write', ...change },
  });
  expect(saved.status).toBe(200);
  return saved.body.version as number;
}

const currentVersion = async (): Promise<number> =>
  (await api.call(`/corps/${corpId}/directory/settings`)).body.version as number;

describe('a push', () => {
  it.each([
    [{ access: 'read-only' }, 'read_only'],
    [{ access: 'read-write', master: 'wecom' }, 'wecom_is_master'],
  ])('does not start under %j, and says what to change', async (settings, code) => {
    const id = await connectCorp(api, settings);
    const answer = await api.call(`/corps/${id}/directory/runs`, {
      body: { direction: 'push', mode: 'simulate' },
    });
    expect(answer.status).toBe(422);
    expect(answer.body.error).toMatchObject({ code, advice: expect.any(String) });
    expect((await api.call(`/corps/${id}/directory/runs`)).body.items).toEqual([]);
  });

  it('does not start without a contacts secret', async () => {
    const id = await connectCorp(api);
    await api.call(`/corps/${id}?verify=false`, { method: 'PATCH', body: { contactsSecret: null } });
    const answer = await api.call(`/corps/${id}/directory/runs`, {
      body: { direction: 'push', mode: 'apply' },
    });
    expect([answer.status, answer.body.error.code]).toEqual([422, 'no_contacts_secret']);
  });

  it('is one per corp at a time', async () => {
    const id = await connectCorp(api);
    const start = () =>
      api.call(`/corps/${id}/directory/runs`, { body: { direction: 'push', mode: 'simulate' } });
    const first = await start();
    expect(first.status).toBe(202);
    expect(first.body.workflowId).toBe(`directory-push:${id}`);
    const second = await start();
    expect(second.status).toBe(409);
    expect(second.body.error).toMatchObject({ code: 'run_open', runId: first.body.runId });
    expect((await api.call(`/runs/${first.body.runId}`)).body).toMatchObject({
      direction: 'push',
      mode: 'simulate',
      push: null,
      verdict: null,
    });
    // A pull has a turn of its own.
    expect(
      (await api.call(`/corps/${id}/directory/runs`, { body: { direction: 'pull', mode: 'apply' } })).status,
    ).toBe(202);
  });

  it('gets the same run again under the same Idempotency-Key', async () => {
    const id = await connectCorp(api);
    const start = () =>
      api.call(`/corps/${id}/directory/runs`, {
        body: { direction: 'push', mode: 'simulate' },
        headers: { 'idempotency-key': 'k1' },
      });
    const first = await start();
    expect((await start()).body).toEqual(first.body);
  });
});

describe('approving a simulation', () => {
  const simulation = async (rows = [deletes('U1'), disables('U2')]) =>
    storePlan(api.db, corpId, { settingsVersion: await currentVersion(), rows });

  it('needs the hash of the plan that was seen', async () => {
    const runId = await simulation();
    const answer = await post(runId, 'approve', { planHash: 'c'.repeat(64), expectedDeletions: 1 });
    expect([answer.status, answer.body.error.code]).toEqual([409, 'plan_hash_differs']);
  });

  it('needs the number of deletions typed, and the right one', async () => {
    const runId = await simulation();
    const missing = await post(runId, 'approve', { planHash: hash });
    expect([missing.status, missing.body.error.code]).toEqual([422, 'deletions_required']);
    const wrong = await post(runId, 'approve', { planHash: hash, expectedDeletions: 2 });
    expect([wrong.status, wrong.body.error.code]).toEqual([409, 'deletions_differ']);
  });

  it('is refused once the settings have another version', async () => {
    const runId = await simulation([updates('U1', { position: 'a' }, { position: 'b' })]);
    await saveSettings({});
    const answer = await post(runId, 'approve', { planHash: hash });
    expect(answer.status).toBe(409);
    expect(answer.body.error).toMatchObject({ code: 'plan_moved_on', what: ['settings'] });
  });

  it('is not for whoever lacks the right', async () => {
    const runId = await simulation();
    const [viewer, operator] = [await api.signIn('viewer'), await api.signIn('operator')];
    for (const person of [viewer, operator]) {
      expect((await post(runId, 'approve', { planHash: hash }, person)).status).toBe(403);
    }
  });

  it('is for the approvers the settings name, by their WeCom userid, whatever its case', async () => {
    await api.db.pool.query(
      `INSERT INTO mirror_member (id, corp_id, user_id_key, user_id, departments) VALUES ('m-zs', $1, 'zhangsan', 'zhangsan', '{2}')`,
      [corpId],
    );
    await saveSettings({ push: { approval: { approvers: ['ZhangSan'] } } });
    const runId = await simulation();
    const refused = await post(runId, 'approve', { planHash: hash, expectedDeletions: 1 }, approver);
    expect([refused.status, refused.body.error.code]).toEqual([403, 'not_an_approver']);
    await api.call(`/users/${approver.id}`, {
      method: 'PATCH',
      body: { wecomUserIds: { [corpId]: 'zhangsan' } },
    });
    // Now it is the wrong number that is refused, not the person.
    const wrong = await post(runId, 'approve', { planHash: hash, expectedDeletions: 9 }, approver);
    expect(wrong.body.error.code).toBe('deletions_differ');
    await saveSettings({});
  });

  it('is not for whoever requested it, where the settings say so', async () => {
    await saveSettings({ push: { approval: { requesterMayApprove: false } } });
    const runId = await simulation();
    const own = await post(runId, 'approve', { planHash: hash, expectedDeletions: 1 });
    expect([own.status, own.body.error.code]).toEqual([403, 'requester_may_not_approve']);
    const other = await post(runId, 'approve', { planHash: hash, expectedDeletions: 9 }, approver);
    expect(other.body.error.code).toBe('deletions_differ');
    await saveSettings({});
  });

  it.each([
    ['cancelled', 'simulate'],
    ['expired', 'apply'],
    ['done', 'apply'],
    ['applying', 'apply'],
  ] as const)('is refused on a run that is %s (%s)', async (phase, mode) => {
    const runId = await storePlan(api.db, corpId, { phase, mode, rows: [disables('U1')] });
    const answer = await post(runId, 'approve', { planHash: hash });
    expect([answer.status, answer.body.error.code]).toEqual([409, 'nothing_to_approve']);
  });

  it('is refused where everything is left out', async () => {
    const runId = await simulation([disables('U1', { status: 'skipped', leftOut: true })]);
    expect((await post(runId, 'approve', { planHash: hash })).body.error.code).toBe('nothing_to_approve');
  });

  it('of which only the safe part is wanted needs no number for what stays held', async () => {
    const runId = await simulation([
      updates('U1', { position: 'a' }, { position: 'b' }),
      deletes('U2', { status: 'held', heldBy: ['limit-exceeded'] }),
    ]);
    const answer = await post(runId, 'approve', { planHash: hash, safeOnly: true, expectedDeletions: 1 });
    expect(answer.body.error.code).toBe('deletions_differ');
  });

  it('starts a run that applies it, and is written down on both', async () => {
    const id = await connectCorp(api);
    const runId = await storePlan(api.db, id, {
      rows: [disables('U1'), deletes('U2', { status: 'skipped', leftOut: true })],
    });
    const answer = await post(runId, 'approve', { planHash: hash, comment: 'seen' });
    expect(answer.status).toBe(202);
    expect(answer.body.runId).not.toBe(runId);
    expect((await api.call(`/runs/${answer.body.runId}`)).body).toMatchObject({
      mode: 'apply',
      phase: 'reading',
    });
    for (const one of [runId, answer.body.runId as string]) {
      const { rows } = await api.db.pool.query('SELECT * FROM push_approval WHERE run_id = $1', [one]);
      expect(rows).toMatchObject([{ decision: 'approved', actor: 'token:installation', comment: 'seen' }]);
    }
    // Another one while it is open.
    const again = await post(runId, 'approve', { planHash: hash });
    expect(again.body.error).toMatchObject({ code: 'run_open', runId: answer.body.runId });
  });

  it('stands in the audit log, with its hash and without names', async () => {
    const runId = await simulation();
    await post(runId, 'approve', { planHash: hash, expectedDeletions: 5 });
    const { body } = await api.call('/audit?action=run.approve&limit=1');
    expect(body.items[0]).toMatchObject({
      action: 'run.approve',
      target: `run:${runId}`,
      corpId,
      result: 'refused',
      code: 'deletions_differ',
      detail: { planHash: hash },
    });
    expect(JSON.stringify(body.items[0])).not.toContain('Person');
  });
});

describe('a run whose workflow is gone', () => {
  it.each([
    ['awaiting-approval', 'approve', { planHash: hash }, 'nothing_to_approve'],
    ['blocked', 'approve', { planHash: hash }, 'nothing_to_approve'],
    ['awaiting-approval', 'reject', { reason: 'no' }, 'nothing_to_approve'],
    ['applying', 'pause', undefined, 'nothing_to_pause'],
    ['paused', 'resume', undefined, 'nothing_to_resume'],
    ['awaiting-approval', 'snooze', { hours: 4 }, 'nothing_to_snooze'],
    ['applying', 'cancel', undefined, 'run_ended'],
  ])('in phase %s refuses %s', async (phase, verb, body, code) => {
    const runId = await storePlan(api.db, corpId, {
      phase,
      mode: 'apply',
      settingsVersion: await currentVersion(),
      rows: [disables('U1', { status: 'held', heldBy: ['limit-exceeded'] })],
    });
    const answer = await post(runId, verb, body);
    expect([answer.status, answer.body.error.code]).toEqual([409, code]);
    await api.db.pool.query('DELETE FROM run WHERE id = $1', [runId]);
  });
});

describe('a run that has ended', () => {
  it('may be retried where changes failed, under its own id', async () => {
    const id = await connectCorp(api);
    const runId = await storePlan(api.db, id, {
      mode: 'apply',
      rows: [
        disables('U1', { status: 'done' }),
        disables('U2', { status: 'failed', outcome: { code: 'x' } }),
      ],
    });
    expect((await api.call(`/runs/${runId}`)).body.push).toMatchObject({ retryable: 1, undoable: true });
    const answer = await post(runId, 'retry-failed', {});
    expect([answer.status, answer.body.runId]).toEqual([202, runId]);
    // Its workflow is open again.
    expect((await post(runId, 'cancel')).status).toBe(409);
  });

  it('may be resumed where it was cancelled with something left', async () => {
    const id = await connectCorp(api);
    const runId = await storePlan(api.db, id, {
      mode: 'apply',
      phase: 'cancelled',
      rows: [disables('U1', { status: 'done' }), disables('U2')],
    });
    expect((await api.call(`/runs/${runId}`)).body.push).toMatchObject({ resumable: true });
    expect((await post(runId, 'resume', {})).status).toBe(202);
  });

  it('may be undone as a run of its own', async () => {
    const id = await connectCorp(api);
    const runId = await storePlan(api.db, id, { mode: 'apply', rows: [disables('U1', { status: 'done' })] });
    const answer = await post(runId, 'undo');
    expect(answer.status).toBe(202);
    expect(answer.body.runId).not.toBe(runId);
    expect((await api.call(`/runs/${answer.body.runId}`)).body.mode).toBe('apply');
  });

  it.each([
    ['simulate', 'undo', 'nothing_to_undo'],
    ['simulate', 'retry-failed', 'nothing_to_retry'],
    ['apply', 'resume', 'nothing_to_resume'],
    ['apply', 'pause', 'nothing_to_pause'],
  ] as const)('as %s has nothing for %s', async (mode, verb, code) => {
    const runId = await storePlan(api.db, corpId, { mode, rows: [disables('U1')] });
    const answer = await post(runId, verb);
    expect([answer.status, answer.body.error.code]).toEqual([409, code]);
  });

  it('that was a pull has no plan to decide on', async () => {
    await api.db.pool.query(
      `INSERT INTO run (id, corp_id, direction, mode, phase, trigger, requested_by, workflow_id, finished_at)
       VALUES ('pull-1', $1, 'pull', 'apply', 'done', 'api', 'x', 'w', now())`,
      [corpId],
    );
    expect((await api.call('/runs/pull-1')).body.push).toBeNull();
    for (const verb of ['plan', 'changes', 'tree?side=oa', 'compare', 'export']) {
      expect((await api.call(`/runs/pull-1/${verb}`)).status).toBe(404);
    }
    expect((await post('pull-1', 'approve', { planHash: hash })).status).toBe(404);
  });
});

describe('decisions', () => {
  const rows = () => [
    updates('U1', { position: 'a' }, { position: 'b' }),
    disables('U2', { status: 'held', heldBy: ['limit-exceeded'] }),
    deletes('U3'),
  ];
  const openPlan = async () =>
    storePlan(api.db, corpId, { settingsVersion: await currentVersion(), rows: rows() });

  it('leave changes out under another hash, and take them back in under the old one', async () => {
    const runId = await openPlan();
    const before = await post(runId, 'decisions', { takeBackIn: ['updateUser:U1'] });
    expect(before.status).toBe(200);
    const out = await post(runId, 'decisions', { leaveOut: ['deleteUser:U3'] });
    expect(out.body).toMatchObject({ deletions: 0, leftOut: 1 });
    expect(out.body.planHash).not.toBe(before.body.planHash);
    expect((await api.call(`/runs/${runId}`)).body).toMatchObject({
      planHash: out.body.planHash,
      push: { deletions: 0, leftOut: 1 },
    });
    expect((await api.call(`/runs/${runId}/changes?leftOut=true`)).body.items).toMatchObject([
      { id: 'deleteUser:U3', leftOut: true, takesEffect: { kind: 'never' } },
    ]);
    const back = await post(runId, 'decisions', { takeBackIn: ['deleteUser:U3'] });
    expect(back.body).toMatchObject({ planHash: before.body.planHash, deletions: 1, leftOut: 0 });
  });

  it('name changes the plan has', async () => {
    const runId = await openPlan();
    const answer = await post(runId, 'decisions', { leaveOut: ['updateUser:U404'] });
    expect(answer.status).toBe(422);
    expect((await post(runId, 'decisions', {})).status).toBe(422);
  });

  it('come too late for a run that has ended', async () => {
    const runId = await storePlan(api.db, corpId, { mode: 'apply', phase: 'done', rows: rows() });
    const answer = await post(runId, 'decisions', { leaveOut: ['deleteUser:U3'] });
    expect([answer.status, answer.body.error.code]).toEqual([409, 'plan_closed']);
  });

  it('for good protect the person in a new version of the settings', async () => {
    const runId = await openPlan();
    const before = await currentVersion();
    const answer = await post(runId, 'decisions', { leaveOut: ['deleteUser:U3'], always: true });
    expect(answer.body).toMatchObject({ settingsVersion: before + 1, planAnew: true });
    const { body } = await api.call(`/corps/${corpId}/directory/settings`);
    expect(body.push.guard.protectedUsers).toEqual(['u3']);
    await saveSettings({});
  });

  it('for good are for people, by those who may change the settings', async () => {
    const runId = await openPlan();
    const refused = await post(runId, 'decisions', { leaveOut: ['deleteUser:U3'], always: true }, approver);
    expect(refused.status).toBe(403);
    expect((await post(runId, 'decisions', { leaveOut: ['deleteUser:U3'] }, approver)).status).toBe(200);
    const viewer = await api.signIn('viewer');
    expect((await post(runId, 'decisions', { leaveOut: ['updateUser:U1'] }, viewer)).status).toBe(403);
  });
});
