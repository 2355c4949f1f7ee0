import type { Route } from '../../api/define-route';
import { apiRoutes } from '../../api/routes';
import type { Scope } from '../../api/scopes';
import { scopes } from '../../api/scopes';
import { createHealthProbe } from '../../api/health';
import type { Call, TestApi } from '../api/harness';
import { startTestApi } from '../api/harness';

jest.setTimeout(120_000);

let api: TestApi;
let routes: readonly Route[];

beforeAll(async () => {
  api = await startTestApi();
  routes = apiRoutes(api.deps, createHealthProbe(api.deps));
});
afterAll(() => api?.close());

/** Who may do what. Written down a second time on purpose: a right that changes by accident differs from this. */
const rights: Readonly<Record<string, string>> = {
  open: 'signIn signInOnce',
  'whoever is known': 'getSession signOut changePassword',
  read: `getOverview listCorps getCorp listApps getApp getLastCheck getNetwork getDirectorySettings
    listDirectorySettingsVersions getDirectorySettingsVersion listDirectoryFields listSchedules listDirectoryRuns listRuns
    getRun getPlan listChanges getChange getPlanTree comparePlans listPostponements exportPlan getApprovalSheet
    listDepartments listMembers getMember listDepartures getDepartureSummary getDepartureCalendar getDeparture listDrift
    getDriftCoverage listBindings exportBindings listBindingConflicts listCallbacks getCallbackSummary listOaDepartments
    listOaUsers getOaUser getOaDirectory listOaEvents getOaEvent listPushes getPushSummary listPushRecalls getPushRecall
    getPush listPushRecipients getOaTodo listMessageRules getMessageTemplateLanguage getMessageRule listMessageApps
    getMessageSettings getAttendanceSettings listAttendanceRules getAttendanceRule listAttendanceRuns getAttendanceSummary
    listAttendanceGaps getAttendancePhoto listOaAttendance listAttendanceRecords exportAttendanceRecords
    getAttendanceRecord listAttendanceReports exportAttendanceReports getAttendanceCalendar listVerificationFiles
    getSystem`,
  'corps:write': 'connectCorp changeCorp removeCorp addApp changeApp removeApp',
  'settings:write': `saveDirectorySettings rollBackDirectorySettings previewDirectorySettings tryExpression
    confirmOaDirectoryLoss createMessageRule previewMessage orderMessageRules replaceMessageRule changeMessageRule
    removeMessageRule uploadMessagePicture resumeMessageApp saveMessageSettings saveAttendanceSettings checkAttendanceCredential
    createAttendanceRule replaceAttendanceRule removeAttendanceRule saveVerificationFile deleteVerificationFile`,
  'runs:start': `checkCorp pauseSchedule resumeSchedule startDirectoryRun cancelRun pauseRun resumeRun retryFailedChanges
    undoRun acceptDrift revertDrift ignoreDrift decideDrift pauseAttendanceRule resumeAttendanceRule startAttendanceRun
    retryAttendanceDelivery`,
  'runs:approve': 'approveRun rejectRun tryChange',
  'runs:start or runs:approve': `decideChanges snoozeRun postponeChange takePostponementBack deletePostponement`,
  'departures:write': 'postponeDeparture cancelDeparture markHandOverDone restoreDeparture',
  'departures:write and runs:approve': 'beginDeparture releaseDeparture deleteDepartedNow',
  'bindings:write': `unbindAllMembers bindMember unbindMember previewBindingImport getBindingImport applyBindingImport
    decideBindingConflictsByRule lookForBindingConflicts decideBindingConflict`,
  'oa:write': 'replaceOaDirectory changeOaDirectory previewOaUpload applyOaUpload',
  'events:write': `acceptOaEvent recallOaEvent eraseOaEvent recallPushes recallPush resendPush settleOaTodo`,
  'users:write': `setOaPassword removeOaPassword listUsers createUser changeUser deleteUser createOneTimeLogin`,
  'tokens:write': 'listTokens createToken revokeToken',
  'audit:read': 'listAudit',
};

const roles = {
  admin: [...scopes],
  operator: ['read', 'runs:start', 'oa:write', 'bindings:write', 'departures:write', 'events:write'],
  approver: ['read', 'runs:approve'],
  viewer: ['read'],
} as const satisfies Record<string, readonly Scope[]>;

