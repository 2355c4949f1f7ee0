import type { BindingSource } from '../binding-sources';
import { oaActions } from '../oa-sync/changes';
import type { DirectorySettings } from '../settings';
import { folderKey, isHolding, type Change } from './changes';
import type { UserScope } from './scope';
import type { OaNode, SourceUser } from './snapshot';

export type WhyStepName = 'source' | 'scope' | 'binding' | 'rule' | 'date';

/** Said by a step itself; the rule's step carries the code of the rule, or of the conflict. */
export type WhyCode =
  | 'source-user-active'
  | 'source-user-departed'
  | 'source-user-gone'
  | 'source-department'
  | 'source-department-gone'
  | 'source-folder'
  | 'scope-everything'
  | 'scope-department'
  | 'scope-part-time-department'
  | 'scope-included'
  | 'scope-excluded'
  | 'scope-not-chosen'
  | 'scope-not-asked'
  | 'scope-departments-everything'
  | 'scope-departments-chosen'
  | 'scope-departments-out'
  | 'binding-created'
  | 'binding-matched'
  | 'binding-pulled'
  | 'binding-visit'
  | 'binding-employee'
  | 'binding-manual'
  | 'binding-imported'
  | 'binding-decided'
  | 'binding-synced'
  | 'binding-by-this-change'
  | 'binding-none'
  | 'link-there'
  | 'link-by-this-change'
  | 'link-none'
  | 'date-done'
  | 'date-planned'
  | 'date-planned-then-deleted'
  | 'date-held'
  | 'date-postponed'
  | 'date-never';

export type WhyStep = {
  readonly step: WhyStepName;
  /** A `WhyCode`, a rule's code, or `conflict:user:…` and `conflict:department:…` with the conflict's code. */
  readonly code: string;
  readonly params: Readonly<Record<string, string | number>>;
};

/** What is known about the subject of a change now; nulls where there is nothing. */
export type WhyContext = {
  /** Of the OA, for changes of people. */
  readonly user: SourceUser | null;
  /** Of the OA, for changes of departments. */
  readonly node: OaNode | null;
  readonly oa: { readonly version: number | null; readonly fedAt: string | null };
  /** `decideScope(nodes, push).scopeOf(user)`. */
  readonly scope: UserScope | null;
  readonly binding: {
    readonly source: BindingSource;
    readonly matchedBy: string | null;
    readonly boundAt: string;
  } | null;
  readonly linkedAt: string | null;
  readonly settings: DirectorySettings;
  readonly settingsVersion: number;
  readonly plannedAt: string;
  readonly finishedAt: string | null;
  /** Put off until then on this very plan. */
  readonly postponedUntil?: string | null;
};

type Params = WhyStep['params'];

/** Why a change is there, in five steps: source record, scope rule, binding, rule, date. */
export function explain(change: Change, context: WhyContext): readonly WhyStep[] {
  const { settings, settingsVersion } = context;
  const about = subjectOf(change);
  const said = (step: WhyStepName, [code, params]: readonly [WhyCode, Params?]): WhyStep => ({
    step,
    code,
    params: { ...params, settingsVersion, timezone: settings.timezone },
  });
  return [
    said('source', source(about, context)),
    said('scope', scope(about, change, context)),
    said('binding', binding(about, change, context)),
    { step: 'rule', code: ruleCode(change), params: ruleParams(change, context) },
    said('date', date(change, context)),
  ];
}

type Subject =
  | { readonly kind: 'user'; readonly id: string }
  | { readonly kind: 'department'; readonly key: string }
  | { readonly kind: 'folder' };

function subjectOf(change: Change): Subject {
  const department = (key: string): Subject =>
    key === folderKey ? { kind: 'folder' } : { kind: 'department', key };
  if (change.action === 'conflict') {
    const { conflict } = change;
    switch (conflict.of) {
      case 'user':
        return { kind: 'user', id: conflict.oaUserId };
      case 'member':
        return { kind: 'user', id: conflict.oaUserId ?? conflict.userId };
      case 'department':
        return department(conflict.oaKey);
      case 'wecom-department':
        return department(conflict.oaKey ?? `#${conflict.departmentId}`);
    }
  }
  return 'oaKey' in change ? department(change.oaKey) : { kind: 'user', id: change.oaUserId };
}

