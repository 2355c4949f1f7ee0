import { defaultDirectorySettings } from '../../domain/directory/settings';
import { randomBytes } from 'node:crypto';
import { createAttendanceSettingsStore } from '../../store/attendance-settings';
import { createCorpStore } from '../../store/corps';
import { openDatabase } from '../../store/database';
import type { Database } from '../../store/database';
import { assertMasterKeyFits, MasterKeyMismatchError } from '../../store/installation';
import { renderingContext } from '../../store/message-contents';
import { createOaEventStore } from '../../store/oa-events';
import { rotateMasterKey, sealedColumns } from '../../store/rotate-key';
import { createSecretBox, MasterKeyMissingError, SealedSecretDamagedError } from '../../store/secrets';
import { createSettingsStore } from '../../store/settings';
import { createTokenStore } from '../../store/wecom-tokens';
import { createCallbackEventStore } from '../../store/callback-events';
import type { TestDatabase } from '../support/database';
import { createTestDatabase } from '../support/database';

const newKey = () => randomBytes(32).toString('base64');

describe('a secret box', () => {
  const [oldKey, key] = [newKey(), newKey()];
  const box = createSecretBox([key, oldKey]);

  it('opens what it sealed, in its own place only', () => {
    const sealed = box.seal('秘密', 'corp.contacts_secret_enc:1');
    expect(sealed).toMatch(/^v1\.[0-9a-f]{8}(\.[\w-]+){3}$/);
    expect(box.open(sealed, 'corp.contacts_secret_enc:1')).toBe('秘密');
    expect(() => box.open(sealed, 'corp.contacts_secret_enc:2')).toThrow(SealedSecretDamagedError);
  });

  it('seals the same text differently each time', () => {
    expect(box.seal('a', 'c')).not.toBe(box.seal('a', 'c'));
  });

  it('notices every changed part', () => {
    const parts = box.seal('secret', 'c').split('.');
    for (const index of [0, 2, 3, 4]) {
      const changed = parts.map((part, at) =>
        at === index ? (part.startsWith('A') ? 'B' : 'A') + part.slice(1) : part,
      );
      expect(() => box.open(changed.join('.'), 'c')).toThrow(SealedSecretDamagedError);
    }
    expect(() => box.open(parts.slice(0, 4).join('.'), 'c')).toThrow(SealedSecretDamagedError);
  });

  it('still opens what an older key of the ring sealed, and says when the key is not there', () => {
    const sealed = createSecretBox([oldKey]).seal('old', 'c');
    expect(box.open(sealed, 'c')).toBe('old');
    expect(box.isSealedWithNewestKey(sealed)).toBe(false);
    expect(() => createSecretBox([newKey()]).open(sealed, 'c')).toThrow(MasterKeyMissingError);
  });
});

