import { z } from 'zod';
import type { Route } from '../define-route';
import { defineRoute } from '../define-route';
import type { ApiDeps } from '../deps';
import type { HealthProbe } from '../health';

const system = z
  .object({
    version: z.string(),
    publicUrl: z.string(),
    temporalUiUrl: z.string().nullable(),
    simulatorUrl: z.string().nullable(),
    demo: z.boolean(),
    temporal: z.object({ ok: z.boolean(), namespace: z.string(), serverVersion: z.string().nullable() }),
    database: z.object({ ok: z.boolean(), version: z.string().nullable() }),
    workers: z.object({ pollers: z.int() }),
  })
  .meta({ id: 'System' });

export function systemRoutes(deps: ApiDeps, probeHealth: HealthProbe): Route[] {
  const { settings, temporal, corps, database } = deps;

  return [
    defineRoute({
      method: 'get',
      path: '/system',
      operationId: 'getSystem',
      tag: 'System',
      summary: 'What this installation is made of',
      access: { scope: 'read' },
      success: { status: 200, description: 'The installation', schema: system },
      handler: async () => {
        const [health, serverVersion, databaseVersion, records] = await Promise.all([
          probeHealth(),
          versionOf(temporal.ping()),
          versionOf(database.ping()),
          corps.listCorps(),
        ]);
        return {
          body: {
            version: settings.version,
            publicUrl: settings.publicUrl,
            temporalUiUrl: settings.temporalUiUrl ?? null,
            simulatorUrl: settings.simulatorUrl ?? null,
            demo: records.some(({ isDemo }) => isDemo),
            temporal: { ok: health.temporal.ok, namespace: settings.temporalNamespace, serverVersion },
            database: { ok: health.database.ok, version: databaseVersion },
            workers: { pollers: health.workers.count },
          },
        };
      },
    }),
  ];
}

/** What can't be asked is not known; the health beside it says that the part is away. */
async function versionOf(part: Promise<{ readonly serverVersion: string }>): Promise<string | null> {
  try {
    return (await part).serverVersion;
  } catch {
    return null;
  }
}
