import type { Run } from '../api/runs';
import { writesToOa } from './target';

/** What the filter offers; others come by a click on a row, and are shown as they are. */
const fieldsOfWecom = [
  'name',
  'mobile',
  'email',
  'biz_mail',
  'department',
  'position',
  'telephone',
  'gender',
  'alias',
  'address',
  'external_position',
  'direct_leader',
] as const;

const rulesOfPushes = [
  'departed',
  'gone-from-oa',
  'excluded',
  'out-of-scope',
  'fields-differ',
  'departments-differ',
  'fields-and-departments-differ',
  'new-in-oa',
  'active-again',
  'bound-by-match-field',
  'superior-in-oa',
  'mobile-of-activated-member',
  'disabled-by-hand',
  'left-by-decision',
  'departure-due',
  'asked-by-person',
  'departing-by-decision',
  'kept-by-decision',
  'restored-by-decision',
  'new-after-deletion',
  'member-conflict',
  'same-level-same-name',
  'not-in-wecom',
  'folder-of-disabled-members',
  'renamed-in-oa',
  'moved-in-oa',
  'department-conflict',
] as const;

const fieldsOfOa = [
  'loginId',
  'name',
  'department',
  'mobile',
  'email',
  'gender',
  'position',
  'telephone',
  'jobNumber',
  'status',
] as const;

const rulesOfOaSyncs = [
  'gone-from-wecom',
  'differs-from-wecom',
  'new-in-wecom',
  'back-in-wecom',
  'bound-to-oa-user',
  'not-in-oa',
  'same-name-in-oa',
  'renamed-in-wecom',
  'moved-in-wecom',
  'drift-accepted',
  'oa-conflict',
] as const;

export function knownFieldsOf(run: Pick<Run, 'push'>): readonly string[] {
  return writesToOa(run) ? fieldsOfOa : fieldsOfWecom;
}

export function knownRulesOf(run: Pick<Run, 'push'>): readonly string[] {
  return writesToOa(run) ? rulesOfOaSyncs : rulesOfPushes;
}
