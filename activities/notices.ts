import { createHmac } from 'node:crypto';
import { lookup as dnsLookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { cancellationSignal } from '@temporalio/activity';
import axios, { isAxiosError } from 'axios';
import { isRefusedNoticeAddress, noticeUrlProblem } from '../domain/directory/notice-address';
import type { ChangeAction } from '../domain/directory/push/changes';
import { noticeDays } from '../domain/departures/departure';
import { momentOfNotice } from '../domain/departures/notice';
import { languages, translate } from '../i18n';
import { attendanceNoticeSubjects, noticeSubjects } from '../i18n/notices';
import type { AppPauseStore, PauseCause } from '../store/app-pauses';
import type { AttendanceGapStore } from '../store/attendance-gaps';
import type { AttendanceRunStore } from '../store/attendance-runs';
import type { CorpStore } from '../store/corps';
import type { DepartureNoticeStore } from '../store/departure-notices';
import type { NoticeRecord, NoticeStore } from '../store/notices';
import type { RunRecord, RunStore } from '../store/runs';
import type { BridgeMessageStore } from '../store/bridge-messages';
import type { MessageTemplate } from '../domain/messages/message';
import { shownUrl, type OpenNoticeTarget, type OpenWebhook, type SettingsStore } from '../store/settings';
import { guardedLookup, isPrivateAddress, mayReachInternal, WecomAddressRefusedError } from '../wecom';
import {
  appOfNotice,
  gapOfNotice,
  type AttendanceGap,
  type NoticeInput,
} from '../workflows/notices.contract';
import { dueDeparturesView, heldDeparturesView, type DeparturesView } from './departures/notice-view';

export type NoticeDeps = {
  readonly corps: Pick<CorpStore, 'findCorp'>;
  readonly settings: Pick<SettingsStore, 'noticeTargets' | 'currentSettings'>;
  readonly runs: Pick<RunStore, 'findRun'>;
  readonly notices: NoticeStore;
  readonly departures: DepartureNoticeStore;
  readonly apps: Pick<AppPauseStore, 'describe'>;
  readonly gaps: Pick<AttendanceGapStore, 'describe'>;
  readonly attendanceRuns: Pick<AttendanceRunStore, 'counts'>;
  readonly messages: BridgeMessageStore;
  /** Where people open a run. */
  readonly publicUrl: string;
  /** `host:port` of the embedded simulator: its corps may tell systems of this machine. */
  readonly simulatorHosts: readonly string[];
};

/** Somebody's server did not take a notice. Its answer is not repeated: it may hold anything. */
export class NoticeNotDeliveredError extends Error {
  constructor(readonly code: string) {
    super(`The notice was not delivered: ${code}`);
    this.name = 'NoticeNotDeliveredError';
  }
}

/** It will never be delivered: where it was to go is gone or must not be called. */
export class NoticeUndeliverableError extends Error {
  constructor(readonly code: string) {
    super(`The notice can't be delivered: ${code}`);
    this.name = 'NoticeUndeliverableError';
  }
}

const timeoutMs = 10_000;

/** In one notice; whoever receives it reads the others where it links to. */
const departuresListed = 200;

export type NoticeActivities = ReturnType<typeof createNoticeActivities>;

export function createNoticeActivities({
  corps,
  settings,
  runs,
  notices,
  departures,
  apps,
  gaps,
  attendanceRuns,
  messages,
  publicUrl,
  simulatorHosts,
}: NoticeDeps) {
  return {
    /** One notice for each target that wants this kind; returns their ids. */
    async recordNotices(input: NoticeInput & { readonly id: string }): Promise<string[]> {
      const { id, corpId, runId, kind } = input;
      if ((await corps.findCorp(corpId)) === undefined) return [];
      if (kind === 'done' && runId !== null && isRoutine(await runs.findRun(runId))) return [];
      const targets = await settings.noticeTargets(corpId);
      const due = targets.flatMap((target, position) =>
        target.events.includes(kind)
          ? [{ id: `${id}/${position}`, corpId, runId, kind, position, shownUrl: placeOf(target) }]
          : [],
      );
      await notices.record(due);
      return due.map((notice) => notice.id);
    },

    async sendNotice(id: string): Promise<void> {
      const notice = await notices.find(id);
      if (notice === undefined || notice.status !== 'due') return;
      const corp = await corps.findCorp(notice.corpId);
      const internal = corp !== undefined && mayReachInternal(corp, simulatorHosts);
      const target = await targetOf(notice, internal);
      const run = notice.runId === null ? undefined : await withCounts(await runs.findRun(notice.runId));
      const about = await departuresOf(notice);
      if (about === 'nobody-left') return notices.giveUp(id, 'nobody-left');
      const payload = payloadOf(notice, {
        corpName: corp?.name ?? '',
        run,
        publicUrl,
        departures: about,
        app: await appOf(notice),
        gap: await gapOf(notice),
      });
      try {
        if (target.kind === 'webhook') await post(target, id, JSON.stringify(payload), internal);
        else await say(notice, target, payload);
      } catch (error) {
        if (error instanceof NoticeNotDeliveredError) await notices.noteAttempt(id, error.code);
        if (error instanceof NoticeUndeliverableError) await notices.giveUp(id, error.code);
        throw error;
      }
      await notices.markSent(id);
    },

    /** When a departure of those that are held now became so last, by which its notice is known; null for none. */
    async newestHolding({ corpId }: { readonly corpId: string }): Promise<{ readonly at: string | null }> {
      return { at: (await departures.newestHolding(corpId))?.toISOString() ?? null };
    },

    async giveNoticeUp(id: string): Promise<void> {
      await notices.giveUp(id);
    },
  };

  /** Null where the notice is about something else. By the time it is sent, there may be nobody to tell of. */
  async function departuresOf({
    id,
    kind,
    corpId,
  }: NoticeRecord): Promise<DeparturesView | null | 'nobody-left'> {
    if (kind === 'departures-held') {
      const held = await departures.heldNow(corpId);
      return held.total === 0 ? 'nobody-left' : heldDeparturesView(held);
    }
    if (kind !== 'departures-due') return null;
    const at = momentOfNotice(id);
    const due = at === undefined ? undefined : await departures.notedAt(corpId, at, departuresListed);
    if (due === undefined || due.total === 0) return 'nobody-left';
    const { document } = await settings.currentSettings(corpId);
    return dueDeparturesView(due, document.timezone);
  }

  /** Null where the notice is not about an app, or there is none any more. */
  async function appOf({ id, kind }: NoticeRecord): Promise<NoticedApp | null> {
    if (kind !== 'app-paused' && kind !== 'app-resumed') return null;
    const appId = appOfNotice(id);
    const app = appId === undefined ? undefined : await apps.describe(appId);
    if (appId === undefined || app === undefined) return null;
    return { id: appId, name: app.name, cause: app.cause };
  }

  /** What a run of attendance counts stands beside its row. */
  async function withCounts(run: RunRecord | undefined): Promise<RunRecord | undefined> {
    if (run?.direction !== 'attendance') return run;
    return { ...run, counts: await attendanceRuns.counts(run.id) };
  }

  /** Null where the notice is not about missed days, or their rule is gone. */
  async function gapOf({ id, kind }: NoticeRecord): Promise<NoticedGap | null> {
    const gap = kind === 'attendance-gap' ? gapOfNotice(id) : undefined;
    const found = gap === undefined ? undefined : await gaps.describe(gap);
    return gap === undefined || found === undefined ? null : { ...gap, ...found };
  }

  /** As a push like any other: what becomes of it stands there. */
  async function say(
    { id, kind, corpId }: NoticeRecord,
    { appId, userIds }: Extract<OpenNoticeTarget, { kind: 'message' }>,
    payload: ReturnType<typeof payloadOf>,
  ): Promise<void> {
    const { subjects, subject, corp, runUrl, departures, attendanceGap } = payload;
    const url = runUrl ?? departures?.url ?? attendanceGap?.url ?? null;
    const said = await messages.put({
      eventId: id.replaceAll('/', '.'),
      origin: 'notice',
      type: kind,
      content: { title: subjects['zh-CN'] ?? subject, content: corp.name, url, imageUrl: null, data: {} },
      todo: null,
      corpId,
      appId,
      userIds,
      template: url === null ? plainTemplate : linkTemplate,
    });
    if (said !== 'app-gone') return;
    await notices.giveUp(id, 'target-removed');
    throw new NoticeUndeliverableError('target-removed');
  }

  async function targetOf(notice: NoticeRecord, internal: boolean): Promise<OpenNoticeTarget> {
    const target = (await settings.noticeTargets(notice.corpId))[notice.position];
    const problem =
      target === undefined || placeOf(target) !== notice.shownUrl
        ? 'target-removed'
        : target.kind === 'webhook'
          ? (noticeUrlProblem(target.url) ?? internalProblem(target.url, internal))
          : undefined;
    if (problem === undefined && target !== undefined) return target;
    const code = problem ?? 'target-removed';
    await notices.giveUp(notice.id, code);
    throw new NoticeUndeliverableError(code);
  }
}

/** An address that is a number is connected to without a look-up; names are judged by what they are resolved to. */
function internalProblem(url: string, internal: boolean): 'private-address' | undefined {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
  return !internal && isPrivateAddress(host) ? 'private-address' : undefined;
}

/** Where it goes, without secrets: by this it is known again after the settings have changed. */
function placeOf(target: OpenNoticeTarget): string {
  return target.kind === 'webhook' ? shownUrl(target.url) : `app:${target.appId}`;
}

const defaults = { title: null, content: null, buttonText: null, imageUrl: null, url: null } as const;
const linkTemplate: MessageTemplate = { type: 'textcard', ...defaults };
/** Nothing to open. */
const plainTemplate: MessageTemplate = {
  type: 'text',
  ...defaults,
  content: '{{ event.title }}\n{{ event.content }}',
};

/**
 * Somebody left or came back, and all of it was done: with *immediate* on, a notice for each would bury those that ask
 * for something. Deletions are told of, and whoever is held stands in a notice about that.
 */
function isRoutine(run: RunRecord | undefined): boolean {
  if (run?.trigger !== 'departures') return false;
  const { deleteUser = 0, heldUser = 0 } = run.counts;
  return deleteUser === 0 && heldUser === 0 && run.progress.failed === 0;
}

type NoticedApp = { readonly id: string; readonly name: string; readonly cause: PauseCause | null };

type NoticedGap = AttendanceGap & { readonly ruleName: string; readonly days: number };

/** What a notice says: numbers, and where to read on; of departures that are due, who they are. */
export function payloadOf(
  { id, kind, corpId, createdAt }: Pick<NoticeRecord, 'id' | 'kind' | 'corpId' | 'createdAt'>,
  about: {
    readonly corpName: string;
    readonly run: RunRecord | undefined;
    readonly publicUrl: string;
    readonly departures?: DeparturesView | null;
    readonly app?: NoticedApp | null;
    readonly gap?: NoticedGap | null;
  },
) {
  const { corpName, run, publicUrl, departures = null, app = null, gap = null } = about;
  const counts = run?.counts ?? {};
  const sum = (...actions: readonly ChangeAction[]): number =>
    actions.reduce((total, action) => total + (counts[action] ?? 0), 0);
  const params = {
    disable: sum('disableUser', 'departOaUser'),
    delete: counts['deleteUser'] ?? 0,
    update: sum('updateUser', 'createUser', 'enableUser', 'updateOaUser', 'createOaUser', 'returnOaUser'),
    held: counts['heldUser'] ?? 0,
    plan: run?.planHash?.slice(0, 4) ?? '—',
    done: run?.progress.done ?? 0,
    failed: run?.progress.failed ?? 0,
    total: run?.progress.total ?? 0,
    phase: run?.phase ?? '—',
    error: run?.error?.code ?? app?.cause?.wecom?.errcode ?? '—',
    app: app?.name ?? '—',
    days: noticeDays,
    due: departures?.due?.total ?? 0,
    owning: departures?.due?.owning ?? 0,
    departuresHeld: departures?.held?.total ?? 0,
    heldBack: counts['heldBack'] ?? 0,
    rule: gap?.ruleName ?? '—',
    gapDays: gap?.days ?? 0,
    gapFrom: gap?.from ?? '—',
    gapTo: gap?.to ?? '—',
  };
  const isAttendance = run?.direction === 'attendance';
  const subject = (isAttendance ? attendanceNoticeSubjects[kind] : undefined) ?? noticeSubjects[kind];
  return {
    id,
    event: kind,
    at: createdAt.toISOString(),
    subject: translate(subject, 'en', params),
    subjects: Object.fromEntries(languages.map((lang) => [lang, translate(subject, lang, params)])),
    corp: { id: corpId, name: corpName },
    runId: run?.id ?? null,
    runUrl: run === undefined ? null : `${publicUrl}/runs/${run.id}`,
    phase: run?.phase ?? null,
    planHash: run?.planHash?.slice(0, 12) ?? null,
    counts,
    progress: run?.progress ?? null,
    error: run?.error == null ? null : { code: run.error.code },
    ...(departures === null
      ? {}
      : { departures: { url: `${publicUrl}/corps/${corpId}/departures`, ...departures } }),
    ...(gap === null ? {} : { attendanceGap: { url: `${publicUrl}/corps/${corpId}/attendance`, ...gap } }),
    ...(app === null ? {} : { app: { id: app.id, name: app.name, wecom: app.cause?.wecom ?? null } }),
  };
}

/** Over the time too, so that a notice that was listened to can't be sent again later. */
export function signatureOf(secret: string, timestamp: string, body: string): string {
  return `v1=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`;
}

async function post(
  { url, secret }: OpenWebhook,
  id: string,
  body: string,
  internal: boolean,
): Promise<void> {
  const timestamp = String(Math.floor(Date.now() / 1_000));
  try {
    await http.post(url, body, {
      ...(internal ? internalAgents : outsideAgents),
      // axios' own timeout only counts silence.
      signal: AbortSignal.any([cancellationSignal(), AbortSignal.timeout(timeoutMs)]),
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'user-agent': 'wecom-bridge',
        'idempotency-key': id,
        'x-bridge-time': timestamp,
        ...(secret === null ? {} : { 'x-bridge-signature': signatureOf(secret, timestamp, body) }),
      },
    });
  } catch (error) {
    cancellationSignal().throwIfAborted();
    if (!isAxiosError(error)) throw error;
    const { cause } = error;
    if (cause instanceof NoticeUndeliverableError) throw cause;
    if (cause instanceof WecomAddressRefusedError) throw new NoticeUndeliverableError(cause.reason);
    throw new NoticeNotDeliveredError(
      error.response === undefined ? (error.code ?? 'no-answer') : `http-${error.response.status}`,
    );
  }
}

