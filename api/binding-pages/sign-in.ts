import { createHash } from 'node:crypto';
import { bindingPageTexts as texts } from '../../i18n/binding-pages';
import { OaBusyError, OaError, OaUnavailableError } from '../../oa/errors';
import type { PasswordVerdict } from '../../oa/port';
import { callerNetwork } from '../addresses';
import { hashToken } from '../authentication';
import type { ApiDeps } from '../deps';
import type { Caller } from './arrive';
import { findApp } from './arrive';
import { recordVisit } from './audit';
import type { Said } from './html';
import { maskedAccount } from './masked-account';
import type { KnownVisit, Outcomes } from './outcomes';
import { formToken, visitOfForm } from './visit-tokens';
import type { View } from './views';

/** The OA's password shows which OA user it is. It is asked about once, here, and goes nowhere else. */

const lockMs = 15 * 60_000;
const wrongPerMember = 5;
/** More than one member has in that time: nobody alone can lock a colleague's account. */
const wrongPerOaAccount = 15;
/** A whole company comes from one address on the day it is told to bind; each member is limited by themselves. */
const wrongPerAddress = 300;

export type Login = {
  readonly csrf: string;
  readonly loginName: string;
  readonly password: string;
};

export async function signIn(
  deps: ApiDeps,
  outcomes: Outcomes,
  { csrf, loginName, password }: Login,
  { browser, remoteIp }: Caller,
): Promise<View> {
  const { bindingVisits, visitBindings, attempts } = deps;
  const stateHash = browser === undefined ? undefined : visitOfForm(csrf, browser);
  if (browser === undefined || stateHash === undefined) return outcomes.broken(403, texts.stateUnknown);
  const looked = await bindingVisits.findVisit(stateHash, hashToken(browser));
  if (looked.kind !== 'open') return outcomes.refused(looked);
  const { visit } = looked;
  const found = await findApp(deps, visit.appId);
  const visitor = await visitBindings.findVisitor(visit.corpId, { memberId: visit.memberId ?? '' });
  if (found === undefined || visitor === undefined) return outcomes.broken(400, texts.stateUnknown);
  const known = { visit, corp: found.corp, visitor };
  if (visitor.boundTo !== null) {
    await bindingVisits.endVisit(stateHash);
    return outcomes.alreadyBound(known);
  }
  const again = (status: number, problem: Said): View =>
    outcomes.form(known, formToken(browser, stateHash), { status, problem, loginName });
  if (loginName === '' || password === '') return again(422, { text: texts.nothingTyped });

  const address = `visit:addr:${callerNetwork(remoteIp)}`;
  const member = `visit:member:${visitor.memberId}`;
  const oaAccount = `visit:oa:${bucketOf(loginName)}`;
  const accounts = [member, oaAccount];
  const taken = await attempts.takeAttempt(
    [
      { subject: address, most: wrongPerAddress },
      { subject: member, most: wrongPerMember },
      { subject: oaAccount, most: wrongPerOaAccount },
    ],
    lockMs,
  );
  const { timezone } = (await deps.directorySettings.currentSettings(visit.corpId)).document;
  if (taken.lockedUntil !== null) {
    // Nothing was tried, so nothing is held against those who share the address.
    await attempts.giveAttemptBack([address]);
    await recordVisit(deps, known, { code: 'locked', remoteIp });
    return again(429, { text: texts.locked, params: { time: timeOfDay(taken.lockedUntil, timezone) } });
  }

  let verdict: PasswordVerdict;
  try {
    verdict = await deps.oaSignIn.checkPassword({ loginName, password });
  } catch (error) {
    await attempts.giveAttemptBack([address, ...accounts]);
    if (!(error instanceof OaError)) throw error;
    const { code, httpStatus } = error;
    deps.logger.warn({ corpId: visit.corpId, code, httpStatus }, 'the OA did not check a password');
    return error instanceof OaUnavailableError || error instanceof OaBusyError
      ? again(503, { text: texts.oaUnavailable })
      : again(502, { text: texts.oaRefused });
  }
  if (verdict.kind === 'rejected') {
    await recordVisit(deps, known, { code: verdict.reason, remoteIp });
    switch (verdict.reason) {
      case 'locked':
        return again(403, { text: texts.oaLocked });
      case 'departed':
        return again(403, { text: texts.oaDeparted });
      case 'wrong-password': {
        if (taken.left > 0) return again(401, { text: texts.wrongPassword, params: { left: taken.left } });
        const time = timeOfDay(taken.lockEnds, timezone);
        return again(429, { text: texts.wrongPasswordLocked, params: { time } });
      }
    }
  }
  await attempts.forgetAttempts(accounts);
  await attempts.giveAttemptBack([address]);
  return bindTo(deps, outcomes, known, { oaUserId: verdict.userId, remoteIp, again });
}

async function bindTo(
  deps: ApiDeps,
  outcomes: Outcomes,
  known: KnownVisit,
  {
    oaUserId,
    remoteIp,
    again,
  }: {
    readonly oaUserId: string;
    readonly remoteIp: string;
    readonly again: (status: number, problem: Said) => View;
  },
): Promise<View> {
  const { corpId, stateHash } = known.visit;
  const { memberId } = known.visitor;
  const outcome = await deps.visitBindings.bind({
    corpId,
    memberId,
    oaUserId,
    source: 'employee',
    matchedBy: null,
  });
  await recordVisit(deps, known, {
    code: outcome.kind === 'bound' ? null : outcome.kind,
    remoteIp,
    detail: { oaUserId, source: 'employee' },
  });
  switch (outcome.kind) {
    case 'bound':
      await deps.bindingVisits.endVisit(stateHash);
      return outcomes.bound(known, outcome.loginName);
    case 'oa-user-bound':
      return again(409, { text: texts.oaUserBound, params: { member: maskedAccount(outcome.userId) } });
    case 'oa-user-departed':
      return again(403, { text: texts.oaDeparted });
    case 'oa-user-unknown':
      return again(409, { text: texts.oaUserUnknown });
    case 'member-bound':
    case 'rejected': {
      await deps.bindingVisits.endVisit(stateHash);
      const now = await deps.visitBindings.findVisitor(corpId, { memberId });
      return outcomes.alreadyBound({ ...known, visitor: now ?? known.visitor });
    }
  }
}

/**
 * People type a password into the wrong box. Of a login name only a number below 65,536 is kept, which thousands of
 * words share: enough to count by, too little to find out what was typed.
 */
function bucketOf(loginName: string): string {
  return createHash('sha256').update(loginName.toLowerCase()).digest('hex').slice(0, 4);
}

/** Rounded up, so that it is over when the clock says so. */
function timeOfDay(at: Date, timeZone: string): string {
  const minuteAfter = new Date(at.getTime() + 59_999);
  return new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' }).format(
    minuteAfter,
  );
}
