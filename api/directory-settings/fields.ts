import type { Lang } from '../../i18n';
import { translate } from '../../i18n';
import { pushApiTexts } from '../../i18n/push-api';
import type { CorpRecord } from '../../store/corps';
import { pushFieldLabel } from '../../i18n/directory-push';

/**
 * Which credential of a corp really gives which field, judged by what came back when the directory was read last:
 * WeCom documents rights, but leaves fields out without a word.
 */

/** By WeCom's names, with what the mirror calls them. */
const memberFields: readonly { readonly field: string; readonly seenAs: string | null }[] = [
  { field: 'userid', seenAs: null },
  { field: 'name', seenAs: 'name' },
  { field: 'alias', seenAs: 'alias' },
  { field: 'mobile', seenAs: 'mobile' },
  { field: 'email', seenAs: 'email' },
  { field: 'biz_mail', seenAs: 'bizMail' },
  { field: 'department', seenAs: null },
  { field: 'position', seenAs: 'position' },
  { field: 'telephone', seenAs: 'telephone' },
  { field: 'address', seenAs: 'address' },
  { field: 'gender', seenAs: 'gender' },
  { field: 'external_position', seenAs: 'externalPosition' },
  { field: 'direct_leader', seenAs: 'directLeaders' },
];

export type Coverage = { readonly of: number; readonly seen: Readonly<Record<string, number>> };

export type FieldView = {
  field: string;
  label: string;
  readableBy: string[];
  seen: { members: number; of: number };
  writable: boolean;
  matchable: 'read' | 'look-up' | 'no';
  note: string | null;
};

const askable: ReadonlySet<string> = new Set(['mobile', 'email']);

/** Everybody's id list gives these, whatever an app sees. */
const listed: ReadonlySet<string> = new Set(['userid', 'department']);

export function viewFields(
  corp: Pick<CorpRecord, 'hasContactsSecret' | 'apps'>,
  appId: string | null,
  { of, seen }: Coverage,
  lang: Lang,
): FieldView[] {
  const app = corp.apps.find(({ id }) => id === appId) ?? corp.apps[0];
  const attributes = Object.keys(seen)
    .filter((key) => key.startsWith('extattr.') || key.startsWith('external.'))
    .sort()
    .map((field) => ({ field, seenAs: field }));
  return [...memberFields, ...attributes].map(({ field, seenAs }) => {
    const members = seenAs === null ? of : (seen[seenAs] ?? 0);
    const readableBy = [
      ...(listed.has(field) && corp.hasContactsSecret ? ['contacts'] : []),
      ...(app !== undefined && (members > 0 || listed.has(field)) ? [`app:${app.id}`] : []),
    ];
    const matchable =
      field === 'department'
        ? 'no'
        : readableBy.length > 0
          ? 'read'
          : askable.has(field) && corp.hasContactsSecret
            ? 'look-up'
            : 'no';
    return {
      field,
      label: pushFieldLabel(field, lang),
      readableBy,
      seen: { members, of },
      // Set when a member is created, and changed by nobody afterwards.
      writable: field !== 'userid' && corp.hasContactsSecret,
      matchable,
      note: noteOf(field, matchable, members, of, lang),
    };
  });
}

function noteOf(
  field: string,
  matchable: FieldView['matchable'],
  members: number,
  of: number,
  lang: Lang,
): string | null {
  if (listed.has(field) || of === 0) return null;
  if (matchable === 'look-up') return translate(pushApiTexts.fieldWriteOnly, lang);
  if (members === 0) return translate(pushApiTexts.fieldUnread, lang);
  return members < of ? translate(pushApiTexts.fieldPartly, lang, { members, of }) : null;
}
