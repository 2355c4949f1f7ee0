import type { DriftKind } from '../../domain/directory/drift/judge';
import { watchedFields } from '../../domain/directory/drift/watched-fields';
import type { DirectorySettings } from '../../domain/directory/settings';
import type { Lang, Text, TextParams } from '../../i18n';
import { translate } from '../../i18n';
import { driftCoverageTexts as texts, driftFieldLabel } from '../../i18n/drift';
import type { CorpRecord } from '../../store/corps';
import type { DriftCoverageFacts } from '../../store/drift-desk';

/** By WeCom's client's names: what an app is given is told by what it was given. */
const clientNames: Readonly<Record<string, string>> = {
  biz_mail: 'bizMail',
  external_position: 'externalPosition',
  direct_leader: 'directLeaders',
};

function clientName(field: string): string {
  if (field.startsWith('extattr.')) return 'extAttrs';
  if (field.startsWith('external.')) return 'externalProfile';
  return clientNames[field] ?? field;
}

type How = 'event' | 'pull' | 'never';

/** What can be observed with this corp's rights, and what can not. */
export function driftCoverage(
  corp: CorpRecord,
  document: DirectorySettings,
  facts: DriftCoverageFacts,
  lang: Lang,
) {
  const { managed, withDetails, given, departments, lastPull, lastEventAt } = facts;
  const say = (text: Text, params?: TextParams): string => translate(text, lang, params);
  const app = corp.apps.find(({ id }) => id === document.appId) ?? corp.apps[0];
  const hasEvents = corp.contactsCallbackConfigured && lastEventAt !== null;
  const isWhole = corp.hasContactsSecret;
  const wasRead = lastPull !== null;

  const fields: {
    kind: DriftKind;
    field: string;
    fieldName: string;
    observable: boolean;
    how: How;
    why: string;
  }[] = [];
  const add = (kind: DriftKind, field: string, how: How, why: string): void => {
    fields.push({
      kind,
      field,
      fieldName: driftFieldLabel(kind, field, lang),
      observable: how !== 'never',
      how,
      why,
    });
  };
  const never = wasRead ? undefined : say(texts.neverPulled);
  const place = (kind: DriftKind, field: string, whole: Text, range: Text, isSeen: boolean): void => {
    const why = never ?? say(isWhole ? whole : range);
    if (never !== undefined || !isSeen) add(kind, field, 'never', why);
    else if (hasEvents) add(kind, field, 'event', `${say(texts.byEvent)} ${why}`);
    else add(kind, field, 'pull', why);
  };
  // Events of today tell what departments are called, and of members who came, left, moved or got another userid.
  const ofApp = (kind: DriftKind, field: string, members: number): void => {
    if (app === undefined) add(kind, field, 'never', say(texts.noApp));
    else if (never !== undefined) add(kind, field, 'never', never);
    else if (members === 0) add(kind, field, 'never', say(texts.fieldNotGiven, { app: app.name }));
    else if (hasEvents && kind === 'department')
      add(kind, field, 'event', `${say(texts.byEvent)} ${say(texts.fieldGiven, { app: app.name, members })}`);
    else add(kind, field, 'pull', say(texts.fieldGiven, { app: app.name, members }));
  };

  place('member', 'existence', texts.deletionWhole, texts.deletionRange, isWhole);
  place('member', 'departments', texts.idsWhole, texts.idsRange, true);
  ofApp('member', 'enabled', given['status'] ?? 0);
  for (const field of watchedFields(document.push)) ofApp('member', field, given[clientName(field)] ?? 0);
  place('department', 'existence', texts.deletionWhole, texts.deletionRange, isWhole);
  place('department', 'parent', texts.idsWhole, texts.idsRange, true);
  ofApp('department', 'name', departments.named);

  const notes = [
    say(texts.noteNobody),
    document.master === 'wecom'
      ? say(texts.noteMaster)
      : document.access === 'read-only'
        ? say(texts.noteReadOnly)
        : undefined,
    !corp.contactsCallbackConfigured
      ? say(texts.noteCallback)
      : lastEventAt === null
        ? say(texts.noteNoEvent)
        : say(texts.noteEvent),
  ].filter((note) => note !== undefined);

  return {
    members: { observed: withDetails, total: managed },
    departments: { observed: departments.named, total: departments.managed },
    fields,
    note: notes.join(lang === 'zh-CN' ? '' : ' '),
    lastLookedAt: lastPull?.mergedAt.toISOString() ?? null,
    lastEventAt: lastEventAt?.toISOString() ?? null,
    callbackConfigured: corp.contactsCallbackConfigured,
  };
}
