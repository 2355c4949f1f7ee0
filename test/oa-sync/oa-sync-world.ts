import { randomUUID } from 'node:crypto';
import type { WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import {
  defaultDirectorySettings,
  type DirectorySettings,
  type PushSettings,
} from '../../domain/directory/settings';
import type { OaUser } from '../../domain/oa-directory/directory';
import { createOaDirectoryStore, type OaDirectoryStore } from '../../store/oa-directory';
import type { RunRecord } from '../../store/runs';
import {
  directoryOaSyncId,
  directoryOaSyncType,
  type DirectoryOaSyncInput,
} from '../../workflows/directory-oa-sync.contract';
import type { DirectoryPushResult } from '../../workflows/directory-push.contract';
import type { ConnectedCorp } from '../directory-pull/pull-world';
import { quickPace } from '../directory-push/flow/flow-world';
import { createPushWorld, noLimits, type PushWorld } from '../directory-push/flow/push-world';

export type StartedSync = {
  readonly corp: ConnectedCorp;
  readonly runId: string;
  readonly handle: WorkflowHandleWithFirstExecutionRunId<
    (input: DirectoryOaSyncInput) => Promise<DirectoryPushResult>
  >;
};

export interface OaSyncWorld extends PushWorld {
  readonly oa: OaDirectoryStore;
  /** The OA has never heard of anybody, and no corp is synced into it. */
  forget(): Promise<void>;
  /** WeCom decides, and the OA follows. */
  makeWecomMaster(
    corp: ConnectedCorp,
    push?: Partial<PushSettings>,
    pull?: Partial<DirectorySettings['pull']>,
  ): Promise<void>;
  startSync(corp: ConnectedCorp, input?: Partial<DirectoryOaSyncInput>): Promise<StartedSync>;
  sync(corp: ConnectedCorp, input?: Partial<DirectoryOaSyncInput>): Promise<RunRecord>;
  oaUser(id: string): Promise<OaUser | undefined>;
  bindings(
    corp: ConnectedCorp,
  ): Promise<{ readonly userId: string; readonly oaUserId: string; readonly source: string }[]>;
}

export async function createOaSyncWorld(
  options: Parameters<typeof createPushWorld>[0] = {},
): Promise<OaSyncWorld> {
  const pushWorld = await createPushWorld(options);
  const { db, client, settings } = pushWorld;
  const oa = createOaDirectoryStore(db);

  const world: OaSyncWorld = {
    ...pushWorld,
    oa,

    async forget() {
      await db.pool.query('TRUNCATE oa_user, oa_department, oa_subcompany, oa_directory_version');
      await db.pool.query(
        `UPDATE directory_settings SET document = jsonb_set(document, '{pull,syncToOa}', 'false')`,
      );
    },

    async makeWecomMaster(corp, push = {}, pull = {}) {
      await settings.saveSettings(
        corp.id,
        {
          ...defaultDirectorySettings,
          master: 'wecom',
          pull: { ...defaultDirectorySettings.pull, syncToOa: true, ...pull },
          push: { ...defaultDirectorySettings.push, guard: noLimits, ...push },
        },
        'user:test',
      );
    },

    async startSync(corp, input = {}) {
      const runId = input.runId ?? randomUUID();
      const handle = await client.workflow.start<
        (input: DirectoryOaSyncInput) => Promise<DirectoryPushResult>
      >(directoryOaSyncType, {
        taskQueue: 'wecom-bridge',
        workflowId: directoryOaSyncId(corp.id),
        workflowIdConflictPolicy: 'FAIL',
        memo: { runId },
        args: [
          {
            corpId: corp.id,
            runId,
            mode: 'apply',
            trigger: 'api',
            requestedBy: 'token:test',
            plan: { kind: 'push' },
            ...input,
            pace: { ...quickPace, ...input.pace },
          },
        ],
      });
      return { corp, runId, handle };
    },

    async sync(corp, input) {
      const { runId, handle } = await world.startSync(corp, input);
      // How it ended is in the run's row.
      await handle.result().catch(() => undefined);
      return world.ended(runId);
    },

    oaUser: (id) => oa.findUser(id),

    async bindings(corp) {
      const { rows } = await db.pool.query<{ userId: string; oaUserId: string; source: string }>(
        `SELECT m.user_id AS "userId", b.oa_user_id AS "oaUserId", b.source
           FROM binding b JOIN mirror_member m ON m.id = b.member_id WHERE b.corp_id = $1 ORDER BY m.user_id_key`,
        [corp.id],
      );
      return rows;
    },
  };
  return world;
}
