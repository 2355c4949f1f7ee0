import { z } from 'zod';
import type { Lang } from '../../i18n';
import { pushApiTexts } from '../../i18n/push-api';
import type { CorpRecord } from '../../store/corps';
import { scheduleId } from '../../workflows/scheduled-runs.contract';
import type { Route } from '../define-route';
import { defineRoute } from '../define-route';
import type { ApiDeps } from '../deps';
import { ApiError } from '../http-errors';
import { corpParams } from '../schemas/corps';
import { pauseNote } from '../schedule-pauses';
import { pausing, scheduleList, scheduleState } from '../schemas/schedule';
import type { ScheduleState } from '../temporal';
import { requireCorp } from './corps';

type Direction = 'push' | 'pull';

/** The settings say when a corp's runs begin; Temporal starts them. */
export function scheduleRoutes(deps: ApiDeps): Route[] {
  const { directorySettings, temporal, pushReading, schedulePauses } = deps;
  const path = '/corps/{corpId}/directory/schedules';
  const tag = 'Schedules';
  const params = corpParams.extend({ direction: z.enum(['push', 'pull']) });

  async function view(corp: CorpRecord, direction: Direction, lang: Lang) {
    const { document } = await directorySettings.currentSettings(corp.id);
    const schedule = document[direction].schedule;
    if (schedule === null) return undefined;
    const [state, lastRun] = await Promise.all([
      stateOf(corp, direction, schedule),
      pushReading.lastScheduledRun(corp.id, direction),
    ]);
    return {
      direction,
      ...schedule,
      paused: state.paused,
      nextRuns: state.paused ? [] : state.nextRuns.map((at) => at.toISOString()),
      lastRun: lastRun === null ? null : { ...lastRun, startedAt: lastRun.startedAt.toISOString() },
      note: await pauseNote(deps, scheduleId(direction, corp.id), state, lang),
    };
  }

  /** Temporal may have been away when the settings were saved. */
  async function stateOf(
    corp: CorpRecord,
    direction: Direction,
    schedule: { readonly cron: string; readonly timezone: string },
  ): Promise<ScheduleState> {
    const known = await temporal.describeSchedule(direction, corp.id);
    if (known !== undefined) return known;
    await temporal.ensureSchedule(direction, corp.id, schedule);
    return (
      (await temporal.describeSchedule(direction, corp.id)) ?? { paused: false, note: null, nextRuns: [] }
    );
  }

  async function change(corp: CorpRecord, direction: Direction, lang: Lang, make: () => Promise<boolean>) {
    const before = await view(corp, direction, lang);
    if (before === undefined || !(await make())) {
      throw new ApiError(404, 'not_found', { text: pushApiTexts.scheduleMissing });
    }
    return (await view(corp, direction, lang)) ?? before;
  }

  return [
    defineRoute({
      method: 'get',
      path,
      operationId: 'listSchedules',
      tag,
      summary: 'When runs begin by themselves',
      access: { scope: 'read' },
      params: corpParams,
      success: { status: 200, description: 'Those the settings name', schema: scheduleList },
      handler: async ({ params: { corpId }, request: { lang } }) => {
        const corp = await requireCorp(deps, corpId);
        const views = await Promise.all([view(corp, 'push', lang), view(corp, 'pull', lang)]);
        return { body: { items: views.filter((one) => one !== undefined), nextCursor: null } };
      },
    }),

    defineRoute({
      method: 'post',
      path: `${path}/{direction}/pause`,
      operationId: 'pauseSchedule',
      tag,
      summary: 'No run begins by itself until it is resumed',
      access: { scope: 'runs:start' },
      audit: 'schedule.pause',
      params,
      body: pausing,
      success: { status: 200, description: 'Paused', schema: scheduleState },
      handler: async ({ params: { corpId, direction }, body, principal, request: { lang } }) => {
        const corp = await requireCorp(deps, corpId);
        const pause = async (): Promise<boolean> => {
          await schedulePauses.record(scheduleId(direction, corp.id), corp.id, {
            by: principal.id,
            note: body.note ?? null,
          });
          return temporal.pauseSchedule(direction, corp.id, principal.id);
        };
        return { body: await change(corp, direction, lang, pause) };
      },
    }),

    defineRoute({
      method: 'post',
      path: `${path}/{direction}/resume`,
      operationId: 'resumeSchedule',
      tag,
      summary: 'Runs begin by themselves again',
      access: { scope: 'runs:start' },
      audit: 'schedule.resume',
      params,
      success: { status: 200, description: 'Resumed', schema: scheduleState },
      handler: async ({ params: { corpId, direction }, principal, request: { lang } }) => {
        const corp = await requireCorp(deps, corpId);
        const resume = () => temporal.resumeSchedule(direction, corp.id, principal.id);
        return { body: await change(corp, direction, lang, resume) };
      },
    }),
  ];
}
