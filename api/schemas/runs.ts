import { z } from 'zod';
import { pushApiTexts } from '../../i18n/push-api';
import { attendanceBlock } from './attendance';
import { id, says, timestamp } from './common';
import { pushBlock, verdict } from './push';

export const directoryDirection = z.enum(['pull', 'push']);
export const direction = z.enum([...directoryDirection.options, 'attendance']);
export const phase = z.enum([
  'reading',
  'planning',
  'blocked',
  'awaiting-approval',
  'applying',
  'paused',
  'done',
  'failed',
  'rejected',
  'cancelled',
  'expired',
]);

/** One list is too long for a person to have typed it: such a run should be about everybody. */
const subjects = (description: string) =>
  z.array(z.string().trim().min(1).max(200)).max(1_000).optional().meta({ description });

export const only = z
  .strictObject({
    oaUserIds: subjects('OA users.'),
    userIds: subjects('Members, by their userid in WeCom.'),
    oaKeys: subjects('Departments and subcompanies of the OA, for example `department:D1`.'),
  })
  .refine(
    ({ oaUserIds = [], userIds = [], oaKeys = [] }) => oaUserIds.length + userIds.length + oaKeys.length > 0,
    says(pushApiTexts.onlyNobody),
  );

export const newRun = z.strictObject({
  direction: directoryDirection,
  mode: z.enum(['simulate', 'apply']),
  only: only.optional().meta({
    description:
      'Of a push, or a sync into the OA: about these people and departments alone, and what they depend on. Limits count as ever.',
  }),
});

export const startedRun = z.object({ runId: id, workflowId: z.string() });

const tally = z.object({ expected: z.int(), read: z.int() });
const reason = z.object({ code: z.string(), message: z.string() });

export const run = z
  .object({
    id,
    corpId: id,
    corpName: z.string(),
    direction,
    mode: z.enum(['simulate', 'apply']),
    phase,
    trigger: z.enum(['api', 'console', 'schedule', 'push', 'oa-sync', 'departures', 'attendance']),
    requestedBy: z.string(),
    workflowId: z.string(),
    settingsVersion: z.int().nullable(),
    planHash: z.string().nullable(),
    counts: z.record(z.string(), z.int()),
    verdict: verdict.nullable().meta({ description: 'Of a push, once it is planned.' }),
    completeness: z
      .object({
        scope: z.enum(['whole-corp', 'app-range']),
        departments: tally,
        members: tally,
        details: tally,
        complete: z.boolean(),
        reasons: z.array(reason),
      })
      .nullable(),
    progress: z.object({ done: z.int(), failed: z.int(), total: z.int() }),
    apiCalls: z.record(z.string(), z.int()),
    steps: z.array(z.object({ step: z.string(), done: z.boolean(), pages: z.int(), rows: z.int() })),
    push: pushBlock.nullable().meta({ description: 'null for a run that only reads.' }),
    attendance: attendanceBlock.nullable().meta({ description: 'Of a run of the direction "attendance".' }),
    startedAt: timestamp,
    finishedAt: timestamp.nullable(),
    temporalUrl: z.string().nullable(),
    error: z
      .object({
        code: z.string(),
        message: z.string(),
        advice: z.string().optional(),
        wecom: z.object({ errcode: z.int().nullable(), errmsg: z.string(), path: z.string() }).optional(),
      })
      .nullable(),
  })
  .meta({ id: 'Run' });

export const runParams = z.object({ runId: id });
