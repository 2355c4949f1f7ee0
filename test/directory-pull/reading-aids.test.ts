import { setTimeout as wait } from 'node:timers/promises';
import { eachInFlight } from '../../activities/in-flight';
import { countCalls } from '../../activities/wecom-calls';
import { CommitUnknownError } from '../../store/database';
import type { CallRecord } from '../../wecom';

const never = new AbortController().signal;

describe('several at a time', () => {
  it('never more than the limit are in flight, and all get their turn', async () => {
    let inFlight = 0;
    let most = 0;
    const done: number[] = [];
    await eachInFlight([1, 2, 3, 4, 5, 6, 7], { limit: 3, signal: never }, async (item) => {
      inFlight += 1;
      most = Math.max(most, inFlight);
      await wait(5);
      inFlight -= 1;
      done.push(item);
    });
    expect(most).toBe(3);
    expect(done.sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it('after a failure nothing new begins, what is under way is aborted, and the first error is thrown', async () => {
    const begun: number[] = [];
    const aborted: number[] = [];
    const work = async (item: number, signal: AbortSignal) => {
      begun.push(item);
      if (item === 1) throw new Error('first');
      await new Promise<void>((_, reject) => {
        signal.addEventListener('abort', () => {
          aborted.push(item);
          reject(new Error('aborted'));
        });
      });
    };
    await expect(eachInFlight([0, 1, 2, 3, 4], { limit: 2, signal: never }, work)).rejects.toThrow('first');
    expect(begun).toEqual([0, 1]);
    expect(aborted).toEqual([0]);
  });

  it('a cancellation ends it', async () => {
    const cancel = new AbortController();
    const begun: number[] = [];
    const ended = eachInFlight([1, 2, 3], { limit: 1, signal: cancel.signal }, async (item) => {
      begun.push(item);
      cancel.abort(new Error('cancelled'));
      await wait(1);
    });
    await expect(ended).rejects.toThrow('cancelled');
    expect(begun).toEqual([1]);
  });
});

describe('the count of calls', () => {
  const call = (path: string): CallRecord => ({
    corpKey: 'c',
    path,
    credential: 'contacts',
    errcode: 0,
    durationMs: 1,
    budgetWaitMs: 0,
    attempt: 1,
  });

  it('each call is handed over once, with what it brought', async () => {
    const counter = countCalls();
    counter.onCall(call('user/list'));
    counter.onCall(call('user/list'));
    expect(await counter.storedWith(async (calls) => [...calls])).toEqual([['user/list', 2]]);
    expect(counter.isEmpty()).toBe(true);
  });

  it('when the write failed, its calls are still to be stored', async () => {
    const counter = countCalls();
    counter.onCall(call('user/list'));
    await expect(counter.storedWith(() => Promise.reject(new Error('away')))).rejects.toThrow('away');
    counter.onCall(call('user/list'));
    expect(await counter.storedWith(async (calls) => [...calls])).toEqual([['user/list', 2]]);
  });

  it('when nobody knows whether the write happened, they are not counted again', async () => {
    const counter = countCalls();
    counter.onCall(call('user/list'));
    const unknown = new CommitUnknownError({ cause: new Error('reset') });
    await expect(counter.storedWith(() => Promise.reject(unknown))).rejects.toThrow(CommitUnknownError);
    expect(counter.isEmpty()).toBe(true);
  });
});
