import type { Lang } from '../../i18n';
import { translate } from '../../i18n';
import { pushApiTexts } from '../../i18n/push-api';
import type { ChangeRecord } from '../../store/push-reading';
import type { ChangeReader } from '../push/change-view';
import { postponedUntilOf, shownValues } from '../push/change-view';
import {
  pushActionText,
  pushLimitGroupText,
  pushOutcomeText,
  pushRuleText,
  pushStatusText,
} from '../../i18n/directory-push';

/** One row per field change; a change without fields has one row. */

const headings = [
  'exportPlan',
  'exportAction',
  'exportStatus',
  'exportUserId',
  'exportName',
  'exportPath',
  'exportField',
  'exportOld',
  'exportNew',
  'exportRule',
  'exportLimitGroup',
  'exportOutcome',
  'exportPostponedUntil',
] as const satisfies readonly (keyof typeof pushApiTexts)[];

export const columnWidths: readonly number[] = [12, 16, 10, 18, 16, 36, 16, 24, 24, 40, 16, 30, 24];

export function headingsOf(lang: Lang): string[] {
  return headings.map((key) => translate(pushApiTexts[key], lang));
}

const shortHash = 8;

export function rowsOf(record: ChangeRecord, planHash: string | null, reader: ChangeReader): string[][] {
  const { lang } = reader;
  const { pathFrom, pathTo, outcome } = record;
  const path =
    pathFrom !== null && pathTo !== null && pathFrom !== pathTo
      ? `${pathFrom} → ${pathTo}`
      : (pathTo ?? pathFrom ?? '');
  const head = [
    planHash?.slice(0, shortHash) ?? '',
    pushActionText(record.action, lang),
    pushStatusText(record.status, lang),
    record.userId ?? '',
    record.name ?? '',
    path,
  ];
  const tail = [
    pushRuleText(record.change, lang),
    record.limitGroups.map((group) => pushLimitGroupText(group, lang)).join(', '),
    outcome === null ? '' : pushOutcomeText(outcome.code, outcome.params ?? {}, lang),
    postponedUntilOf(record) ?? '',
  ];
  const values = shownValues(record, reader);
  if (values.length === 0) return [[...head, '', '', '', ...tail]];
  return values.map(({ label, before, after }) => [...head, label, before ?? '', after ?? '', ...tail]);
}
