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
import { noticeSubjects } from '../i18n/notices';
import type { CorpStore } from '../store/corps';
import type { DepartureNoticeStore } from '../store/departure-notices';
import type { NoticeRecord, NoticeStore } from '../store/notices';
import type { RunRecord, RunStore } from '../store/runs';
import { shownUrl, type OpenNoticeTarget, type SettingsStore } from '../store/settings';
import type { NoticeInput } from '../workflows/notices.contract';
import { dueDeparturesView, heldDeparturesView, type DeparturesView } from './departures/notice-view';

export type NoticeDeps = {
  readonly corps: Pick<CorpStore, 'findCorp'>;
  readonly settings: Pick<SettingsStore, 'noticeTargets' | 'currentSettings'>;
  readonly runs: Pick<RunStore, 'findRun'>;
  readonly notices: NoticeStore;
  readonly departures: DepartureNoticeStore;
  /** Where people open a run. */
  readonly publicUrl: string;
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
  publicUrl,
}: NoticeDeps) {
  return {
    /** One notice for each target that wants this kind; returns their ids. */
    async recordNotices(input: NoticeInput & { readonly id: string }): Promise<string[]> {
      const { id, corpId, runId, kind } = input;
      if ((await corps.findCorp(corpId)) === undefined) return [];
      const targets = await settings.noticeTargets(corpId);
      const due = targets.flatMap(({ events, url }, position) =>
        events.includes(kind)
          ? [{ id: `${id}/${position}`, corpId, runId, kind, position, shownUrl: shownUrl(url) }]
          : [],
      );
      await notices.record(due);
      return due.map((notice) => notice.id);
    },

    async sendNotice(id: string): Promise<void> {
      const notice = await notices.find(id);
      if (notice === undefined || notice.status !== 'due') return;
      const target = await targetOf(notice);
      const run = notice.runId === null ? undefined : await runs.findRun(notice.runId);
      const corp = await corps.findCorp(notice.corpId);
      const about = await departuresOf(notice);
      if (about === 'nobody-left') return notices.giveUp(id, 'nobody-left');
      const body = JSON.stringify(
        payloadOf(notice, { corpName: corp?.name ?? '', run, publicUrl, departures: about }),
      );
      try {
        await post(target, id, body);
      } catch (error) {
        if (error instanceof NoticeNotDeliveredError) await notices.noteAttempt(id, error.code);
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

  async function targetOf(notice: NoticeRecord): Promise<OpenNoticeTarget> {
    const target = (await settings.noticeTargets(notice.corpId))[notice.position];
    const problem =
      target === undefined || shownUrl(target.url) !== notice.shownUrl
        ? 'target-removed'
        : noticeUrlProblem(target.url);
    if (problem === undefined && target !== undefined) return target;
    const code = problem ?? 'target-removed';
    await notices.giveUp(notice.id, code);
    throw new NoticeUndeliverableError(code);
  }
}

/** What a notice says: numbers, and where to read on; of departures that are due, who they are. */
export function payloadOf(
  { id, kind, corpId, createdAt }: Pick<NoticeRecord, 'id' | 'kind' | 'corpId' | 'createdAt'>,
  about: {
    readonly corpName: string;
    readonly run: RunRecord | undefined;
    readonly publicUrl: string;
    readonly departures?: DeparturesView | null;
  },
) {
  const { corpName, run, publicUrl, departures = null } = about;
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
    error: run?.error?.code ?? '—',
    days: noticeDays,
    due: departures?.due?.total ?? 0,
    owning: departures?.due?.owning ?? 0,
    departuresHeld: departures?.held?.total ?? 0,
  };
  return {
    id,
    event: kind,
    at: createdAt.toISOString(),
    subject: translate(noticeSubjects[kind], 'en', params),
    subjects: Object.fromEntries(
      languages.map((lang) => [lang, translate(noticeSubjects[kind], lang, params)]),
    ),
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
  };
}

/** Over the time too, so that a notice that was listened to can't be sent again later. */
export function signatureOf(secret: string, timestamp: string, body: string): string {
  return `v1=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`;
}

async function post({ url, secret }: OpenNoticeTarget, id: string, body: string): Promise<void> {
  const timestamp = String(Math.floor(Date.now() / 1_000));
  try {
    await http.post(url, body, {
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
    throw new NoticeNotDeliveredError(
      error.response === undefined ? (error.code ?? 'no-answer') : `http-${error.response.status}`,
    );
  }
}

/** Resolves like Node does, and hands over nothing that `noticeUrlProblem` would have refused as a number. */
function guardedLookup(
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

const http = axios.create({
  httpAgent: new HttpAgent({ lookup: guardedLookup }),
  httpsAgent: new HttpsAgent({ lookup: guardedLookup }),
  // Another place than the one an administrator entered.
  maxRedirects: 0,
  maxContentLength: 64 * 1024,
  responseType: 'text',
  transformRequest: [(data: unknown) => data],
  transformResponse: [(data: unknown) => data],
  // A proxy from the environment would undo the check of the address.
  proxy: false,
});
