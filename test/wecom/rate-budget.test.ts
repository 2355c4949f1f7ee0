import { WecomRateLimitedError, WecomTransientError, rateWindows } from '../../wecom';
import type { TestSimulator } from '../support/simulator';
import { startTestSimulator } from '../support/simulator';
import { memoryBudget } from './memory-stores';
import type { SimulatedCorp } from './simulated-corp';
import { createSimulatedCorp } from './simulated-corp';

const path = 'department/simplelist';

let simulator: TestSimulator;
let corp: SimulatedCorp;

beforeAll(async () => {
  simulator = await startTestSimulator();
});
afterAll(() => simulator.close());
beforeEach(async () => {
  corp = await createSimulatedCorp(simulator);
});
afterEach(() => corp.control('DELETE', 'faults'));

describe('limits', () => {
  it.each([
    ['user/get', 'interactive', undefined, { minute: 10_000, hour: 150_000 }],
    ['user/get', 'bulk', undefined, { minute: 9_000, hour: 135_000 }], // a tenth is kept for people
    ['user/get', 'interactive', { '*': { minute: 500 } }, { minute: 500, hour: 150_000 }],
    [
      'user/get',
      'interactive',
      { 'user/get': { minute: 60 }, '*': { minute: 500 } },
      { minute: 60, hour: 150_000 },
    ],
    ['user/get', 'interactive', { '*': { minute: 99_999 } }, { minute: 10_000, hour: 150_000 }], // lowered only
    ['user/get', 'bulk', { '*': { minute: 1 } }, { minute: 1, hour: 135_000 }], // never nothing at all
    ['checkin/getcheckindata', 'interactive', undefined, { minute: 600 }],
  ] as const)('%s %s lowered by %j: %j', (api, priority, lowered, limits) => {
    const windows = rateWindows(api, priority, lowered);
    expect(Object.fromEntries(windows.map(({ name, limit }) => [name, limit]))).toEqual(limits);
  });
});

