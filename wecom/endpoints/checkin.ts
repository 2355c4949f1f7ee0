import { z } from 'zod';
import type { PunchKinds } from '../../domain/attendance/attendance';
import type { RawPunch } from '../../domain/attendance/punch';
import type { RawReport } from '../../domain/attendance/report';
import type { AnswerRows } from '../answer-rows';
import type { ApiCaller } from '../api-request';
import type { CallOptions } from '../connection';
import { pageSizes } from '../limits';
import { idsAsEchoed, wholeNumber } from './answer-fields';

/** Both moments are in it. */
export type CheckinQuestion = {
  readonly startsAt: Date;
  readonly endsAt: Date;
  /** 1 to 100. */
  readonly userIds: readonly string[];
};

const kindNumbers: Readonly<Record<PunchKinds, number>> = { work: 1, outing: 2, all: 3 };

/**
 * Rows are kept as WeCom gave them, and looked at by hand: there are millions, and a schema copies each one. Without
 * these fields nobody could tell whose punch it is and which.
 */
function isPunch(row: unknown): row is RawPunch {
  if (typeof row !== 'object' || row === null) return false;
  const { userid, checkin_type: kind, checkin_time: time } = row as Readonly<Record<string, unknown>>;
  return typeof userid === 'string' && userid !== '' && typeof kind === 'string' && isMoment(time);
}

function isMoment(time: unknown): boolean {
  const isNumber = typeof time === 'number' || (typeof time === 'string' && time !== '');
  return isNumber && Number.isSafeInteger(Number(time));
}

const report = z.looseObject({
  base_info: z.looseObject({ acctid: z.string().min(1), date: wholeNumber.optional() }),
});

const reports = z.object({
  datas: z
    .array(report)
    .nullish()
    .transform((rows): readonly RawReport[] => rows ?? []),
});

const options = z.looseObject({
  group: z
    .array(z.looseObject({}))
    .nullish()
    .transform((groups) => groups ?? []),
});

/** For an app that is listed under 打卡, or the system app's own secret (48002 otherwise), about members it sees. */
export function checkinEndpoints(api: ApiCaller) {
  async function readReports(
    path: 'checkin/getcheckin_daydata' | 'checkin/getcheckin_monthdata',
    question: CheckinQuestion,
    call: CallOptions | undefined,
  ): Promise<readonly RawReport[]> {
    const { datas } = await api.call(
      { path, method: 'POST', ...asked(question), writes: false, answer: reports },
      call,
    );
    return datas;
  }

  return {
    /** At most 30 × 86,400 seconds at once. */
    async punches(
      { kinds, ...question }: CheckinQuestion & { readonly kinds: PunchKinds },
      call?: CallOptions,
    ): Promise<AnswerRows<RawPunch>> {
      const { body, unspeakable } = asked(question);
      return api.readRows(
        {
          path: 'checkin/getcheckindata',
          method: 'POST',
          body: { opencheckindatatype: kindNumbers[kinds], ...body },
          unspeakable,
          rowsIn: 'checkindata',
          isRow: isPunch,
        },
        call,
      );
    },

    /** From midnight to midnight, the day that the last one begins included; at most 30 days at once. */
    dailyReports: (question: CheckinQuestion, call?: CallOptions) =>
      readReports('checkin/getcheckin_daydata', question, call),

    /** One row for each member about the days from one midnight to the other. */
    monthlyReports: (question: CheckinQuestion, call?: CallOptions) =>
      readReports('checkin/getcheckin_monthdata', question, call),

    /** The corp's check-in rules: needs no member, so it tells whether the credential may read check-ins at all. */
    async corpOptions(
      _question: Readonly<Record<string, never>> = {},
      call?: CallOptions,
    ): Promise<{ readonly groups: readonly Readonly<Record<string, unknown>>[] }> {
      const { group } = await api.call(
        {
          path: 'checkin/getcorpcheckinoption',
          method: 'POST',
          body: {},
          writes: false,
          answer: options,
        },
        call,
      );
      return { groups: group };
    },
  };
}

export type CheckinEndpoints = ReturnType<typeof checkinEndpoints>;

function asked({ startsAt, endsAt, userIds }: CheckinQuestion) {
  const max = pageSizes.checkinUsers;
  if (userIds.length < 1 || userIds.length > max) {
    throw new Error(`A call is for 1 to ${max} members, not for ${userIds.length}.`);
  }
  return {
    body: { starttime: secondsOf(startsAt), endtime: secondsOf(endsAt), useridlist: userIds },
    unspeakable: idsAsEchoed(userIds),
  };
}

function secondsOf(at: Date): number {
  return Math.floor(at.getTime() / 1_000);
}
