import { addDays, startOfDayOf, today } from '../../domain/attendance/day-boundary';
import { exceptionCodes } from '../../domain/attendance/exceptions';
import { spansOf } from '../../domain/attendance/gaps';
import type { AttendanceStream } from '../../domain/attendance/news';
import { punchDetails } from '../../domain/attendance/punch';
import { parseRecordId } from '../../domain/attendance/record-id';
import type { Lang } from '../../i18n';
import { translate } from '../../i18n';
import { attendanceTexts } from '../../i18n/attendance';
import type { DeliveryError, StreamState } from '../../store/attendance-delivery';
import type { AttendanceToday, OpenGapDay } from '../../store/attendance-overview';
import { WecomDataError, type DownloadedMedia } from '../../wecom';
import { attendanceDeliveryId } from '../../workflows/attendance.contract';
import { viewRunBrief } from '../attendance/rules';
import { boundaryOf, notSetUp } from '../attendance/settings';
import type { Route } from '../define-route';
import { defineRoute } from '../define-route';
import type { ApiDeps } from '../deps';
import { FileAnswer } from '../file-answer';
import { ApiError, notFound } from '../http-errors';
import { fileAnswer } from '../schemas/common';
import { corpParams } from '../schemas/corps';
import * as schemas from '../schemas/attendance';
import { clientOf } from '../wecom-access';
import { requireCorp } from './corps';

const nothingToday: AttendanceToday = {
  records: 0,
  people: 0,
  exceptions: Object.fromEntries(exceptionCodes.map((code) => [code, 0])) as AttendanceToday['exceptions'],
};

/** How attendance stands: today, what the OA was told, what is missing; and photos. */
export function attendanceRoutes(deps: ApiDeps): Route[] {
  const { attendanceSettings, attendanceRecords, attendanceOverview, attendanceDelivery, oaAttendance } =
    deps;
  const { corps, temporal } = deps;
  const path = '/corps/{corpId}/attendance';
  const tag = 'Attendance';
  const read = { scope: 'read' } as const;

  return [
    defineRoute({
      method: 'get',
      path: `${path}/summary`,
      operationId: 'getAttendanceSummary',
      tag,
      summary: 'Today, the last run, what the OA was told, and days that nobody has read',
      access: read,
      params: corpParams,
      success: { status: 200, description: 'How it stands', schema: schemas.summary },
      handler: async ({ params: { corpId }, request: { lang } }) => {
        const corp = await requireCorp(deps, corpId);
        const settings = await attendanceSettings.find(corp.id);
        const boundary = boundaryOf(settings);
        const day = today(boundary, new Date());
        const corpNo = settings?.corpNo;
        const [tally, lastRun, punches, reports, waitingForBinding, gaps] = await Promise.all([
          corpNo === undefined
            ? nothingToday
            : attendanceOverview.tally(
                corpNo,
                startOfDayOf(day, boundary),
                startOfDayOf(addDays(day, 1), boundary),
              ),
          attendanceOverview.lastRun(corp.id),
          viewStream(corp.id, corpNo, 'punches', lang),
          viewStream(corp.id, corpNo, 'reports', lang),
          attendanceOverview.waitingForBinding(corp.id),
          attendanceOverview.openGaps(corp.id),
        ]);
        return {
          body: {
            today: { day, ...tally, exceptions: { ...tally.exceptions } },
            lastRun: viewRunBrief(lastRun),
            delivery: { punches, reports },
            waitingForBinding: { ...waitingForBinding },
            openGaps: viewGaps(gaps),
          },
        };
      },
    }),

    defineRoute({
      method: 'get',
      path: `${path}/gaps`,
      operationId: 'listAttendanceGaps',
      tag,
      summary: 'Scheduled days that no run has read',
      access: read,
      params: corpParams,
      success: { status: 200, description: 'As ranges, rule by rule', schema: schemas.gapList },
      handler: async ({ params: { corpId } }) => {
        const corp = await requireCorp(deps, corpId);
        return { body: { items: viewGaps(await attendanceOverview.openGaps(corp.id)), nextCursor: null } };
      },
    }),

    defineRoute({
      method: 'post',
      path: `${path}/delivery/retry`,
      operationId: 'retryAttendanceDelivery',
      tag,
      summary: 'Tell the OA now, without waiting for the next try',
      access: { scope: 'runs:start' },
      audit: 'attendance-delivery.retry',
      params: corpParams,
      success: { status: 202, description: 'Asked', schema: schemas.retriedDelivery },
      handler: async ({ params: { corpId } }) => {
        const corp = await requireCorp(deps, corpId);
        if ((await attendanceSettings.find(corp.id)) === undefined) throw notSetUp();
        await temporal.tellAttendanceDelivery(corp.id);
        return { body: { workflowId: attendanceDeliveryId(corp.id) } };
      },
    }),

    defineRoute({
      method: 'get',
      path: `${path}/photos/{mediaId}`,
      operationId: 'getAttendancePhoto',
      tag,
      summary: 'A photo of a check-in, fetched from WeCom; it keeps them for three days',
      access: read,
      params: schemas.photoParams,
      query: schemas.photoQuery,
      success: {
        status: 200,
        description: 'The photo',
        schema: fileAnswer,
        files: [...shownTypes, fallbackType],
      },
      failures: { 502: 'WeCom can not be used at the moment' },
      handler: async ({ params: { corpId, mediaId }, query: { recordId }, request: { signal } }) => {
        const corp = await requireCorp(deps, corpId);
        const settings = await attendanceSettings.find(corp.id);
        if (settings === undefined || !(await hasPhoto(settings.corpNo, mediaId, recordId))) {
          throw new ApiError(404, 'not_found', { text: attendanceTexts.photoMissing });
        }
        const [access, credential] = await Promise.all([
          corps.connectionOf(corp.id),
          attendanceSettings.credentialOf(corp.id),
        ]);
        if (access === undefined) throw notFound();
        if (credential === undefined) throw notSetUp();
        const { media } = clientOf(deps, access.connection).as(credential);
        return { body: photo(await gone(media.get({ mediaId }, { signal }))) };
      },
    }),

    defineRoute({
      method: 'get',
      path: '/oa/attendance',
      operationId: 'listOaAttendance',
      tag: 'OA directory',
      summary: 'What the embedded OA was told of its people’s attendance, in the order in which it changed',
      description:
        'Whoever goes on from the last `seq` misses nothing: a changed item comes once more, with a higher version.',
      access: read,
      query: schemas.oaAttendanceQuery,
      success: { status: 200, description: 'A page', schema: schemas.oaAttendancePage },
      handler: async ({ query: { after, ...query } }) => {
        const { items, hasMore } = await oaAttendance.list({
          ...query,
          after: after === undefined ? undefined : BigInt(after),
        });
        return {
          body: {
            items: items.map(({ at, seq, takenAt, item, ...rest }) => ({
              ...rest,
              at: at.toISOString(),
              seq: String(seq),
              takenAt: takenAt.toISOString(),
              item: { ...item },
            })),
            nextCursor: hasMore ? String(items.at(-1)?.seq) : null,
          },
        };
      },
    }),
  ];

  /** A media id alone opens any file that was ever sent to the corp's apps: only those of its check-ins are given out. */
  async function hasPhoto(corpNo: number, mediaId: string, recordId: string | undefined): Promise<boolean> {
    if (recordId === undefined) return attendanceRecords.hasPhoto(corpNo, mediaId);
    const key = parseRecordId(recordId);
    const row = key === null ? undefined : await attendanceRecords.findRecord(corpNo, key);
    return row !== undefined && punchDetails(row.raw).mediaIds.includes(mediaId);
  }

  async function viewStream(
    corpId: string,
    corpNo: number | undefined,
    stream: AttendanceStream,
    lang: Lang,
  ) {
    const state = (await attendanceDelivery.states(corpId)).find((one) => one.stream === stream) ?? notTold;
    return {
      toldUpTo: String(state.toldUpTo),
      pending: corpNo === undefined ? 0 : await attendanceOverview.pending(corpNo, stream, state.toldUpTo),
      failingSince: state.failingSince?.toISOString() ?? null,
      attempts: state.attempts,
      error: state.error === null ? null : sayError(state.error, lang),
      lastToldAt: state.lastToldAt?.toISOString() ?? null,
    };
  }
}

