import { createHash } from 'node:crypto';
import { cancellationSignal } from '@temporalio/activity';
import {
  attendanceStreams,
  newsBatchSize,
  newsKey,
  punchNews,
  reportNews,
  type AttendanceStream,
} from '../domain/attendance/news';
import { OaBusyError, OaError, OaRefusedError } from '../oa/errors';
import type { AttendanceReport, OaAttendance, Punch } from '../oa/port';
import type {
  AttendanceDeliveryStore,
  DeliveryCorp,
  DeliveryError,
  ToldChange,
} from '../store/attendance-delivery';
import { withHeartbeat } from './heartbeat';

export type AttendanceDeliveryDeps = {
  readonly delivery: AttendanceDeliveryStore;
  readonly oa: OaAttendance;
};

export type DeliveryRound = { readonly told: number } & (
  | { readonly kind: 'done' | 'more' | 'refused' }
  /** It is kept, and told again. */
  | { readonly kind: 'away'; readonly waitMs: number | null }
);

export type AttendanceDeliveryActivities = ReturnType<typeof createAttendanceDeliveryActivities>;

/** A worker that is asked to stop, or a person who looks, finds it at a place it has written down. */
const roundMs = 3 * 60_000;
/** A year of these many people is sorted for each batch. */
const peopleAtOnce = 20;

/** What the delivery's workflow does. Only counts come back. */
export function createAttendanceDeliveryActivities({ delivery, oa }: AttendanceDeliveryDeps) {
  return {
    /** Goes on where the last one stopped, until everything is told, the OA does not take it, or some minutes are over. */
    async tellAttendance({ corpId }: { readonly corpId: string }): Promise<DeliveryRound> {
      return withHeartbeat(async (reached) => {
        const corp = await delivery.findCorp(corpId);
        if (corp === undefined) return { kind: 'done', told: 0 };
        const until = Date.now() + roundMs;
        let told = 0;
        const tell: Tell = async (stream, changes) => {
          cancellationSignal().throwIfAborted();
          await hand(corp, stream, changes);
          told += changes.length;
          reached({ told });
        };

        let isRefused = false;
        const attempts = [
          ...attendanceStreams.map((stream) => () => tellStream(corp, stream, until, tell)),
          // With what was kept for somebody, every stream is told, or nobody is taken off the list.
          () => (isRefused ? Promise.resolve('told' as const) : catchUp(corp, until, tell)),
        ];
        for (const attempt of attempts) {
          const outcome = await attempt();
          if (outcome === 'told') continue;
          if (outcome === 'more') return { kind: 'more', told };
          const { stream, error } = outcome;
          await delivery.noteFailure(corpId, stream, failureOf(error));
          if (error instanceof OaBusyError) return { kind: 'away', waitMs: error.retryAfterMs, told };
          if (!(error instanceof OaRefusedError)) return { kind: 'away', waitMs: null, told };
          // What it does not want to know of punches says nothing about reports.
          isRefused = true;
        }
        if (isRefused) return { kind: 'refused', told };
        await delivery.noteSettled(corpId);
        return { kind: 'done', told };
      });
    },
  };

  async function tellStream(
    corp: DeliveryCorp,
    stream: AttendanceStream,
    until: number,
    tell: Tell,
  ): Promise<Outcome> {
    for (;;) {
      const portion = await delivery.next(corp, stream, newsBatchSize);
      if (portion.upTo === null) return 'told';
      const problem = await taken(stream, () => tell(stream, portion.changes));
      if (problem !== undefined) return problem;
      await delivery.noteTold(corp.corpId, stream, portion);
      if (Date.now() >= until) return 'more';
    }
  }

  /** Whoever was bound to nobody when it was their turn, and is bound now. */
  async function catchUp(corp: DeliveryCorp, until: number, tell: Tell): Promise<Outcome> {
    for (;;) {
      const people = await delivery.boundMeanwhile(corp.corpId, peopleAtOnce);
      if (people.length === 0) return 'told';
      for (const stream of attendanceStreams) {
        for (let after = 0n; ;) {
          const changes = await delivery.backlog(corp, stream, people, after, newsBatchSize);
          const last = changes.at(-1);
          if (last === undefined) break;
          const problem = await taken(stream, () => tell(stream, changes));
          if (problem !== undefined) return problem;
          after = last.changeSeq;
        }
      }
      await delivery.noteCaughtUp(people);
      if (Date.now() >= until) return 'more';
    }
  }

  async function hand(
    { corpId, wecomCorpId }: DeliveryCorp,
    stream: AttendanceStream,
    changes: readonly ToldChange[],
  ): Promise<void> {
    const [first] = changes;
    const last = changes.at(-1);
    if (first === undefined || last === undefined) return;
    const punches: Punch[] = [];
    const reports: AttendanceReport[] = [];
    for (const told of changes) {
      if (told.stream === 'punches') punches.push({ ...punchNews(told.change), corpId: wecomCorpId });
      else reports.push({ ...reportNews(told.change), corpId: wecomCorpId });
    }
    const key = newsKey({
      corpId,
      stream,
      first: first.changeSeq,
      last: last.changeSeq,
      digest: digestOf(stream === 'punches' ? punches : reports),
    });
    const options = { signal: cancellationSignal() };
    if (stream === 'punches') await oa.takePunches(punches, key, options);
    else await oa.takeAttendanceReports(reports, key, options);
  }
}

type Tell = (stream: AttendanceStream, changes: readonly ToldChange[]) => Promise<void>;
type NotTaken = { readonly stream: AttendanceStream; readonly error: OaError };
type Outcome = 'told' | 'more' | NotTaken;

async function taken(stream: AttendanceStream, tell: () => Promise<void>): Promise<NotTaken | undefined> {
  try {
    await tell();
    return undefined;
  } catch (error) {
    if (error instanceof OaError) return { stream, error };
    throw error;
  }
}

function failureOf(error: OaError): DeliveryError {
  return {
    code: error instanceof OaRefusedError ? 'oa-refused' : 'oa-unavailable',
    params: {
      operation: error.operation,
      reason: error.code,
      ...(error.httpStatus === undefined ? {} : { httpStatus: error.httpStatus }),
    },
  };
}

/** Of the content, so that only the same batch has the same key. */
function digestOf(items: readonly object[]): string {
  return createHash('sha256').update(JSON.stringify(items)).digest('hex').slice(0, 16);
}
