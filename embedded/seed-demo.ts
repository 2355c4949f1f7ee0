import { randomBytes } from 'node:crypto';
import axios from 'axios';
import { ConfigError, loadEmbeddedConfig } from '../config';
import { demoCheckins } from '../demo/attendance';
import { buildDemoOrganisation } from '../demo/organisation';
import type { DemoCredentials, DemoSimulatorCorp } from '../demo/organisation';
import { demoPassword, demoPasswordOwners } from '../demo/passwords';
import { defaultDirectorySettings, type DirectorySettings } from '../domain/directory/settings';
import { createAttendanceSettingsStore } from '../store/attendance-settings';
import type { CorpRecord, CorpStore } from '../store/corps';
import { createCorpStore } from '../store/corps';
import type { Database } from '../store/database';
import { openDatabase } from '../store/database';
import { assertMasterKeyFits, createInstallationStore, MasterKeyMismatchError } from '../store/installation';
import { createMessageRuleStore, type NewRule } from '../store/message-rules';
import { createOaDirectoryStore } from '../store/oa-directory';
import { createOaPasswordStore } from '../store/oa-passwords';
import { hashPassword } from '../store/password-hash';
import type { SecretBox } from '../store/secrets';
import { createSecretBox } from '../store/secrets';
import { createSettingsStore } from '../store/settings';
import { connectDemoCallback, DemoCallbackFailedError } from './demo-callback';
import { hostToAsk } from './host-to-ask';
import type { FromPart } from './part.contract';

/**
 * The demo: a corp in the embedded simulator and a matching-but-different organisation in the embedded OA, made once
 * for an installation that has no corp. Who removes it does not get it back.
 */

const seededFact = 'demo-seeded';
const agentId = 1_000_002;

export type SeedResult = 'seeded' | 'restored' | 'kept' | 'not-wanted';

export async function seedDemo({
  db,
  secrets,
  simulatorUrl,
}: {
  readonly db: Database;
  readonly secrets: SecretBox;
  readonly simulatorUrl: string;
}): Promise<SeedResult> {
  const corps = createCorpStore(db, secrets);
  const installation = createInstallationStore(db);
  const seeded = (await installation.readFact<boolean>(seededFact)) === true;
  const existing = await corps.listCorps();
  const demo = existing.find(({ isDemo }) => isDemo);

  if (seeded) return demo === undefined ? 'not-wanted' : restore(corps, demo, simulatorUrl);
  // Half a demo is what a start leaves that was stopped in the middle.
  if (demo !== undefined) await corps.deleteCorp(demo.id);
  if (existing.some(({ isDemo }) => !isDemo)) return 'not-wanted';

  const credentials: DemoCredentials = {
    corpId: `wwdemo${randomBytes(6).toString('hex')}`,
    contactsSecret: randomBytes(32).toString('base64url'),
    agentId,
    appSecret: randomBytes(32).toString('base64url'),
  };
  const { simulatorCorp, oaDirectory } = buildDemoOrganisation(credentials);
  await createInSimulator(simulatorUrl, simulatorCorp);
  const corp = await corps.createCorp({
    name: simulatorCorp.name,
    corpId: credentials.corpId,
    kind: 'public',
    apiBaseUrl: new URL(simulatorUrl).origin,
    contactsSecret: credentials.contactsSecret,
    isDemo: true,
  });
  const app = await corps.createApp(corp.id, {
    name: simulatorCorp.apps[0]?.name ?? 'OA',
    agentId,
    secret: credentials.appSecret,
  });
  await createSettingsStore(db).saveSettings(corp.id, demoSettings(app.id), 'system:demo');
  await createAttendanceSettingsStore(db, secrets).save(corp.id, {
    credential: { kind: 'app', appId: app.id },
    savedBy: 'system:demo',
  });
  const rules = createMessageRuleStore(db);
  for (const rule of demoRules(corp.id, app.id)) await rules.create(rule);
  const oa = createOaDirectoryStore(db);
  if (await oa.isEmpty()) {
    await oa.seed(oaDirectory);
    await giveDemoPasswords(db);
  }
  await installation.saveFact(seededFact, true);
  return 'seeded';
}

/** Who leaves gets a day on which the account is deleted, so that there is something to see about departures. */
function demoSettings(appId: string): DirectorySettings {
  const { push } = defaultDirectorySettings;
  return {
    ...defaultDirectorySettings,
    access: 'read-write',
    appId,
    push: { ...push, departed: { ...push.departed, deleteAfterDays: 30 } },
  };
}

