import type { DoctorText } from '../../i18n/doctor';
import type { StoredCheck } from '../../store/checks';
import type { AppFacts, CallbackOutcome, DoctorFacts, WecomOutcome, WecomProblem } from './facts';

/** From what was found to what is right and wrong, in the order in which an administrator should look at it. */

type Judged = StoredCheck & { readonly text: DoctorText; readonly advice?: DoctorText };
type Params = Readonly<Record<string, string | number>>;

const notTrustedErrcode = 60020;

export function judge(facts: DoctorFacts): { readonly ok: boolean; readonly checks: readonly Judged[] } {
  const connection = [judgeDns(facts), judgeNetwork(facts), judgeTls(facts)];
  const obstacle = connection.find(({ ok }) => !ok)?.name;
  const trustedIp = judgeTrustedIp(facts, obstacle);
  const checks = [
    ...connection,
    judgePublicIp(facts, obstacle),
    ...judgeTokens(facts, obstacle),
    ...(trustedIp === undefined ? [] : [trustedIp]),
    judgeContactsRead(facts, obstacle),
    judgeContactsWrite(facts, obstacle),
    ...facts.apps.map((app) => judgeVisibleRange(app, obstacle)),
    judgeApiIps(facts, obstacle),
    judgeCallback('callback.contacts', facts.contactsCallback, facts.publicUrl),
    ...facts.apps.map((app) => ({
      ...judgeCallback(`callback.app:${app.agentId}`, app.callback, facts.publicUrl),
      app: { id: app.id, name: app.name },
    })),
    ...facts.apps.flatMap((app) => judgeBindPage(app, facts.publicUrl)),
    judgeDomain(facts),
  ];
  return { ok: checks.every(({ ok }) => ok), checks };
}

function good(name: string, text: DoctorText, params?: Params): Judged {
  return { name, ok: true, text, ...(params === undefined ? {} : { params }) };
}

function bad(name: string, text: DoctorText, advice: DoctorText | undefined, params?: Params): Judged {
  return {
    name,
    ok: false,
    text,
    ...(params === undefined ? {} : { params }),
    ...(advice === undefined ? {} : { advice }),
  };
}

function notChecked(name: string, because: string): Judged {
  return bad(name, 'not-checked', undefined, { because });
}

/** WeCom's own words for the cause; its advice too, unless ours knows more. */
function refused(name: string, problem: WecomProblem, advice?: DoctorText, params?: Params): Judged {
  return {
    ...bad(name, 'wecom-refused', advice, {
      ...(problem.fault === undefined ? {} : { fault: problem.fault }),
      ...params,
    }),
    ...(problem.errcode === undefined ? {} : { errcode: problem.errcode }),
  };
}

function judgeDns({ dns, api }: DoctorFacts): Judged {
  const { host } = api;
  switch (dns.kind) {
    case 'address':
      return good('dns', 'dns-address', { host });
    case 'resolved':
      return good('dns', 'dns-ok', { host });
    case 'private':
      return bad('dns', 'dns-private', 'advise-kind', { host });
    case 'failed':
      return bad('dns', 'dns-failed', 'advise-dns', { host, code: dns.code });
  }
}

function judgeNetwork({ network, api: { host, port } }: DoctorFacts): Judged {
  switch (network.kind) {
    case 'found':
      return good('network', 'network-ok', { host, port });
    case 'failed':
      return bad('network', 'network-failed', 'advise-network', { host, port, code: network.problem.code });
    case 'not-tried':
      return notChecked('network', 'dns');
  }
}

function judgeTls({ dns, tls, api: { host, https } }: DoctorFacts): Judged {
  if (!https) return good('tls', 'tls-not-used');
  switch (tls.kind) {
    case 'found':
      return good('tls', 'tls-ok', { days: tls.value.daysLeft });
    case 'failed':
      return bad('tls', 'tls-failed', 'advise-tls', { host, code: tls.problem.code });
    case 'not-tried':
      return notChecked('tls', dns.kind === 'failed' || dns.kind === 'private' ? 'dns' : 'network');
  }
}

function judgePublicIp({ publicIp }: DoctorFacts, obstacle: string | undefined): Judged {
  const name = 'public-ip';
  switch (publicIp.kind) {
    case 'found':
      return publicIp.value === null
        ? good(name, 'public-ip-unknown')
        : good(name, 'public-ip-ok', { ip: publicIp.value });
    case 'failed':
      return refused(name, publicIp.problem);
    case 'not-tried':
      return notChecked(name, obstacle ?? 'network');
  }
}