function source(about: Subject, { user, node, oa }: WhyContext): [WhyCode, Params?] {
  const feed = { version: oa.version ?? '–', fedAt: oa.fedAt ?? '–' };
  switch (about.kind) {
    case 'folder':
      return ['source-folder'];
    case 'department':
      if (node === null) return ['source-department-gone', { id: about.key, ...feed }];
      return ['source-department', { id: node.id, name: node.name, ...feed }];
    case 'user': {
      const params = { id: about.id, ...feed };
      if (user === null) return ['source-user-gone', params];
      return [user.status === 'departed' ? 'source-user-departed' : 'source-user-active', params];
    }
  }
}

function scope(about: Subject, change: Change, context: WhyContext): [WhyCode, Params?] {
  const { subcompanies, departments, outOfScope } = context.settings.push.scope;
  const isEverything = subcompanies.length === 0 && departments.length === 0;
  // What the OA gets from WeCom is not chosen by the OA's departments.
  if (about.kind === 'folder' || isOfOa(change)) return ['scope-not-asked'];
  if (about.kind === 'department') {
    if (context.node === null) return ['scope-not-asked'];
    if (isEverything) return ['scope-departments-everything'];
    return change.rule.code === 'out-of-scope'
      ? ['scope-departments-out', { outOfScope }]
      : ['scope-departments-chosen'];
  }
  if (context.scope === null || context.user?.status === 'departed') return ['scope-not-asked'];
  if (context.scope.kind === 'out') {
    return [context.scope.because === 'excluded' ? 'scope-excluded' : 'scope-not-chosen', { outOfScope }];
  }
  const codes = {
    everything: 'scope-everything',
    department: 'scope-department',
    'part-time-department': 'scope-part-time-department',
    included: 'scope-included',
  } as const;
  return [codes[context.scope.because]];
}

const linking: ReadonlySet<Change['action']> = new Set([
  'linkDepartment',
  'createDepartment',
  'createOaDepartment',
]);
const bindingActions: ReadonlySet<Change['action']> = new Set(['bindUser', 'createUser', 'createOaUser']);
const ofOa: ReadonlySet<Change['action']> = new Set(oaActions);

function isOfOa(change: Change): boolean {
  if (change.action !== 'conflict') return ofOa.has(change.action);
  return change.conflict.of === 'member' || change.conflict.of === 'wecom-department';
}

function binding(
  about: Subject,
  change: Change,
  { binding: bound, linkedAt }: WhyContext,
): [WhyCode, Params?] {
  if (about.kind !== 'user') {
    if (linking.has(change.action)) {
      return ['link-by-this-change'];
    }
    return linkedAt === null ? ['link-none'] : ['link-there', { linkedAt }];
  }
  if (bindingActions.has(change.action)) return ['binding-by-this-change'];
  if (bound === null) return ['binding-none'];
  const params = { boundAt: bound.boundAt };
  switch (bound.source) {
    case 'created':
      return ['binding-created', params];
    case 'matched':
    case 'pulled':
    case 'visit':
      return [`binding-${bound.source}`, { ...params, field: bound.matchedBy ?? '–' }];
    default:
      return [`binding-${bound.source}`, params];
  }
}

function ruleCode(change: Change): string {
  if (change.action !== 'conflict') return change.rule.code;
  const { conflict } = change;
  return conflict.of === 'user' || conflict.of === 'member'
    ? `conflict:user:${conflict.because.code}`
    : `conflict:department:${conflict.because}`;
}

function ruleParams(change: Change, { settingsVersion }: WhyContext): Params {
  const because = change.action === 'conflict' ? change.conflict.because : null;
  const params = because !== null && typeof because === 'object' && 'params' in because ? because.params : {};
  return { ...change.rule.params, ...params, settingsVersion };
}

function date(change: Change, { plannedAt, finishedAt, postponedUntil }: WhyContext): [WhyCode, Params?] {
  if (finishedAt !== null) return ['date-done', { finishedAt }];
  if (change.action === 'skipUser' || change.action === 'conflict') return ['date-never', { plannedAt }];
  const until = postponedUntil ?? (change.hold?.code === 'postponed' ? change.hold.params.until : null);
  if (until !== null) return ['date-postponed', { plannedAt, until }];
  if (isHolding(change.hold)) return ['date-held', { plannedAt }];
  if (change.action === 'disableUser' && change.after.deleteAfterDays !== null) {
    return ['date-planned-then-deleted', { plannedAt, days: change.after.deleteAfterDays }];
  }
  return ['date-planned', { plannedAt }];
}
