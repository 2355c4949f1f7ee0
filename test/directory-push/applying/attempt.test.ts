import { attempt, PushStop } from '../../../activities/directory-push/attempt';
import { done } from '../../../activities/directory-push/settled';
import { WecomRateLimitedError, WecomTransientError, type WecomErrorDetails } from '../../../wecom';

const signal = new AbortController().signal;
const path = 'user/create';

/** Answers once with each of these, then it works. */
function answering(...errors: readonly Error[]) {
  const queue = [...errors];
  const seen: boolean[] = [];
  const execute = async (perhapsDone: boolean) => {
    seen.push(perhapsDone);
    const error = queue.shift();
    if (error !== undefined) throw error;
    return done([]);
  };
  return { execute, seen };
}

const limited = (details: Partial<WecomErrorDetails>, retryAfterMs: number) =>
  new WecomRateLimitedError({ path, ...details }, retryAfterMs);

test('a limit is waited for as long as it says', async () => {
  const { execute, seen } = answering(limited({ errcode: 45009 }, 60));
  const startedAt = performance.now();
  expect(await attempt(execute, { perhapsDone: false, signal })).toMatchObject({ status: 'done' });
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(55);
  expect(seen).toEqual([false, false]);
});

test('our own budget is waited for however often, WeCom’s refusals only a few times', async () => {
  const own = Array.from({ length: 12 }, () => limited({}, 1));
  const { execute } = answering(...own);
  expect(await attempt(execute, { perhapsDone: false, signal })).toMatchObject({ status: 'done' });

  const theirs = answering(...Array.from({ length: 4 }, () => limited({ errcode: 45009 }, 1)));
  await expect(attempt(theirs.execute, { perhapsDone: false, signal })).rejects.toBeInstanceOf(PushStop);
});

test('an hour’s limit ends the activity instead of keeping a worker waiting', async () => {
  const { execute } = answering(limited({ errcode: 45009 }, 3_600_000));
  await expect(attempt(execute, { perhapsDone: false, signal })).rejects.toMatchObject({
    reason: { retryAfterMs: 3_600_000 },
  });
});

test('once an answer was lost, every further try knows that it may have happened', async () => {
  const { execute, seen } = answering(
    new WecomTransientError({ path, errcode: 45033 }),
    new WecomTransientError({ path, fault: 'timeout', outcomeUnknown: true }),
    new WecomTransientError({ path, errcode: 45035 }),
  );
  expect(await attempt(execute, { perhapsDone: false, signal })).toMatchObject({ status: 'done' });
  expect(seen).toEqual([false, false, true, true]);
});

test('a wait that is cut short says what is known so far', async () => {
  const ending = new AbortController();
  const lost = new WecomTransientError({ path, fault: 'reset', outcomeUnknown: true });
  const { execute } = answering(lost, limited({ errcode: 45009 }, 60_000));
  setTimeout(() => ending.abort(), 500);
  expect(await attempt(execute, { perhapsDone: false, signal: ending.signal })).toMatchObject({
    status: 'left',
    perhapsDone: true,
  });
});
