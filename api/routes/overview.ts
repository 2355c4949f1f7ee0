import { z } from 'zod';
import { attentionTexts } from '../../i18n/overview';
import { translate } from '../../i18n';
import { whatNeedsAttention } from '../attention';
import type { Route } from '../define-route';
import { defineRoute } from '../define-route';
import type { ApiDeps } from '../deps';
import type { HealthProbe } from '../health';
import { viewRuns } from '../run-view';
import { id } from '../schemas/common';
import { lastCheck } from '../schemas/corps';
import { run } from '../schemas/runs';

const recentRuns = 10;

/** A plan that waits for somebody; a pull that only reads waits for nobody. */
const waitingPhases = ['awaiting-approval', 'blocked', 'paused'] as const;
const mostWaiting = 50;

const part = z.object({ ok: z.boolean() });

const overview = z
  .object({
    corps: z.array(
      z.object({
        id,
        name: z.string(),
        lastCheck,
        lastPull: run.nullable(),
        members: z.int(),
        departments: z.int(),
      }),
    ),
    recentRuns: z.array(run),
    attention: z.array(
      z.object({
        level: z.enum(['error', 'warning', 'info']),
        code: z.string(),
        message: z.string(),
        advice: z.string(),
        link: z.string().nullable(),
      }),
    ),
    health: z.object({ database: part, temporal: part, workers: part.extend({ count: z.int() }) }),
  })
  .meta({ id: 'Overview' });

export function overviewRoutes(deps: ApiDeps, probeHealth: HealthProbe): Route[] {
  const { corps, checks, runs, mirror, driftDesk, linkConflicts, departures, messageApps, attendanceGaps } =
    deps;

  return [
    defineRoute({
      method: 'get',
      path: '/overview',
      operationId: 'getOverview',
      tag: 'System',
      summary: 'Health, corps, the last runs, and what needs attention first',
      access: { scope: 'read' },
      success: { status: 200, description: 'The overview', schema: overview },
      handler: async ({ principal, request: { lang } }) => {
        const [health, records, summaries, recent, ...waiting] = await Promise.all([
          probeHealth(),
          corps.listCorps(),
          checks.lastCheckSummaries(),
          runs.listRuns({ limit: recentRuns }),
          ...waitingPhases.map((phase) => runs.listRuns({ phase, limit: mostWaiting })),
        ]);
        const waitingRuns = waiting
          .flatMap(({ items }) => items)
          .filter(({ direction }) => direction !== 'attendance');
        const [openDrift, openConflicts, departureCounts, pausedApps, attendance] = await Promise.all([
          driftDesk.countOpen(records.map((corp) => corp.id)),
          linkConflicts.countOpen(records.map((corp) => corp.id)),
          departures.countsOfAll(),
          messageApps.paused(),
          attendanceGaps.troubles(),
        ]);
        const states = await Promise.all(
          records.map(async (corp) => {
            const [counts, pulls, pushes] = await Promise.all([
              mirror.counts(corp.id),
              runs.listRuns({ corpId: corp.id, direction: 'pull', limit: 1 }),
              runs.listRuns({ corpId: corp.id, direction: 'push', limit: 1 }),
            ]);
            return {
              ...{ corp, counts, lastCheck: summaries.get(corp.id) },
              ...{ lastPull: pulls.items[0], lastPush: pushes.items[0] },
              waitingRuns: waitingRuns.filter(({ corpId }) => corpId === corp.id),
              openDrift: openDrift.get(corp.id) ?? 0,
              openConflicts: openConflicts.get(corp.id) ?? 0,
              departures: departureCounts.get(corp.id),
              attendance: attendance.get(corp.id),
            };
          }),
        );
        const views = await viewRuns(
          deps,
          states.flatMap(({ lastPull }) => (lastPull === undefined ? [] : [lastPull])),
          { principal, lang },
        );
        return {
          body: {
            corps: states.map(({ corp, counts, lastCheck: check, lastPull }) => ({
              id: corp.id,
              name: corp.name,
              lastCheck: check === undefined ? null : { ...check, at: check.at.toISOString() },
              lastPull: views.find((view) => view.id === lastPull?.id) ?? null,
              members: counts.members,
              departments: counts.departments,
            })),
            recentRuns: await viewRuns(deps, recent.items, { principal, lang }),
            attention: whatNeedsAttention(health, states, pausedApps).map(
              ({ level, code, params, link }) => ({
                level,
                code,
                message: translate(attentionTexts[code].message, lang, params),
                advice: translate(attentionTexts[code].advice, lang, params),
                link,
              }),
            ),
            health: {
              database: { ok: health.database.ok },
              temporal: { ok: health.temporal.ok },
              workers: { ok: health.workers.ok, count: health.workers.count },
            },
          },
        };
      },
    }),
  ];
}