function judgeTokens({ contacts, apps }: DoctorFacts, obstacle: string | undefined): Judged[] {
  const judgeToken = (name: string, token: WecomOutcome<unknown>): Judged => {
    switch (token.kind) {
      case 'found':
        return good(name, 'token-ok');
      case 'failed':
        return refused(name, token.problem);
      case 'not-tried':
        return notChecked(name, obstacle ?? 'network');
    }
  };
  return [
    ...(contacts === undefined ? [] : [judgeToken('token.contacts', contacts.token)]),
    ...apps.map((app) => ({
      ...judgeToken(`token.app:${app.agentId}`, app.token),
      app: { id: app.id, name: app.name },
    })),
  ];
}

/** Every call behind a token passes WeCom's look at the address, so their outcomes tell. */
function judgeTrustedIp(facts: DoctorFacts, obstacle: string | undefined): Judged | undefined {
  const name = 'trusted-ip';
  const calls = [
    ...(facts.contacts === undefined
      ? []
      : [facts.contacts.memberIds, facts.contacts.departments, facts.contacts.write].map((call) => ({
          credential: 'contacts',
          call,
        }))),
    ...facts.apps.flatMap((app) =>
      [app.range, app.departments].map((call) => ({ credential: `app:${app.agentId}`, call })),
    ),
  ];
  if (calls.length === 0) return undefined;
  const distrusted = calls.find(({ call }) => isDistrusted(call));
  if (distrusted !== undefined && distrusted.call.kind === 'failed') {
    const known = facts.publicIp.kind === 'found' ? facts.publicIp.value : null;
    const ip = distrusted.call.problem.fromIp ?? known ?? '?';
    return {
      ...bad(name, 'trusted-ip-failed', 'advise-trusted-ip', { ip, credential: distrusted.credential }),
      errcode: notTrustedErrcode,
    };
  }
  const answered = calls.some(({ call }) => call.kind === 'found' || isAnswered(call));
  if (answered) return good(name, 'trusted-ip-ok');
  const refusedToken =
    facts.contacts?.token.kind === 'failed' ? 'token.contacts' : firstRefusedToken(facts.apps);
  return notChecked(name, obstacle ?? refusedToken ?? 'network');
}

function firstRefusedToken(apps: readonly AppFacts[]): string | undefined {
  const app = apps.find(({ token }) => token.kind === 'failed');
  return app === undefined ? undefined : `token.app:${app.agentId}`;
}

function isDistrusted(call: WecomOutcome<unknown>): boolean {
  return call.kind === 'failed' && call.problem.errcode === notTrustedErrcode;
}

function isAnswered(call: WecomOutcome<unknown>): boolean {
  return call.kind === 'failed' && call.problem.errcode !== undefined;
}

function judgeContactsRead({ contacts, apps }: DoctorFacts, obstacle: string | undefined): Judged {
  const name = 'contacts.read';
  if (contacts === undefined) {
    if (apps.length === 0) return bad(name, 'no-credentials', 'advise-credentials');
    const reader = apps.find(({ departments }) => departments.kind === 'found') ?? apps[0];
    if (reader === undefined) return bad(name, 'no-credentials', 'advise-credentials');
    const { departments, agentId } = reader;
    if (departments.kind === 'found') {
      return departments.value === 0
        ? bad(name, 'visible-range-users-only', 'advise-visible-range', { users: 0 })
        : good(name, 'contacts-read-app', { departments: departments.value });
    }
    if (departments.kind === 'not-tried') return notChecked(name, obstacle ?? `token.app:${agentId}`);
    return isDistrusted(departments) ? notChecked(name, 'trusted-ip') : refused(name, departments.problem);
  }
  for (const call of [contacts.departments, contacts.memberIds]) {
    if (call.kind === 'not-tried') return notChecked(name, obstacle ?? 'token.contacts');
    if (call.kind === 'failed') {
      return isDistrusted(call) ? notChecked(name, 'trusted-ip') : refused(name, call.problem);
    }
  }
  const departments = contacts.departments.kind === 'found' ? contacts.departments.value : 0;
  return good(name, 'contacts-read-ok', { departments });
}