const notTold: Omit<StreamState, 'stream'> = {
  toldUpTo: 0n,
  failingSince: null,
  attempts: 0,
  error: null,
  lastToldAt: null,
};

function sayError({ code, params: { operation, reason, httpStatus } }: DeliveryError, lang: Lang) {
  const text = code === 'oa-refused' ? attendanceTexts.oaRefused : attendanceTexts.oaUnavailable;
  const said = httpStatus === undefined ? reason : `HTTP ${httpStatus} ${reason}`;
  return { code, message: translate(text, lang, { operation, reason: said }) };
}

/** Rule by rule, as they come. */
function viewGaps(days: readonly OpenGapDay[]) {
  const byRule = new Map<string, OpenGapDay[]>();
  for (const day of days) byRule.set(day.ruleId, [...(byRule.get(day.ruleId) ?? []), day]);
  return [...byRule].flatMap(([ruleId, missed]) =>
    spansOf(missed.map(({ day }) => day)).map(({ from, to }) => {
      const first = missed.find(({ day }) => day === from);
      return {
        ruleId,
        ruleName: first?.ruleName ?? '',
        from,
        to,
        noticedAt: (first?.noticedAt ?? new Date()).toISOString(),
      };
    }),
  );
}

const shownTypes = ['image/jpeg', 'image/png', 'image/gif', 'image/webp', 'image/bmp'];
const fallbackType = 'application/octet-stream';

/** Shown as what it is only where it is a picture: WeCom's word for its kind came from somebody's phone. */
function photo({ content, contentType }: DownloadedMedia): FileAnswer {
  const type = contentType?.split(';')[0]?.trim().toLowerCase() ?? '';
  return shownTypes.includes(type)
    ? new FileAnswer(type, once(content))
    : new FileAnswer(fallbackType, once(content), 'photo');
}

async function* once(content: Buffer): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(content);
}

async function gone(photo: Promise<DownloadedMedia>): Promise<DownloadedMedia> {
  try {
    return await photo;
  } catch (error) {
    if (!(error instanceof WecomDataError)) throw error;
    throw new ApiError(
      404,
      'photo_expired',
      { text: attendanceTexts.photoExpired },
      { advice: { text: attendanceTexts.photoExpiredAdvice } },
    );
  }
}