/** Resolves like Node does, and hands over nothing that `noticeUrlProblem` would have refused as a number. */
function lookupWithoutMetadata(
  hostname: string,
  options: LookupOptions,
  callback: (error: Error | null, address: string | LookupAddress[], family?: number) => void,
): void {
  dnsLookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, []);
    if (addresses.some(({ address }) => isRefusedNoticeAddress(address))) {
      return callback(new NoticeUndeliverableError('metadata-address'), []);
    }
    if (options.all) return callback(null, addresses);
    const [first] = addresses;
    if (first === undefined) return callback(new NoticeNotDeliveredError('ENOTFOUND'), []);
    return callback(null, first.address, first.family);
  });
}

const internalAgents = {
  httpAgent: new HttpAgent({ lookup: lookupWithoutMetadata }),
  httpsAgent: new HttpsAgent({ lookup: lookupWithoutMetadata }),
};
const outsideAgents = {
  httpAgent: new HttpAgent({ lookup: guardedLookup }),
  httpsAgent: new HttpsAgent({ lookup: guardedLookup }),
};

const http = axios.create({
  // Another place than the one an administrator entered.
  maxRedirects: 0,
  maxContentLength: 64 * 1024,
  responseType: 'text',
  transformRequest: [(data: unknown) => data],
  transformResponse: [(data: unknown) => data],
  // A proxy from the environment would undo the check of the address.
  proxy: false,
});