/** To-dos of workflows can be decided on their cards; all else is read. */
function demoRules(corpId: string, appId: string): NewRule[] {
  const usual = { title: null, content: null, buttonText: null, imageUrl: null };
  const url = 'https://oa.example.com/messages/{{ event.id | url_encode }}';
  const common = {
    isEnabled: true,
    options: { onTooLong: 'cut', quietHours: null, digest: null },
    createdBy: 'system:demo',
  } as const;
  return [
    {
      ...common,
      name: '流程待办',
      source: 'workflow',
      targets: [{ corpId, appId, template: { ...usual, type: 'template_card', url } }],
    },
    {
      ...common,
      name: '全部消息',
      source: 'all',
      targets: [{ corpId, appId, template: { ...usual, type: 'textcard', url } }],
    },
  ];
}

async function giveDemoPasswords(db: Database): Promise<void> {
  const passwords = createOaPasswordStore(db);
  for (const oaUserId of demoPasswordOwners) {
    const hash = await hashPassword(demoPassword);
    await passwords.setPasswordHash({ oaUserId, hash, setBy: 'system:demo' });
  }
}

/** The simulator may listen on another port than last time, and its state is a file of its own that may be lost. */
async function restore(corps: CorpStore, demo: CorpRecord, simulatorUrl: string): Promise<SeedResult> {
  const apiBaseUrl = new URL(simulatorUrl).origin;
  if (demo.apiBaseUrl !== apiBaseUrl) await corps.updateCorp(demo.id, { apiBaseUrl });
  if (await isInSimulator(simulatorUrl, demo.corpId)) return 'kept';
  const access = await corps.connectionOf(demo.id);
  const app = access?.apps[0];
  const { simulatorCorp } = buildDemoOrganisation({
    corpId: demo.corpId,
    contactsSecret: access?.contactsSecret ?? randomBytes(32).toString('base64url'),
    agentId: app?.agentId ?? agentId,
    appSecret: app?.secret ?? randomBytes(32).toString('base64url'),
  });
  await createInSimulator(simulatorUrl, simulatorCorp);
  return 'restored';
}

async function createInSimulator(simulatorUrl: string, corp: DemoSimulatorCorp): Promise<void> {
  await axios.post(`${simulatorUrl}/_sim/corps`, corp, { timeout: 15_000 });
  const generate = `${simulatorUrl}/_sim/corps/${encodeURIComponent(corp.corpid)}/checkins/generate`;
  for (const checkins of demoCheckins(new Date())) await axios.post(generate, checkins, { timeout: 15_000 });
}

async function isInSimulator(simulatorUrl: string, corpId: string): Promise<boolean> {
  const { status } = await axios.get(`${simulatorUrl}/_sim/corps/${encodeURIComponent(corpId)}/state`, {
    timeout: 15_000,
    validateStatus: (code) => code === 200 || code === 404,
  });
  return status === 200;
}

async function main(): Promise<void> {
  const config = loadEmbeddedConfig();
  const { DATABASE_URL: url, BRIDGE_MASTER_KEY: masterKey, SIMULATOR_URL: simulatorUrl } = config;
  if (!config.BRIDGE_DEMO || simulatorUrl === undefined) return;
  if (url === undefined || masterKey === undefined) {
    throw new ConfigError(['DATABASE_URL and BRIDGE_MASTER_KEY have to be the ones the bridge runs with.']);
  }
  const secrets = createSecretBox(masterKey.split(','));
  const db = openDatabase({ url, maxConnections: 2 });
  try {
    await assertMasterKeyFits(db, secrets);
    await seedDemo({ db, secrets, simulatorUrl });
    const bridgeUrl = `http://${hostToAsk(config.BRIDGE_HOST)}:${config.PORT}`;
    for (const receiver of ['contacts', 'app'] as const) {
      await connectDemoCallback({ db, secrets, simulatorUrl, bridgeUrl, receiver }).catch(complainOfCallback);
    }
  } finally {
    await db.close();
  }
}

/** Without its callback the demo is a demo still: pulls find what was changed. */
function complainOfCallback(error: unknown): void {
  process.stderr.write(`Warning: the demo's callback could not be set up: ${said(error)}\n`);
  const reason = error instanceof Error ? error.message : String(error);
  process.send?.({ type: 'demo-without-callback', reason } satisfies FromPart);
}

function said(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const expected =
    error instanceof ConfigError ||
    error instanceof MasterKeyMismatchError ||
    error instanceof DemoCallbackFailedError;
  // An axios error carries the whole request, secrets of the demo included: only its message is said.
  return expected || axios.isAxiosError(error) ? error.message : (error.stack ?? error.message);
}

if (require.main === module) {
  // Whoever started this is gone, and with it the API it may be waiting for.
  const leave = (): never => process.exit(1);
  process.once('disconnect', leave);
  main()
    .catch((error: unknown) => {
      process.stderr.write(`The demo could not be set up: ${said(error)}\n`);
      process.exitCode = 1;
    })
    .finally(() => process.off('disconnect', leave));
}