const rightOf = (operationId: string): string =>
  Object.keys(rights).find((right) => rights[right]?.split(/\s+/).includes(operationId)) ??
  'not written down';

function isAllowed(right: string, held: readonly string[]): boolean {
  if (right === 'open' || right === 'whoever is known') return true;
  if (right.includes(' and ')) return right.split(' and ').every((one) => held.includes(one));
  return right.split(' or ').some((one) => held.includes(one));
}

/**
 * What somebody who may hears of a call that changes nothing: the thing is not there, or the body can't be read. Both are
 * looked at only after the rights.
 */
function answerToTheAllowed({ operationId, path, body, multipart }: Route): number {
  const special = specialAnswers[operationId];
  if (special !== undefined) return special;
  if (body !== undefined) return multipart === undefined ? 400 : 415;
  return path.includes('{') ? 404 : 200;
}

/** Things that have a number, a direction or a side instead of an id of ours, and ids of a shape of their own. */
const specialAnswers: Readonly<Record<string, number>> = {
  getDirectorySettingsVersion: 422,
  resumeSchedule: 422,
  getPlanTree: 422,
  getBindingImport: 422,
  applyOaUpload: 422,
};

/** Nobody but a person has a session. */
const forPeople = ['getSession', 'signOut'];

async function answerTo(route: Route, call: Call): Promise<string> {
  const path = route.path.replace(/\{\w+\}/g, 'no-such-thing');
  const { status, body } = await api.call(path, {
    method: route.method.toUpperCase(),
    ...(route.body === undefined ? {} : { raw: '{' }),
    ...call,
  });
  return `${status}${status === 401 || status === 403 ? ` ${body.error.code}` : ''}`;
}

/** Every operation, asked by this caller; what differs from what is expected. */
async function surprises(
  call: Call,
  expected: (route: Route) => string,
  asked: readonly Route[] = routes,
): Promise<string[]> {
  const found: string[] = [];
  // A few at a time, as a browser does.
  const waiting = [...asked];
  const ask = async (): Promise<void> => {
    for (let route = waiting.shift(); route !== undefined; route = waiting.shift()) {
      const answer = await answerTo(route, call);
      if (answer !== expected(route)) found.push(`${route.operationId}: ${answer}, not ${expected(route)}`);
    }
  };
  await Promise.all(Array.from({ length: 6 }, ask));
  return found;
}

const closed = (route: Route): boolean => rightOf(route.operationId) !== 'open';

function expectedOfToken(held: readonly Scope[]): (route: Route) => string {
  return (route) => {
    if (forPeople.includes(route.operationId)) return '403 forbidden';
    return isAllowed(rightOf(route.operationId), held) ? String(answerToTheAllowed(route)) : '403 forbidden';
  };
}

async function tokenWith(held: readonly Scope[]): Promise<{ readonly id: string; readonly token: string }> {
  const { status, body, text } = await api.call('/tokens', { body: { name: 'A caller', scopes: held } });
  if (status !== 201) throw new Error(text);
  return body;
}

it('every operation has a right that is written down here, and none is written down that is not there', () => {
  const written = Object.values(rights).flatMap((operations) => operations.split(/\s+/));
  expect(routes.map(({ operationId }) => operationId).sort()).toEqual(written.sort());
});

it('nothing is open but the login', () => {
  const open = routes
    .filter(({ access }) => access === 'public')
    .map(({ method, path }) => `${method} ${path}`);
  expect(open).toEqual(['post /session', 'post /session/one-time']);
});

