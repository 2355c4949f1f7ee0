import { z } from 'zod';
import { id, timestamp } from './common';
import { pushBlock, verdict } from './push';

export const direction = z.enum(['pull', 'push']);
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

export const newRun = z.strictObject({ direction, mode: z.enum(['simulate', 'apply']) });

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
    trigger: z.enum(['api', 'console', 'schedule', 'push']),
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
