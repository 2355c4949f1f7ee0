import { z } from 'zod';
import type { Lang } from '../../i18n';
import { attendanceTexts } from '../../i18n/attendance';
import type { AttendanceRuleRecord } from '../../store/attendance-rules';
import { AttendanceRuleExistsError } from '../../store/attendance-rules';
import { attendancePullId, attendanceScheduleId } from '../../workflows/attendance.contract';
import { assertGoodRule, contentOf, viewRules } from '../attendance/rules';
import type { AuditNote, Route } from '../define-route';
import { defineRoute } from '../define-route';
import type { ApiDeps } from '../deps';
import { ApiError, conflict, invalidField, isTemporalUnavailable } from '../http-errors';
import * as schemas from '../schemas/attendance';
import { corpParams } from '../schemas/corps';
import { pausing } from '../schemas/schedule';
import { requireCorp } from './corps';

/** Whose check-in data is read, which, and when. */
export function attendanceRuleRoutes(deps: ApiDeps): Route[] {
  const { attendanceRules, runs, temporal, schedulePauses, logger } = deps;
  const path = '/corps/{corpId}/attendance/rules';
  const tag = 'Attendance rules';
  const read = { scope: 'read' } as const;
  const write = { scope: 'settings:write' } as const;
  const starts = { scope: 'runs:start' } as const;
  const params = schemas.ruleParams;

  return [
    defineRoute({
      method: 'get',
      path,
      operationId: 'listAttendanceRules',
      tag,
      summary: 'All rules of a corp, oldest first',
      access: read,
      params: corpParams,
      success: { status: 200, description: 'The rules', schema: schemas.ruleList },
      handler: async ({ params: { corpId }, request: { lang } }) => {
        const corp = await requireCorp(deps, corpId);
        const rules = await attendanceRules.list(corp.id);
        return { body: { items: await viewRules(deps, corp.id, rules, lang), nextCursor: null } };
      },
    }),

    defineRoute({
      method: 'post',
      path,
      operationId: 'createAttendanceRule',
      tag,
      summary: 'Add a rule',
      description: 'No two rules of a corp read the same of the same members at the same times.',
      access: write,
      audit: 'attendance-rule.create',
      idempotent: true,
      params: corpParams,
      body: schemas.newRule,
      bodyLimitBytes: schemas.listBytes,
      success: { status: 201, description: 'The rule', schema: schemas.rule },
      handler: async ({ params: { corpId }, body, principal, request: { lang }, audit }) => {
        const corp = await requireCorp(deps, corpId);
        await assertGoodRule(deps, corp.id, body);
        const content = await contentOf(deps, corp.id, body, undefined);
        const rule = await unlikeOthers(() =>
          attendanceRules.create(corp.id, { ...content, createdBy: principal.id }),
        );
        note(audit, rule);
        await setSchedule(rule);
        return {
          body: await viewOne(rule, lang),
          headers: { Location: `/api/v1/corps/${corp.id}/attendance/rules/${rule.id}` },
        };
      },
    }),

    defineRoute({
      method: 'get',
      path: `${path}/{ruleId}`,
      operationId: 'getAttendanceRule',
      tag,
      summary: 'A rule',
      access: read,
      params,
      success: { status: 200, description: 'The rule', schema: schemas.rule },
      handler: async ({ params: { corpId, ruleId }, request: { lang } }) => ({
        body: await viewOne(await requireRule(corpId, ruleId), lang),
      }),
    }),

    defineRoute({
      method: 'put',
      path: `${path}/{ruleId}`,
      operationId: 'replaceAttendanceRule',
      tag,
      summary: 'Say anew what a rule does',
      description: 'A run under way goes on as its rule was when it began, and a pause stays.',
      access: write,
      audit: 'attendance-rule.change',
      params,
      body: schemas.newRule,
      bodyLimitBytes: schemas.listBytes,
      success: { status: 200, description: 'The rule', schema: schemas.rule },
      handler: async ({ params: { corpId, ruleId }, body, request: { lang }, audit }) => {
        const before = await requireRule(corpId, ruleId);
        await assertGoodRule(deps, before.corpId, body);
        const content = await contentOf(deps, before.corpId, body, before);
        const rule = await unlikeOthers(() => attendanceRules.replace(before.corpId, ruleId, content));
        if (rule === undefined) throw noRule();
        note(audit, rule);
        await setSchedule(rule);
        return { body: await viewOne(rule, lang) };
      },
    }),

    defineRoute({
      method: 'delete',
      path: `${path}/{ruleId}`,
      operationId: 'removeAttendanceRule',
      tag,
      summary: 'Remove a rule; what it has read stays',
      access: write,
      audit: 'attendance-rule.remove',
      params,
      success: { status: 204, description: 'Removed', schema: z.undefined() },
      failures: { 409: 'A run of it is open' },
      handler: async ({ params: { corpId, ruleId }, audit }) => {
        const rule = await requireRule(corpId, ruleId);
        note(audit, rule);
        const open = await runs.openRunOf(rule.corpId, 'attendance', attendancePullId(rule.corpId, rule.id));
        if (open !== undefined) {
          throw conflict('run_open', attendanceTexts.ruleRunOpen, { extra: { runId: open.id } });
        }
        if (!(await attendanceRules.remove(rule.corpId, rule.id))) throw noRule();
        await setSchedule({ ...rule, schedule: null });
        return { body: undefined };
      },
    }),

    ...(['pause', 'resume'] as const).map((kind) =>
      defineRoute({
        method: 'post',
        path: `${path}/{ruleId}/${kind}`,
        operationId: kind === 'pause' ? 'pauseAttendanceRule' : 'resumeAttendanceRule',
        tag,
        summary:
          kind === 'pause'
            ? 'No run of the rule begins by itself until it is resumed'
            : 'Runs of the rule begin by themselves again',
        access: starts,
        audit: `attendance-rule.${kind}`,
        params,
        body: pausing,
        success: { status: 200, description: 'The rule', schema: schemas.rule },
        failures: { 409: 'The rule has no schedule, or is switched off' },
        handler: async ({ params: { corpId, ruleId }, body, principal, request: { lang }, audit }) => {
          const rule = await requireRule(corpId, ruleId);
          note(audit, rule);
          const { enabled, schedule } = rule;
          if (!enabled || schedule === null) {
            throw conflict('rule_not_scheduled', attendanceTexts.ruleNotScheduled);
          }
          const { id: by } = principal;
          if (kind === 'pause') {
            const said = { by, note: body.note ?? null };
            await schedulePauses.record(attendanceScheduleId(rule.id), rule.corpId, said);
          }
          const change = () =>
            kind === 'pause'
              ? temporal.pauseAttendanceSchedule(rule.id, by)
              : temporal.resumeAttendanceSchedule(rule.id, by);
          if (!(await change())) {
            // Temporal was away when the rule was saved.
            await temporal.ensureAttendanceSchedule({ ruleId: rule.id, corpId: rule.corpId, schedule });
            await change();
          }
          return { body: await viewOne(rule, lang) };
        },
      }),
    ),
  ];

  async function requireRule(corpId: string, ruleId: string): Promise<AttendanceRuleRecord> {
    const corp = await requireCorp(deps, corpId);
    const rule = await attendanceRules.find(corp.id, ruleId);
    if (rule === undefined) throw noRule();
    return rule;
  }

  async function viewOne(rule: AttendanceRuleRecord, lang: Lang) {
    const [view] = await viewRules(deps, rule.corpId, [rule], lang);
    if (view === undefined) throw new Error('A rule that is there has no view');
    return view;
  }

  /** The rule is saved: where Temporal is away, the worker sets its schedule within a minute. */
  async function setSchedule({ id: ruleId, corpId, enabled, schedule }: AttendanceRuleRecord): Promise<void> {
    try {
      await temporal.ensureAttendanceSchedule({ ruleId, corpId, schedule: enabled ? schedule : null });
    } catch (error) {
      if (!isTemporalUnavailable(error)) throw error;
      logger.warn({ err: error, corpId, ruleId }, 'the schedule of an attendance rule waits for Temporal');
    }
  }
}

function note(audit: AuditNote, { id, name, enabled, kinds, schedule }: AttendanceRuleRecord): void {
  audit.target = `attendance-rule:${id}`;
  audit.detail = { name, enabled, kinds, ...(schedule === null ? {} : { cron: schedule.cron }) };
}

async function unlikeOthers<T>(save: () => Promise<T>): Promise<T> {
  try {
    return await save();
  } catch (error) {
    if (error instanceof AttendanceRuleExistsError)
      throw invalidField('schedule', attendanceTexts.ruleExists);
    throw error;
  }
}

function noRule(): ApiError {
  return new ApiError(404, 'not_found', { text: attendanceTexts.ruleMissing });
}
