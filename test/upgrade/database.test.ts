import { migrate } from '../../store/migrate';
import { startTestApi, type TestApi } from '../api/harness';
import type { TestDatabase } from '../support/database';
import { countRows, createDatabaseOf, knownOf, versions, type Change } from './earlier-version';

// Databases of earlier versions, with their work under way, as the version of today finds them.

jest.setTimeout(90_000);

describe.each(versions)('a database of %s', (version) => {
  const known = knownOf(version);
  let database: TestDatabase;
  let before: Record<string, number>;
  let after: Record<string, number>;
  let api: TestApi;

  beforeAll(async () => {
    database = await createDatabaseOf(version);
    before = await countRows(database.url);
    await migrate({ url: database.url });
    after = await countRows(database.url);
    api = await startTestApi({ DATABASE_URL: database.url, BRIDGE_MASTER_KEY: known.masterKey });
  });
  afterAll(async () => {
    await api?.close();
    await database?.drop();
  });

  const get = async (path: string) => {
    const { status, body, text } = await api.call(path);
    if (status !== 200) throw new Error(`${path}: ${status} ${text}`);
    return body;
  };

  it('is migrated without losing a row', async () => {
    const { _prisma_migrations: _, ...rows } = before;
    expect(after).toMatchObject(rows);
    expect(Object.values(rows).some((count) => count > 0)).toBe(true);
    expect((await migrate({ url: database.url })).applied).toEqual([]);
  });

  it('shows its corps, members and secrets', async () => {
    const { items: corps } = await get('/corps');
    expect(corps.map(({ id }: { id: string }) => id).sort()).toEqual(
      [known.a.id, known.b.id, known.c.id].sort(),
    );
    const { items } = await get(`/corps/${known.a.id}/members?limit=200`);
    const named = items.map(({ userId, name }: { userId: string; name: string }) => `${userId} ${name}`);
    expect(named).toEqual(expect.arrayContaining([...known.members]));
    const connection = await api.deps.corps.connectionOf(known.a.id);
    expect(connection?.contactsSecret).toBe('contacts-secret-of-a');
    expect(connection?.apps[0]?.secret).toBe('app-secret-of-a');
  });

  it('shows every run, with its plan and its ledger', async () => {
    const { items: runs } = await get('/runs?limit=200');
    expect(runs.map(({ id }: { id: string }) => id)).toContain(known.pull);
    for (const { id, direction } of runs) {
      expect((await get(`/runs/${id}`)).id).toBe(id);
      if (direction === 'push') {
        await get(`/runs/${id}/plan`);
        await get(`/runs/${id}/changes`);
      }
    }
    expect(await get(`/runs/${known.pull}`)).toMatchObject({ phase: 'reading', finishedAt: null });
  });

  it('answers every question that can be asked about a corp', async () => {
    const paths: string[] = Object.entries<object>((await get('/openapi.json')).paths)
      .filter(([, methods]) => 'get' in methods)
      .map(([path]) => path.replace('/api/v1', '').replace('{corpId}', known.a.id))
      // Not those that need a session, or WeCom, or something that was done before.
      .filter((path) => !path.includes('{') && !/^\/(oa\/attendance|session)|\/(network|check)$/.test(path));
    expect(paths.length).toBeGreaterThan(20);
    const answers = await Promise.all(
      paths.map(async (path) => {
        const { status, text } = await api.call(path);
        return { path, status, text: status === 200 ? '' : text };
      }),
    );
    // 422: a question that needs more words, such as the days it is about.
    expect(answers.filter(({ status }) => status !== 200 && status !== 422)).toEqual([]);
  });

  if (known.departures !== undefined) {
    const { departures } = known;
    it('shows its departures, waiting for the same dates', async () => {
      const { items } = await get(`/corps/${known.a.id}/departures?limit=50`);
      expect(items).toHaveLength(departures.length);
      for (const departure of departures) expect(items).toContainEqual(expect.objectContaining(departure));
    });
  }

  if (known.waiting !== undefined) {
    const { id, planHash, changes } = known.waiting;
    it('shows the plan that waits for its approval, change by change', async () => {
      expect(await get(`/runs/${id}`)).toMatchObject({ phase: 'awaiting-approval', planHash });
      const { items } = await get(`/runs/${id}/changes?limit=200`);
      const listed = (items as Change[])
        .filter(({ action }) => !action.startsWith('unchanged'))
        .map((change) => ({ id: change.id, action: change.action, status: change.status }));
      expect(listed).toEqual(changes);
      for (const change of changes) await get(`/runs/${id}/changes/${encodeURIComponent(change.id)}`);
    });
  }

  if (known.stopped !== undefined) {
    const { stopped } = known;
    it('shows the push that WeCom had stopped, and why', async () => {
      expect(await get(`/runs/${stopped}`)).toMatchObject({
        phase: 'paused',
        error: { wecom: { errcode: 60020 } },
      });
    });
  }

  if (known.attendance !== undefined) {
    const { range, counts } = known.attendance;
    it('shows the attendance it had read', async () => {
      const { items } = await get(
        `/corps/${known.a.id}/attendance/records?from=${range.from}&to=${range.to}&limit=200`,
      );
      expect(items).toHaveLength(counts['new'] ?? 0);
    });
  }
});
