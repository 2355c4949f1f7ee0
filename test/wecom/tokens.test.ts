import { WecomAccessError, WecomTokenError, createWecomClient } from '../../wecom';
import type { TestSimulator } from '../support/simulator';
import { startTestSimulator } from '../support/simulator';
import { memoryBudget, memoryTokenStore } from './memory-stores';
import type { SimulatedCorp } from './simulated-corp';
import { createSimulatedCorp } from './simulated-corp';

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

describe('an access token', () => {
  it('is fetched once for many calls, together or one after another', async () => {
    const { contacts } = corp.client();
    await Promise.all(Array.from({ length: 20 }, () => contacts.departments.simpleList()));
    await contacts.departments.simpleList();
    expect(await corp.calls('gettoken')).toBe(1);
  });

  it('is shared by everybody who shares the store, and read from it rarely', async () => {
    const tokens = memoryTokenStore();
    for (let n = 0; n < 5; n += 1) await corp.client({ tokens }).contacts.departments.simpleList();
    expect(await corp.calls('gettoken')).toBe(1);
    expect(tokens.reads).toBe(1);
  });

  it('belongs to one secret', async () => {
    const { app, contacts } = corp.client();
    await app.departments.simpleList();
    await contacts.departments.simpleList();
    expect(await corp.calls('gettoken')).toBe(2);
  });

  it.each([40014, 42001])('refused with %d is replaced and the call repeated once', async (errcode) => {
    const { contacts, records } = corp.client();
    await contacts.departments.simpleList();
    await corp.faults({ path: 'department/simplelist', times: 1, errcode });
    expect(await contacts.departments.simpleList()).toHaveLength(3);
    const attempts = records.filter(({ path }) => path === 'department/simplelist');
    expect(attempts.map((call) => call.errcode)).toEqual([0, errcode, 0]);
  });

  it('refused twice in a row is given up, for a loop would get the address banned', async () => {
    const { contacts } = corp.client();
    await corp.faults({ path: 'department/simplelist', errcode: 40014 });
    await expect(contacts.departments.simpleList()).rejects.toBeInstanceOf(WecomTokenError);
    expect(await corp.calls('department/simplelist')).toBe(2);
  });

  it('that has run out on WeCom’s clock is replaced', async () => {
    const { contacts } = corp.client();
    await contacts.departments.simpleList();
    await corp.advance(7300);
    expect(await contacts.departments.simpleList()).toHaveLength(3);
    expect(await corp.calls('gettoken')).toBe(2);
  });

  it('refused to many calls at once is replaced once', async () => {
    const { contacts } = corp.client();
    await contacts.departments.simpleList();
    await corp.advance(7300);
    await Promise.all(Array.from({ length: 10 }, () => contacts.departments.simpleList()));
    expect(await corp.calls('gettoken')).toBe(2);
  });

  it('renewed by another process is taken over instead of fetched', async () => {
    const shared = memoryTokenStore();
    // Two store objects over the same rows, as two processes have them.
    const other = { read: shared.read.bind(shared), refresh: shared.refresh.bind(shared) };
    await corp.client({ tokens: shared }).contacts.departments.simpleList();
    await corp.client({ tokens: other }).contacts.departments.simpleList();
    await corp.advance(7300);
    await corp.client({ tokens: shared }).contacts.departments.simpleList();
    await corp.client({ tokens: other }).contacts.departments.simpleList();
    expect(await corp.calls('gettoken')).toBe(2);
  });

  it('one caller giving up does not take it from the others', async () => {
    const { contacts } = corp.client();
    await corp.faults({ path: 'gettoken', times: 1, delayMs: 200 });
    const cancel = new AbortController();
    const impatient = contacts.departments.simpleList({}, { signal: cancel.signal });
    const patient = contacts.departments.simpleList();
    cancel.abort(new Error('gave up'));
    await expect(impatient).rejects.toThrow('gave up');
    expect(await patient).toHaveLength(3);
    expect(await corp.calls('gettoken')).toBe(1);
  });
});

describe('a credential WeCom refuses', () => {
  function clientWith(secret: string, corpId = corp.corpId) {
    return createWecomClient({
      connection: { corpKey: 'corp-1', corpId, kind: 'private', apiBaseUrl: simulator.url },
      tokens: memoryTokenStore(),
      budget: memoryBudget(),
    }).as({ kind: 'contacts', secret });
  }

  it('is not tried again by every call of a run', async () => {
    const session = clientWith('wrong-secret');
    for (let n = 0; n < 10; n += 1) {
      await expect(session.departments.simpleList()).rejects.toMatchObject({
        reaction: 'fix-access',
        errcode: 40001,
        path: 'gettoken',
      });
    }
    expect(await corp.calls('gettoken')).toBe(1);
  });

  it('is tried again at once when a person asks', async () => {
    const session = clientWith('wrong-secret');
    await expect(session.token()).rejects.toBeInstanceOf(WecomAccessError);
    await expect(session.token()).rejects.toBeInstanceOf(WecomAccessError);
    expect(await corp.calls('gettoken')).toBe(2);
  });

  it('for an unknown corp names the company ID', async () => {
    await expect(clientWith('any', 'ww0000000000000000').token()).rejects.toMatchObject({ errcode: 40013 });
  });

  it('that is right tells until when its token lives', async () => {
    const { expiresAt } = await corp.client().contacts.token();
    expect(expiresAt.getTime()).toBeGreaterThan(Date.now());
  });

  it('with an address nobody can parse is an access error, not a crash', async () => {
    const session = createWecomClient({
      connection: { corpKey: 'c', corpId: 'ww1', kind: 'private', apiBaseUrl: 'not a url' },
      tokens: memoryTokenStore(),
      budget: memoryBudget(),
    }).as({ kind: 'contacts', secret: 's' });
    await expect(session.token()).rejects.toMatchObject({ reaction: 'fix-access', fault: 'address-refused' });
  });
});