describe('whoever is not known hears 401, whatever they ask and of whatever they ask', () => {
  const unknown = (route: Route): string =>
    closed(route) ? '401 unauthenticated' : String(answerToTheAllowed(route));

  it('without a token, with one that was made up, or with another kind of login', async () => {
    const strangers: Call[] = [
      { token: null },
      { token: 'wcb_made-up' },
      { token: null, headers: { authorization: 'Basic YWRtaW46YWRtaW4=' } },
      { token: null, headers: { cookie: 'bridge_session=made-up' } },
    ];
    for (const call of strangers) {
      expect(await surprises(call, unknown)).toEqual([]);
    }
  });

  it('with a token that was revoked', async () => {
    const { id, token } = await tokenWith(scopes);
    await api.call(`/tokens/${id}`, { method: 'DELETE' });
    expect(await surprises({ token }, unknown)).toEqual([]);
  });

  it('with a token whose time is over', async () => {
    const { id, token } = await tokenWith(scopes);
    await api.db.pool.query(`UPDATE api_token SET expires_at = now() - interval '1 second' WHERE id = $1`, [
      id,
    ]);
    expect(await surprises({ token }, unknown)).toEqual([]);
  });

  it('with the session of somebody who has signed out, or was disabled', async () => {
    const gone = await api.signIn('admin');
    const disabled = await api.signIn('admin');
    await gone.call('/session', { method: 'DELETE' });
    await api.call(`/users/${disabled.id}`, { method: 'PATCH', body: { disabled: true } });
    for (const { cookie, csrfToken } of [gone, disabled]) {
      const call = { token: null, headers: { cookie, 'x-csrf-token': csrfToken } };
      expect(await surprises(call, unknown)).toEqual([]);
    }
  });
});

describe('a token does what its scopes say and nothing else', () => {
  it.each(scopes)('%s alone', async (scope) => {
    const { token } = await tokenWith([scope]);
    expect(await surprises({ token }, expectedOfToken([scope]))).toEqual([]);
  });

  it('two rights that are needed together', async () => {
    const { token } = await tokenWith(['departures:write', 'runs:approve']);
    expect(await surprises({ token }, expectedOfToken(['departures:write', 'runs:approve']))).toEqual([]);
  });

  it('all of them', async () => {
    expect(await surprises({}, expectedOfToken(scopes))).toEqual([]);
  });
});

describe('a person does what the role says and nothing else', () => {
  it.each(Object.entries(roles))('%s', async (role, held) => {
    const person = await api.signIn(role as keyof typeof roles);
    const call = { token: null, headers: { cookie: person.cookie, 'x-csrf-token': person.csrfToken } };
    const expected = (route: Route): string => {
      if (route.operationId === 'getSession') return '200';
      return isAllowed(rightOf(route.operationId), held)
        ? String(answerToTheAllowed(route))
        : '403 forbidden';
    };
    const asked = routes.filter(({ operationId }) => operationId !== 'signOut');
    expect(await surprises(call, expected, asked)).toEqual([]);
    expect((await person.call('/session', { method: 'DELETE' })).status).toBe(204);
  });

  it('writes nothing without the CSRF token of this very session', async () => {
    const admin = await api.signIn('admin');
    const other = await api.signIn('admin');
    const writes = routes.filter((route) => route.method !== 'get' && closed(route));
    for (const csrfToken of ['', admin.csrfToken.slice(1), other.csrfToken]) {
      const call = { token: null, headers: { cookie: admin.cookie, 'x-csrf-token': csrfToken } };
      expect(await surprises(call, () => '403 csrf_failed', writes)).toEqual([]);
    }
  });
});

it('nobody makes, changes, removes or signs in somebody who may more than they do themselves', async () => {
  const { token } = await tokenWith(['read', 'users:write']);
  const { id } = await api.signIn('admin');
  const viewer = await api.signIn('viewer');
  const post = (path: string, body: object = {}, method = 'POST') => api.call(path, { token, method, body });
  const newUser = (role: string) => ({ loginName: `new-${role}`, displayName: role, role });
  const refused = [
    await post('/users', newUser('admin')),
    await post('/users', newUser('operator')),
    await post(`/users/${id}`, { wecomUserIds: { x: 'mallory' } }, 'PATCH'),
    await post(`/users/${viewer.id}`, { role: 'admin' }, 'PATCH'),
    await post(`/users/${id}/one-time-login`),
    await post(`/users/${id}`, {}, 'DELETE'),
    await post('/tokens', { name: 'more', scopes: ['tokens:write'] }),
  ];
  expect(refused.map(({ status, body }) => [status, body.error.code])).toEqual(
    refused.map(() => [403, 'forbidden']),
  );
  const allowed = [
    await post('/users', newUser('viewer')),
    await post(`/users/${viewer.id}/one-time-login`),
    await post(`/users/${viewer.id}`, { displayName: 'Reader' }, 'PATCH'),
  ];
  expect(allowed.map(({ status }) => status)).toEqual([201, 201, 200]);
});
