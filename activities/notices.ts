import { createHmac } from 'node:crypto';
import { lookup as dnsLookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { cancellationSignal } from '@temporalio/activity';
import axios, { isAxiosError } from 'axios';
import { isRefusedNoticeAddress, noticeUrlProblem } from '../domain/directory/notice-address';
import type { ChangeAction } from '../domain/directory/push/changes';
import { languages, translate } from '../i18n';
import { noticeSubjects } from '../i18n/notices';
import type { CorpStore } from '../store/corps';
import type { NoticeRecord, NoticeStore } from '../store/notices';
import type { RunRecord, RunStore } from '../store/runs';
import { shownUrl, type OpenNoticeTarget, type SettingsStore } from '../store/settings';
import type { NoticeInput } from '../workflows/notices.contract';

export type NoticeDeps = {
  readonly corps: Pick<CorpStore, 'findCorp'>;
  readonly settings: Pick<SettingsStore, 'noticeTargets'>;
  readonly runs: Pick<RunStore, 'findRun'>;
  readonly notices: NoticeStore;
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

export type NoticeActivities = ReturnType<typeof createNoticeActivities>;

export function createNoticeActivities({ corps, settings, runs, notices, publicUrl }: NoticeDeps) {
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
      const body = JSON.stringify(payloadOf(notice, { corpName: corp?.name ?? '', run, publicUrl }));
      try {
        await post(target, id, body);
      } catch (error) {
        if (error instanceof NoticeNotDeliveredError) await notices.noteAttempt(id, error.code);
        throw error;
      }
      await notices.markSent(id);
    },

    async giveNoticeUp(id: string): Promise<void> {
      await notices.giveUp(id);
    },
  };

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

/** What a notice says: numbers, and where to read on. */
export function payloadOf(
  { id, kind, corpId, createdAt }: Pick<NoticeRecord, 'id' | 'kind' | 'corpId' | 'createdAt'>,
  about: {
    readonly corpName: string;
    readonly run: RunRecord | undefined;
    readonly publicUrl: string;
  },
) {
  const { corpName, run, publicUrl } = about;
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
