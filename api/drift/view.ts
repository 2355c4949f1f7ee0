import { departmentsField, existenceField, type DriftValue } from '../../domain/directory/drift/judge';
import {
  whyNotAccepted,
  whyNotIgnored,
  whyNotReverted,
  type DriftObstacle,
} from '../../domain/directory/drift/possible';
import type { Lang } from '../../i18n';
import { translate } from '../../i18n';
import { driftFieldLabel, driftObstacleTexts, driftValueTexts } from '../../i18n/drift';
import type { DriftRecord } from '../../store/drift-desk';
import type { ApiDeps } from '../deps';
import { valueFor } from '../masking';
import { labelOf, type Principal } from '../principal';
import type { JudgedDrift } from './facts';

/** Changes by hand as this reader may see them, in words. */

type Reader = { readonly principal: Principal; readonly lang: Lang };

export async function viewDrifts(
  { driftDesk, principals }: Pick<ApiDeps, 'driftDesk' | 'principals'>,
  corpId: string,
  drifts: readonly JudgedDrift[],
  { principal, lang }: Reader,
) {
  const [names, labels] = await Promise.all([
    driftDesk.departmentNames(
      corpId,
      drifts.flatMap(({ record }) => departmentsIn(record)),
    ),
    principals.labelsOf(drifts.flatMap(({ record }) => record.decidedBy ?? [])),
  ]);
  const possible = (obstacle: DriftObstacle | null) =>
    obstacle === null ? { ok: true } : { ok: false, reason: translate(driftObstacleTexts[obstacle], lang) };
  return drifts.map(({ record, facts, revertsTo }) => {
    const { kind, field, decidedBy, decidedAt } = record;
    const shown = (value: DriftValue) => words(record, value, names, { principal, lang });
    return {
      driftId: record.driftId,
      kind,
      userId: record.userId,
      memberId: record.memberId,
      departmentId: record.departmentId,
      name: record.name,
      field,
      fieldName: driftFieldLabel(kind, field, lang),
      before: shown(record.before),
      after: shown(record.after),
      seenBy: record.seenBy,
      firstSeenAt: record.firstSeenAt.toISOString(),
      lastSeenAt: record.lastSeenAt.toISOString(),
      state: record.state,
      decidedBy: decidedBy === null ? null : labelOf(decidedBy, labels),
      decidedAt: decidedAt?.toISOString() ?? null,
      runId: record.runId,
      revertsTo: revertsTo === null ? null : shown(revertsTo),
      canAccept: possible(whyNotAccepted(facts)),
      canRevert: possible(whyNotReverted(facts)),
      canIgnore: possible(whyNotIgnored(facts)),
    };
  });
}

function departmentsIn({ kind, field, before, after }: DriftRecord): number[] {
  const isPlace = kind === 'department' ? field === 'parent' : field === departmentsField;
  return isPlace ? [before, after].flatMap((value) => numbersIn(value)) : [];
}

function numbersIn(value: DriftValue): readonly number[] {
  if (typeof value === 'number') return [value];
  return Array.isArray(value) ? (value as readonly number[]) : [];
}

function words(
  { field }: Pick<DriftRecord, 'field'>,
  value: DriftValue,
  names: ReadonlyMap<number, string>,
  { principal, lang }: Reader,
): string | null {
  if (field === existenceField) {
    return translate(value === null ? driftValueTexts.deleted : driftValueTexts.exists, lang);
  }
  if (value === null) return null;
  if (typeof value === 'string') {
    const word = wordOf(field, value);
    return word === undefined ? valueFor(principal, field, value) : translate(word, lang);
  }
  return numbersIn(value)
    .map((departmentId) => names.get(departmentId) ?? `#${departmentId}`)
    .join(lang === 'zh-CN' ? '、' : ', ');
}

function wordOf(field: string, value: string) {
  if (field === 'enabled') return value === 'enabled' ? driftValueTexts.enabled : driftValueTexts.disabled;
  if (field !== 'gender') return undefined;
  return value === '1' ? driftValueTexts.male : value === '2' ? driftValueTexts.female : undefined;
}
