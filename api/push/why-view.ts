import { decideScope } from '../../domain/directory/push/scope';
import { toOaNodes } from '../../domain/directory/push/snapshot';
import { explain } from '../../domain/directory/push/why';
import type { ChangeRecord, PlanRecord } from '../../store/push-reading';
import type { RunRecord } from '../../store/runs';
import type { SettingsVersion } from '../../store/settings';
import type { ApiDeps } from '../deps';
import type { ChangeReader } from './change-view';
import { postponedUntilOf } from './change-view';
import { pushWhyText, pushWhyTitle } from '../../i18n/directory-push';

type Explained = {
  readonly run: RunRecord;
  readonly plan: PlanRecord;
  readonly record: ChangeRecord;
  readonly settings: SettingsVersion | undefined;
};

/** Why a change is there, from what is known of its subject now. */
export async function explainChange(
  { oa, pushReading }: Pick<ApiDeps, 'oa' | 'pushReading'>,
  { run, plan, record, settings }: Explained,
  { lang }: ChangeReader,
) {
  if (settings === undefined) return [];
  const { oaUserId, oaKey } = record;
  const [subcompanies, departments, user, binding, links, versions] = await Promise.all([
    oa.listSubcompanies(),
    oa.listDepartments(),
    oaUserId === null ? undefined : oa.findUser(oaUserId),
    oaUserId === null ? undefined : pushReading.bindingOfUser(run.corpId, oaUserId),
    oaKey === null ? [] : pushReading.linksOf(run.corpId),
    pushReading.oaVersions(plan.oaVersion === null ? [] : [plan.oaVersion]),
  ]);
  const nodes = toOaNodes(subcompanies, departments);
  const version = plan.oaVersion === null ? undefined : versions.get(plan.oaVersion);
  const steps = explain(record.change, {
    user: user ?? null,
    node: nodes.find(({ key }) => key === oaKey) ?? null,
    oa: { version: plan.oaVersion, fedAt: version?.fedAt.toISOString() ?? null },
    scope: user === undefined ? null : decideScope(nodes, settings.document.push).scopeOf(user),
    binding:
      binding === undefined
        ? null
        : {
            source: binding.source,
            matchedBy: binding.matchedBy,
            boundAt: binding.boundAt.toISOString(),
          },
    linkedAt: links.find((link) => link.oaKey === oaKey)?.linkedAt.toISOString() ?? null,
    settings: settings.document,
    settingsVersion: settings.version,
    plannedAt: (plan.plannedAt ?? run.startedAt).toISOString(),
    finishedAt: record.finishedAt?.toISOString() ?? null,
    postponedUntil: postponedUntilOf(record),
  });
  return steps.map(({ step, code, params }) => ({
    step,
    title: pushWhyTitle(step, lang),
    text: pushWhyText(code, params, lang),
  }));
}