describe('the shared budget', () => {
  it('is asked in blocks when calls come fast', async () => {
    const budget = memoryBudget();
    const { contacts } = corp.client({ budget });
    await Promise.all(
      Array.from({ length: 60 }, () => contacts.departments.simpleList({}, { priority: 'bulk' })),
    );
    const takes = budget.takes.filter(({ api }) => api === path);
    expect(takes.length).toBeLessThan(12);
    expect(Math.max(...takes.map(({ want }) => want))).toBeLessThanOrEqual(50);
  });

  it('is not wasted when it is small', async () => {
    const budget = memoryBudget();
    const { contacts } = corp.client({ budget, rateLimits: { [path]: { minute: 20 } } });
    for (let n = 0; n < 10; n += 1) await contacts.departments.simpleList();
    expect(budget.used(path)).toBe(10);
  });

  it('never lets more calls through than it holds, and says when to come back', async () => {
    const { contacts } = corp.client({ rateLimits: { [path]: { minute: 5 } } });
    const outcomes = await Promise.allSettled(
      Array.from({ length: 12 }, () => contacts.departments.simpleList()),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
    expect(await corp.calls(path)).toBe(5);
    for (const outcome of outcomes) {
      if (outcome.status !== 'rejected') continue;
      expect(outcome.reason).toBeInstanceOf(WecomRateLimitedError);
      expect((outcome.reason as WecomRateLimitedError).retryAfterMs).toBeGreaterThan(50_000);
    }
  });

  it('used up by bulk work leaves room for people', async () => {
    const budget = memoryBudget();
    const { contacts } = corp.client({ budget, rateLimits: { [path]: { minute: 10 } } });
    const bulk = await Promise.allSettled(
      Array.from({ length: 12 }, () => contacts.departments.simpleList({}, { priority: 'bulk' })),
    );
    expect(bulk.filter(({ status }) => status === 'fulfilled')).toHaveLength(9);
    expect(await contacts.departments.simpleList()).toHaveLength(3);
  });

  it('that is short for a moment is waited for, and the wait is recorded', async () => {
    const budget = memoryBudget();
    let refusals = 1;
    const hesitant = {
      ...budget,
      take: (request: Parameters<typeof budget.take>[0]) =>
        request.api === path && refusals-- > 0
          ? Promise.resolve({ granted: 0, retryAfterMs: 80 })
          : budget.take(request),
    };
    const { contacts, records } = corp.client({ budget: hesitant });
    await contacts.departments.simpleList();
    expect(records.find((call) => call.path === path)?.budgetWaitMs).toBeGreaterThanOrEqual(70);
  });

  it('a wait for it ends with the caller’s cancellation', async () => {
    const empty = { ...memoryBudget(), take: () => Promise.resolve({ granted: 0, retryAfterMs: 1_000 }) };
    const cancel = new AbortController();
    const reason = new Error('cancelled while waiting');
    setTimeout(() => cancel.abort(reason), 30);
    const { contacts } = corp.client({
      budget: {
        ...memoryBudget(),
        take: (request) => (request.api === path ? empty.take() : memoryBudget().take(request)),
      },
    });
    await expect(contacts.departments.simpleList({}, { signal: cancel.signal })).rejects.toBe(reason);
  });
});

describe("WeCom's refusals", () => {
  it('45009 stops everybody who shares the budget, until its window ends', async () => {
    const budget = memoryBudget();
    await corp.faults({ path, times: 1, errcode: 45009 });
    await expect(corp.client({ budget }).contacts.departments.simpleList()).rejects.toMatchObject({
      reaction: 'retry-at',
      errcode: 45009,
      retryAfterMs: 60_000,
    });
    const again = corp.client({ budget }).contacts.departments.simpleList();
    await expect(again).rejects.toBeInstanceOf(WecomRateLimitedError);
    expect(await corp.calls(path)).toBe(1);
    expect(await corp.client({ budget }).contacts.members.listIds()).toMatchObject({
      rows: expect.any(Array) as [],
    });
  });

  it.each([45033, 45035, 6000])('%d is left to the durable retries', async (errcode) => {
    await corp.faults({ path, times: 1, errcode });
    await expect(corp.client().contacts.departments.simpleList()).rejects.toBeInstanceOf(WecomTransientError);
    expect(await corp.calls(path)).toBe(1);
  });

  it('-1 on a read is tried again once at once', async () => {
    await corp.faults({ path, times: 1, errcode: -1 });
    expect(await corp.client().contacts.departments.simpleList()).toHaveLength(3);
    await corp.faults({ path, times: 2, errcode: -1 });
    await expect(corp.client().contacts.departments.simpleList()).rejects.toMatchObject({ errcode: -1 });
  });

  it('-1 on a write is not, and leaves open whether it happened', async () => {
    await corp.faults({ path: 'user/delete', times: 1, errcode: -1 });
    await expect(corp.client().contacts.members.delete({ userId: 'LiLei' })).rejects.toMatchObject({
      reaction: 'retry-soon',
      outcomeUnknown: true,
    });
    expect(await corp.calls('user/delete')).toBe(1);
  });
});

describe('a write whose answer is lost', () => {
  it('is reported as unknown, and asking again says it is already so', async () => {
    const { contacts } = corp.client();
    await corp.faults({ path: 'user/create', times: 1, drop: 'after' });
    const member = { userId: 'wangwei', name: '王伟', mobile: '19900000009', departmentIds: [2] };
    await expect(contacts.members.create(member)).rejects.toMatchObject({ outcomeUnknown: true });
    await expect(contacts.members.create(member)).rejects.toMatchObject({
      state: 'exists',
      outcomeUnknown: false,
    });
  });

  it('is reported as unknown as well when it never happened', async () => {
    const { contacts } = corp.client();
    await corp.faults({ path: 'user/delete', times: 1, drop: 'before' });
    await expect(contacts.members.delete({ userId: 'LiLei' })).rejects.toMatchObject({
      outcomeUnknown: true,
    });
    await contacts.members.delete({ userId: 'LiLei' });
  });
});