function judgeContactsWrite({ contacts, access }: DoctorFacts, obstacle: string | undefined): Judged {
  const name = 'contacts.write';
  if (contacts === undefined) {
    return access === 'read-only'
      ? good(name, 'contacts-write-not-needed')
      : bad(name, 'contacts-write-no-secret', 'advise-credentials');
  }
  const { write } = contacts;
  switch (write.kind) {
    case 'found':
      return write.value === 'permitted'
        ? good(name, 'contacts-write-ok')
        : { ...bad(name, 'contacts-write-refused', 'advise-write'), errcode: 48002 };
    case 'failed':
      return isDistrusted(write) ? notChecked(name, 'trusted-ip') : refused(name, write.problem);
    case 'not-tried':
      return notChecked(name, obstacle ?? 'token.contacts');
  }
}

function judgeVisibleRange(
  { id, name: appName, agentId, range }: AppFacts,
  obstacle: string | undefined,
): Judged {
  const name = `visible-range:${agentId}`;
  const app = { id, name: appName };
  switch (range.kind) {
    case 'found': {
      const { departments, users, tags } = range.value;
      if (departments > 0) return { ...good(name, 'visible-range-ok', { departments, users }), app };
      if (tags > 0) return { ...good(name, 'visible-range-tags', { tags }), app };
      return { ...bad(name, 'visible-range-users-only', 'advise-visible-range', { users }), app };
    }
    case 'failed':
      return {
        ...(isDistrusted(range) ? notChecked(name, 'trusted-ip') : refused(name, range.problem)),
        app,
      };
    case 'not-tried':
      return { ...notChecked(name, obstacle ?? `token.app:${agentId}`), app };
  }
}

function judgeApiIps({ kind, apiIps, contacts, apps }: DoctorFacts, obstacle: string | undefined): Judged {
  const name = 'api-ips';
  if (apiIps.kind === 'found') return good(name, 'api-ips-ok', { count: apiIps.value });
  if (apiIps.kind === 'failed') {
    if (kind === 'private') return good(name, 'api-ips-private');
    return isDistrusted(apiIps) ? notChecked(name, 'trusted-ip') : refused(name, apiIps.problem);
  }
  if (contacts === undefined && apps.length === 0) return bad(name, 'no-credentials', 'advise-credentials');
  const [app] = apps;
  return notChecked(
    name,
    obstacle ?? (contacts !== undefined ? 'token.contacts' : `token.app:${app?.agentId ?? ''}`),
  );
}

function judgeCallback(name: string, callback: CallbackOutcome, url: string): Judged {
  switch (callback.kind) {
    case 'not-configured':
      return good(name, 'callback-not-configured');
    case 'reached':
      return good(name, 'callback-ok');
    case 'local-address':
      return bad(name, 'callback-local', 'advise-public-url', { url });
    case 'unreachable':
      return bad(name, 'callback-failed', 'advise-public-url', { url, code: callback.code });
    case 'wrong-answer':
      return bad(name, 'callback-wrong-answer', 'advise-public-url', { url, status: callback.status });
  }
}

/** Never wrong by itself: an app may well serve another site, and nobody has to bind by themselves. */
function judgeBindPage({ id, name, agentId, range }: AppFacts, publicUrl: string): Judged[] {
  if (range.kind !== 'found') return [];
  const { trustedDomain } = range.value;
  const { host } = new URL(publicUrl);
  const check = `bind-page:${agentId}`;
  const app = { id, name };
  if (trustedDomain === host) return [{ ...good(check, 'bind-page-ok', { host }), app }];
  const advice = 'advise-bind-page' as const;
  return trustedDomain === null
    ? [{ ...good(check, 'bind-page-none', { host }), advice, app }]
    : [{ ...good(check, 'bind-page-elsewhere', { host, domain: trustedDomain }), advice, app }];
}

function judgeDomain({ kind, verificationFiles, publicUrl }: DoctorFacts): Judged {
  const name = 'domain-verification';
  if (kind === 'private') return good(name, 'domain-private');
  if (verificationFiles.length === 0) return good(name, 'domain-none');
  for (const file of verificationFiles) {
    if (file.served.kind === 'not-served') {
      return bad(name, 'domain-failed', 'advise-domain', {
        name: file.name,
        url: publicUrl,
        code: file.served.code,
      });
    }
  }
  return good(name, 'domain-ok', { count: verificationFiles.length });
}
