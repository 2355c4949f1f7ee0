import { DefaultLogger, Runtime } from '@temporalio/worker';
import type { TemplateCard } from '../../../domain/messages/card';
import { hourMs } from '../../../domain/messages/message';
import { startVirtualTime, type VirtualTime } from '../../support/time-skipping';
import { messagePushViewQuery } from '../../../workflows/message-push.contract';
import { todoId } from '../../../workflows/todo.contract';
import { createFlowWorld, everybody, oaIdOf, userIdOf, type FlowWorld } from '../flow/flow-world';

const minuteMs = 60_000;
const callback = { token: 'callbackToken1', encodingAesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C' };

/** One clock goes through all of this file, so the tests stand in the order of the hours. */
let time: VirtualTime;
let world: FlowWorld;
let beganAt: number;

let inTime: string;
let tooLate: string;
let leftAlone: string;
let card: string;
let asleep: string;
let gathered: readonly string[];

beforeAll(async () => {
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    // It complains of what this server lacks.
    telemetryOptions: { logging: { filter: 'off' } },
  });
  time = await startVirtualTime();
  world = await createFlowWorld({ people: 9, temporal: time });
  await receiveTaps();
  beganAt = (await time.now()).getTime();

  inTime = await world.push({ title: 'In time', recipients: [oaIdOf(1)] });
  tooLate = await world.push({ title: 'Too late', recipients: [oaIdOf(2)] });
  leftAlone = await world.push({ title: 'Left alone', recipients: [oaIdOf(7)] });
  await world.rule({ type: 'template_card', url: 'https://oa.example.com/todo' });
  card = await world.push({
    title: 'Please decide',
    recipients: everybody(2, 3),
    todo: {
      taskId: 'decide',
      kind: 'pending',
      showActions: true,
      actions: [{ key: 'approve', text: 'Approve' }],
    },
  });
  await world.rule({}, { quietHours: overMidnight() });
  asleep = await world.push({ title: 'Sleep well', recipients: [oaIdOf(5)] });
  await world.rule({}, { digest: { everyMinutes: 60 } });
  gathered = [
    await world.push({ title: 'One', recipients: [oaIdOf(6)] }),
    await world.push({ title: 'Two', recipients: [oaIdOf(6)] }),
  ];
  for (const pushId of [inTime, tooLate, leftAlone, card]) await world.reaches(pushId, 'sent');
  await world.reaches(asleep, 'waiting');
});

afterAll(async () => {
  await world?.close();
  await time?.close();
});

async function receiveTaps(): Promise<void> {
  const answer = await world.api.call(`/corps/${world.corpId}/apps/${world.appId}`, {
    method: 'PATCH',
    body: { callback },
  });
  const url = String(answer.body.callbackUrl);
  const verdict = await world.api.control(
    `/_sim/corps/${world.corpid}/callbacks`,
    { agentid: world.agentId, url, ...callback },
    'PUT',
  );
  expect(verdict).toMatchObject({ errcode: 0 });
}

/** 22:00 to 07:00 in a zone where it is 23 o'clock now. */
function overMidnight(): { from: string; to: string; timezone: string } {
  const ahead = 23 - new Date().getUTCHours();
  // Zones of this kind are named by what is missing to UTC.
  const timezone = ahead > 12 ? `Etc/GMT+${24 - ahead}` : `Etc/GMT-${ahead}`;
  return { from: '22:00', to: '07:00', timezone };
}

/** Temporal's clock and WeCom's, to so long after the beginning. */
async function advanceTo(ms: number): Promise<void> {
  const by = beganAt + ms - (await time.now()).getTime();
  await world.api.control('/_sim/clock', { advanceSeconds: Math.round(by / 1_000) });
  await time.advance(by);
}

const cardOf = async (number: number): Promise<TemplateCard> => {
  const inbox = (await world.api.control(
    `/_sim/corps/${world.corpid}/inbox/${userIdOf(number)}`,
    undefined,
    'GET',
  )) as { readonly card: TemplateCard }[];
  return inbox[0]?.card as TemplateCard;
};

it('a digest goes out at its time, and not before', async () => {
  const [first] = gathered;
  const [row] = await world.sql<{ dueAt: Date }>(
    'SELECT digest_due_at AS "dueAt" FROM message_push WHERE id = $1',
    [first],
  );
  const dueIn = (row?.dueAt.getTime() ?? 0) - beganAt;
  if (dueIn > 2 * minuteMs) {
    await advanceTo(dueIn - minuteMs);
    expect(await world.texts(6)).toEqual([]);
  }
  await advanceTo(dueIn + minuteMs);
  const texts = await world.until('the digest is there', async () => {
    const found = await world.texts(6);
    return found.length > 0 ? found : undefined;
  });
  expect(texts).toHaveLength(1);
  expect(texts[0]).toContain('One');
  expect(texts[0]).toContain('Two');
});