describe('master keys', () => {
  let database: TestDatabase;
  let db: Database;

  beforeAll(async () => {
    database = await createTestDatabase();
    db = openDatabase({ url: database.url });
  });
  afterAll(async () => {
    await db.close();
    await database.drop();
  });

  it('must be the ones the database was made with', async () => {
    const key = newKey();
    await assertMasterKeyFits(db, createSecretBox([key]));
    await assertMasterKeyFits(db, createSecretBox([newKey(), key]));
    await expect(assertMasterKeyFits(db, createSecretBox([newKey()]))).rejects.toThrow(
      MasterKeyMismatchError,
    );
    await db.pool.query('DELETE FROM installation_fact');
  });

  it('cover every column whose name says that it is encrypted', async () => {
    const { rows } = await db.pool.query<{ name: string }>(
      `SELECT table_name || '.' || column_name AS name FROM information_schema.columns
        WHERE table_schema = 'public' AND column_name LIKE '%\\_enc' ORDER BY 1`,
    );
    expect(sealedColumns.map(({ table, column }) => `${table}.${column}`).sort()).toEqual(
      rows.map(({ name }) => name),
    );
  });

  it('are rotated so that the new one alone opens everything, also after an interruption', async () => {
    const [oldKey, key] = [newKey(), newKey()];
    const before = createSecretBox([oldKey]);
    await assertMasterKeyFits(db, before);
    const corps = createCorpStore(db, before);
    const callback = { token: 'abc', encodingAesKey: 'a'.repeat(43) };
    const ids: string[] = [];
    for (let number = 0; number < 7; number += 1) {
      const corp = await corps.createCorp({
        name: 'A',
        corpId: `wwrotate${number}`,
        kind: 'public',
        apiBaseUrl: 'https://qyapi.example.com',
        contactsSecret: `contacts-${number}`,
        contactsCallback: callback,
      });
      await corps.createApp(corp.id, { name: 'A', agentId: 1000002, secret: `app-${number}`, callback });
      ids.push(corp.id);
    }
    await createCallbackEventStore(db, before).saveEvents([
      {
        corpId: ids[0] ?? '',
        appId: null,
        eventKey: 'e',
        kind: 'message/text',
        payload: '{}',
        isWork: false,
      },
    ]);
    const target = { url: 'https://hooks.example.com/send?key=1', secret: 'notice-1' };
    await createSettingsStore(db, before).saveSettings(
      ids[0] ?? '',
      {
        ...defaultDirectorySettings,
        notices: [{ kind: 'webhook', name: 'ops', url: target.url, hasSecret: true, events: ['failed'] }],
      },
      'user:1',
      [target],
    );
    const content = { title: 'title-1', content: null, url: null, imageUrl: null, data: {} };
    await createOaEventStore(db, before).accept([
      {
        ...{ id: 'event-1', module: 'm', type: 't', content, recipients: ['u1'], todo: null },
        sentBy: 'user:1',
      },
    ]);
    await db.pool.query(
      `INSERT INTO message_push (id, event_id, corp_id, app_id, type, template, priority)
       SELECT 'push-1', 'event-1', corp_id, id, 'text', '{}', 'bulk' FROM app LIMIT 1`,
    );
    await db.pool.query(
      `INSERT INTO message_rendering (push_id, hash, body_enc) VALUES ('push-1', 'h', $1)`,
      [before.seal('body-1', renderingContext('push-1', 'h'))],
    );
    await createAttendanceSettingsStore(db, before).save(ids[0] ?? '', {
      credential: { kind: 'system-secret', secret: 'check-in-1' },
      savedBy: 'user:1',
    });
    const tokenKey = { corpId: 'ww1', apiBaseUrl: 'https://qyapi.example.com', secretFingerprint: 'f' };
    const expiresAt = new Date(Date.now() + 3_600_000);
    await createTokenStore(db, before).refresh(tokenKey, undefined, () =>
      Promise.resolve({ token: 'token-1', expiresAt }),
    );

    const ring = createSecretBox([key, oldKey]);
    // A run that was stopped in the middle has done some of the rows.
    await createCorpStore(db, ring).updateCorp(ids[3] ?? '', { contactsSecret: 'contacts-3' });
    const counts = await rotateMasterKey(db, ring);
    expect(counts.find(({ column }) => column === 'corp.contacts_secret_enc')).toEqual({
      column: 'corp.contacts_secret_enc',
      resealed: 6,
      current: 1,
    });
    expect(counts.map(({ resealed }) => resealed)).toEqual([6, 7, 7, 7, 7, 7, 1, 1, 1, 0, 0, 1, 1, 1]);
    expect((await rotateMasterKey(db, ring)).every(({ resealed }) => resealed === 0)).toBe(true);

    const alone = createSecretBox([key]);
    await assertMasterKeyFits(db, alone);
    const access = await createCorpStore(db, alone).connectionOf(ids[5] ?? '');
    expect(access).toMatchObject({ contactsSecret: 'contacts-5', apps: [{ secret: 'app-5' }] });
    expect(await createSettingsStore(db, alone).noticeTargets(ids[0] ?? '')).toMatchObject([target]);
    expect(await createOaEventStore(db, alone).find('event-1')).toMatchObject({ content });
    const { rows: renderings } = await db.pool.query('SELECT body_enc FROM message_rendering');
    expect(alone.open(renderings[0].body_enc, renderingContext('push-1', 'h'))).toBe('body-1');
    expect(await createAttendanceSettingsStore(db, alone).credentialOf(ids[0] ?? '')).toMatchObject({
      secret: 'check-in-1',
    });
    expect((await createTokenStore(db, alone).read(tokenKey))?.token).toBe('token-1');
  });
});
