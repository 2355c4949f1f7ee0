import type { LinkCounts, LinkMemberStore } from '../store/link-members';
import type { RunStore } from '../store/runs';
import type { SettingsStore } from '../store/settings';
import type { PullMode } from '../workflows/directory-pull.contract';
import { withHeartbeat } from './heartbeat';

export type MemberLinkingDeps = {
  readonly links: LinkMemberStore;
  readonly runs: Pick<RunStore, 'findRun'>;
  readonly settings: Pick<SettingsStore, 'findVersion' | 'currentSettings'>;
};

export type MemberLinkingActivities = ReturnType<typeof createMemberLinkingActivities>;

export function createMemberLinkingActivities({ links, runs, settings }: MemberLinkingDeps) {
  return {
    /** Who of the members without a binding is whom in the OA, by the settings that the run began with. */
    async linkNewMembers(
      { corpId, runId }: { readonly corpId: string; readonly runId: string },
      mode: PullMode,
    ): Promise<LinkCounts> {
      return withHeartbeat(async () => {
        const version = (await runs.findRun(runId))?.settingsVersion ?? null;
        const used = version === null ? undefined : await settings.findVersion(corpId, version);
        const { document } = used ?? (await settings.currentSettings(corpId));
        const request = {
          corpId,
          runId,
          match: document.push.match,
          bind: document.pull.linkNewMembers.enabled,
        };
        return mode === 'apply' ? links.linkAfterPull(request) : links.countForSimulation(request);
      });
    },
  };
}
