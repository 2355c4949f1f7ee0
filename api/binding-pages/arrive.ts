import { bindingPageTexts as texts } from '../../i18n/binding-pages';
import type { VisitRecord } from '../../store/binding-visits';
import type { AppRecord, CorpRecord } from '../../store/corps';
import type { OauthVisitor } from '../../wecom';
import {
  authorizeUrl,
  WecomDataError,
  WecomError,
  WecomRateLimitedError,
  WecomTransientError,
} from '../../wecom';
import { hashToken } from '../authentication';
import type { ApiDeps } from '../deps';
import { allowedHosts, clientOf } from '../wecom-access';
import { recordVisit } from './audit';
import type { KnownVisit, Outcomes } from './outcomes';
import { addressWithin } from './return-address';
import { formToken, newBrowserToken, newState } from './visit-tokens';
import type { NoticeView, View } from './views';

/** From the app to WeCom and back: who opened the page. */

export const visitLifetimeMs = 10 * 60_000;

export type Caller = {
  /** The value of the browser's cookie. */
  readonly browser: string | undefined;
  readonly remoteIp: string;
};

/** The cookie is the browser's, not the page's: who has opened two finishes both. */
export type Departure = { readonly kind: 'go'; readonly url: string; readonly browser: string };

export async function depart(
  deps: ApiDeps,
  outcomes: Outcomes,
  { appId, returnTo }: { readonly appId: string; readonly returnTo: unknown },
  { browser = newBrowserToken() }: Caller,
): Promise<Departure | NoticeView> {
  const found = await findApp(deps, appId);
  if (found === undefined) return outcomes.broken(404, texts.appUnknown);
  const { corp, app } = found;
  const { publicUrl } = deps.settings;
  const state = newState();
  await deps.bindingVisits.createVisit({
    stateHash: hashToken(state),
    browserHash: hashToken(browser),
    corpId: corp.id,
    appId: app.id,
    returnTo: addressWithin(publicUrl, returnTo),
    expiresAt: new Date(Date.now() + visitLifetimeMs),
  });
  const url = authorizeUrl({
    connection: corp,
    ownHosts: allowedHosts(deps.settings),
    agentId: app.agentId,
    redirectUri: `${publicUrl}/wecom/bind/done`,
    scope: 'snsapi_base',
    state,
  });
  return { kind: 'go', url, browser };
}

export async function arrive(
  deps: ApiDeps,
  outcomes: Outcomes,
  { code, state }: { readonly code: string; readonly state: string },
  { browser, remoteIp }: Caller,
): Promise<View> {
  const { bindingVisits, visitBindings } = deps;
  if (state === '') return outcomes.broken(400, texts.stateUnknown);
  if (browser === undefined) return outcomes.refused({ kind: 'other-browser' });
  const looked = await bindingVisits.beginExchange(hashToken(state), hashToken(browser));
  if (looked.kind !== 'open') return outcomes.refused(looked);
  const { visit } = looked;
  if (code === '') return outcomes.startAgain(visit, texts.notAllowed);
  const found = await findApp(deps, visit.appId);
  if (found === undefined) return outcomes.broken(400, texts.appUnknown);
  const { corp } = found;

  const asked = await askWecom(deps, outcomes, { ...found, visit, code });
  if (asked.kind === 'notice') return asked;
  if (asked.kind === 'outsider') return outcomes.notMember(corp);

  const visitor = await visitBindings.findVisitor(corp.id, { userId: asked.userId });
  if (visitor === undefined) return outcomes.memberUnknown(visit, corp);
  const { memberId } = visitor;
  const known = { visit, corp, visitor };
  await bindingVisits.setMember(visit.stateHash, memberId);
  if (visitor.boundTo === null) {
    const loginName = await bindByMatch(deps, known, remoteIp);
    if (loginName !== undefined) {
      await bindingVisits.endVisit(visit.stateHash);
      return outcomes.bound(known, loginName, texts.boundByMatch);
    }
  }
  // An administrator, or a pull, may have bound them just now.
  const now = (await visitBindings.findVisitor(corp.id, { memberId })) ?? visitor;
  if (now.boundTo === null) return outcomes.form(known, formToken(browser, visit.stateHash));
  await bindingVisits.endVisit(visit.stateHash);
  return outcomes.alreadyBound({ ...known, visitor: now });
}

export async function findApp(
  { corps }: Pick<ApiDeps, 'corps'>,
  appId: string,
): Promise<{ readonly corp: CorpRecord; readonly app: AppRecord } | undefined> {
  for (const corp of await corps.listCorps()) {
    const app = corp.apps.find(({ id }) => id === appId);
    if (app !== undefined) return { corp, app };
  }
  return undefined;
}

async function askWecom(
  deps: ApiDeps,
  outcomes: Outcomes,
  {
    visit,
    corp,
    app,
    code,
  }: {
    readonly visit: VisitRecord;
    readonly corp: CorpRecord;
    readonly app: AppRecord;
    readonly code: string;
  },
): Promise<OauthVisitor | NoticeView> {
  const access = await deps.corps.connectionOf(corp.id);
  const secret = access?.apps.find(({ appId }) => appId === app.id)?.secret;
  if (access === undefined || secret === undefined) return outcomes.broken(400, texts.appUnknown);
  const session = clientOf(deps, access.connection).as({ kind: 'app', agentId: app.agentId, secret });
  try {
    return await session.oauth.exchangeCode(code);
  } catch (error) {
    if (!(error instanceof WecomError)) throw error;
    const { errcode, fault } = error;
    deps.logger.warn({ corpId: corp.id, appId: app.id, errcode, fault }, 'a code was not exchanged');
    if (error instanceof WecomDataError && errcode !== undefined) {
      return outcomes.startAgain(visit, texts.notAllowed);
    }
    const isPassing = error instanceof WecomTransientError || error instanceof WecomRateLimitedError;
    return outcomes.wecomTrouble(
      visit,
      corp,
      isPassing
        ? { text: texts.wecomUnavailable }
        : { text: texts.wecomRefused, params: { code: errcode ?? fault ?? '' } },
    );
  }
}

/** By what both sides know, where the corp wants that and it is beyond doubt; the OA's login name. */
async function bindByMatch(deps: ApiDeps, known: KnownVisit, remoteIp: string): Promise<string | undefined> {
  const { corpId } = known.visit;
  const { memberId } = known.visitor;
  const { document } = await deps.directorySettings.currentSettings(corpId);
  if (!document.pull.linkNewMembers.enabled) return undefined;
  const verdict = await deps.links.findLink({ corpId, memberId, match: document.push.match });
  if (verdict?.kind !== 'unique') return undefined;
  const { oaUserId, matchedBy } = verdict;
  const outcome = await deps.visitBindings.bind({ corpId, memberId, oaUserId, source: 'visit', matchedBy });
  if (outcome.kind !== 'bound') return undefined;
  await recordVisit(deps, known, {
    code: null,
    remoteIp,
    detail: { oaUserId, source: 'visit', matchedBy },
  });
  return outcome.loginName;
}