it('what waits for the end of quiet hours beyond midnight wakes at it by itself', async () => {
  const { until } = await world.workflowOf(asleep).query(messagePushViewQuery);
  const endsAt = Date.parse(until ?? '');
  // Both clocks began together, and have drifted apart by no more than it took to set this up.
  expect(Math.abs(endsAt - Math.round(endsAt / hourMs) * hourMs)).toBeLessThan(2 * minuteMs);
  expect(endsAt - beganAt).toBeGreaterThan(7 * hourMs);
  expect(endsAt - beganAt).toBeLessThan(8 * hourMs + minuteMs);
  await advanceTo(endsAt - beganAt - minuteMs);
  expect(await world.texts(5)).toEqual([]);
  // This machine's own clock, by which it is looked at once more, has not come that far.
  await world.sql(`UPDATE message_push SET options = options || '{"quietHours": null}' WHERE id = $1`, [
    asleep,
  ]);
  await advanceTo(endsAt - beganAt + minuteMs);
  await world.reaches(asleep, 'sent');
  expect(await world.texts(5)).toEqual(['Sleep well']);
});

it('a minute before 24 hours a push is recalled', async () => {
  await advanceTo(24 * hourMs - minuteMs);
  const answer = await world.recall(inTime);
  expect([answer.status, answer.body.state]).toEqual([200, 'recalled']);
  expect(await world.texts(1)).toEqual(['recalled']);
});

it('a minute after 24 hours WeCom refuses, and its word stands', async () => {
  await advanceTo(24 * hourMs + minuteMs);
  const answer = await world.recall(tooLate);
  expect([answer.status, answer.body.error.code]).toEqual([409, 'recall_too_late']);
  expect(await world.texts(2)).toEqual(['Too late']);
  expect(await world.calls(tooLate)).toMatchObject([{ state: 'sent', recallState: 'too-late' }]);
  const again = await world.recall(tooLate);
  expect([again.status, again.body.error.code]).toEqual([409, 'recall_too_late']);
});

it('a push whose workflow has ended is answered the same', async () => {
  await advanceTo(27 * hourMs);
  const { status } = await world.workflowOf(leftAlone).describe();
  expect(status.name).toBe('COMPLETED');
  expect(await world.row(leftAlone)).toMatchObject({ state: 'sent', isClosed: true });
  const answer = await world.recall(leftAlone);
  expect([answer.status, answer.body.error.code]).toEqual([409, 'recall_too_late']);
  expect(await world.texts(7)).toEqual(['Left alone']);
});

it('within 72 hours a card is outstanding, although nobody can recall it any more', async () => {
  expect(await world.row(card)).toMatchObject({ state: 'sent', isClosed: false });
  await advanceTo(72 * hourMs - 2 * minuteMs);
  expect(await world.calls(card)).toMatchObject([{ cardState: 'outstanding' }]);
});

it('after 72 hours a card is stale; a decision leaves it, and a tap on it shows the outcome', async () => {
  await advanceTo(72 * hourMs + 10 * minuteMs);
  await world.until('it is stale', async () =>
    (await world.calls(card))[0]?.cardState === 'stale' ? true : undefined,
  );
  expect(await world.row(card)).toMatchObject({ isClosed: true });
  const asSent = await cardOf(3);
  const asSentToTheOther = await cardOf(4);

  const settled = await world.api.call('/oa/todos/decide/settle', {
    body: { outcome: 'approve', by: oaIdOf(4), text: 'Done elsewhere' },
  });
  expect([settled.status, settled.body.state]).toEqual([200, 'settled']);
  // Seen once with this server: a tap told to the task's workflow in the moment of its end was not taken up, and no
  // sweep runs here that would find it.
  await world.until('nobody has anything to do with it any more', async () => {
    const { status } = await time.client.workflow.getHandle(todoId('decide')).describe();
    return status.name === 'COMPLETED' ? true : undefined;
  });
  expect(await cardOf(3)).toEqual(asSent);

  const [message] = (await world.inbox(3)) as readonly { readonly msgid: string }[];
  await world.api.control(`/_sim/corps/${world.corpid}/messages/${message?.msgid}/click`, {
    userid: userIdOf(3),
    key: 'approve',
  });
  await world.until('the tapped card shows the outcome', async () =>
    JSON.stringify(await cardOf(3)).includes('Done elsewhere') ? true : undefined,
  );
  expect(await cardOf(4)).toEqual(asSentToTheOther);
});
