import type { OaDepartmentPlace, OaPlacement, OaUserState } from '../../domain/directory/oa-sync/changes';
import { isSamePlacement } from '../../domain/directory/oa-sync/members';
import { oaFieldValue } from '../../domain/directory/oa-sync/member-values';
import type { Change, ChangeOf } from '../../domain/directory/push/changes';
import { departmentKey, subcompanyKey } from '../../domain/directory/push/snapshot';
import type { OaDepartmentRow, OaSubcompanyRow, OaUserRow } from '../../domain/oa-directory/directory';
import type { DirectoryNews, OaDirectoryPart, OaUser } from '../../oa/port';
import type { ChangeFacts, LedgerEffect } from '../../store/push-ledger';
import { done, notDone, outcome, type Settled } from '../directory-push/settled';

/** What one change says in the OA's rows, what an OA of its own is told, and what is true once it is written. */
export type OaWrite = {
  readonly users?: readonly OaUserRow[];
  readonly departments?: readonly OaDepartmentRow[];
  readonly subcompanies?: readonly OaSubcompanyRow[];
  readonly removeDepartments?: readonly string[];
  readonly news: DirectoryNews;
  readonly settled: Settled;
};

type Context = { readonly facts: ChangeFacts; readonly corpid: string };
type Decided = { readonly settled: Settled } | { readonly write: OaWrite };

/** Everything in the OA that these changes speak of. */
export function oaIdsOf(changes: readonly Change[]) {
  const users = new Set<string>();
  const departments = new Set<string>();
  const subcompanies = new Set<string>();
  const node = (key: string | null): void => {
    const place = key === null ? undefined : placeOfKey(key);
    if (place?.kind === 'department') departments.add(place.id);
    if (place?.kind === 'subcompany') subcompanies.add(place.id);
  };
  for (const change of changes) {
    switch (change.action) {
      case 'createOaUser':
      case 'updateOaUser':
      case 'returnOaUser':
        users.add(change.oaUserId);
        break;
      case 'departOaUser':
        users.add(change.oaUserId);
        break;
      case 'createOaDepartment':
      case 'renameOaDepartment':
      case 'moveOaDepartment':
        node(change.oaKey);
        node(change.after.parentKey);
        break;
      case 'removeOaDepartment':
        node(change.oaKey);
        break;
      default:
        break;
    }
  }
  return { users: [...users], departments: [...departments], subcompanies: [...subcompanies] };
}

export function rowsOf(change: Change, part: OaDirectoryPart, context: Context): Decided {
  switch (change.action) {
    case 'createOaUser':
      return createUser(change, part, context);
    case 'updateOaUser':
    case 'returnOaUser':
      return updateUser(change, part, context);
    case 'departOaUser':
      return departUser(change, part, context);
    case 'createOaDepartment':
      return createDepartment(change, part, context);
    case 'renameOaDepartment':
    case 'moveOaDepartment':
      return changeDepartment(change, part, context);
    case 'removeOaDepartment':
      return removeDepartment(change, part, context);
    default:
      // A plan changes one side only, and says what it will not do.
      throw new Error(`${change.id} is no change of the OA`);
  }
}

const alreadySo = outcome('oa-already-so');

function createUser(change: ChangeOf<'createOaUser'>, part: OaDirectoryPart, context: Context): Decided {
  const { oaUserId, memberId, userId, after } = change;
  const { facts } = context;
  const boundTo = facts.members.get(memberId)?.boundTo ?? null;
  const owner = facts.memberIdByOaUser.get(oaUserId);
  // Somebody has bound either of them by hand since the plan was made: never rebound.
  const isBoundElsewhere =
    (boundTo !== null && boundTo !== oaUserId) || (owner !== undefined && owner !== memberId);
  if (isBoundElsewhere) return { settled: notDone('skipped', 'changed-since') };
  const bound: LedgerEffect[] =
    boundTo === oaUserId
      ? []
      : [{ kind: 'member-bound', memberId, oaUserId, matchedBy: null, source: 'synced' }];
  const user = part.users.find(({ id }) => id === oaUserId);
  if (user !== undefined) {
    // Ours, and its answer was lost; or somebody else's.
    return isAsWanted(user, after) && user.status === 'active'
      ? { settled: done(bound, alreadySo) }
      : { settled: notDone('conflict', 'oa-id-taken') };
  }
  const { values, placement } = after;
  const row: OaUserRow = { id: oaUserId, status: 'active', ...fieldsOf(values, {}), ...placed(placement) };
  return {
    write: {
      users: [row],
      news: userNews('created', { userId, oaUserId }, after, context),
      settled: done(bound),
    },
  };
}

function updateUser(
  change: ChangeOf<'updateOaUser' | 'returnOaUser'>,
  part: OaDirectoryPart,
  context: Context,
): Decided {
  const { oaUserId, userId, after, action } = change;
  const user = part.users.find(({ id }) => id === oaUserId);
  if (user === undefined) return { settled: notDone('failed', 'oa-user-gone') };
  const isBack = action === 'returnOaUser';
  if (isAsWanted(user, after) && (!isBack || user.status === 'active'))
    return { settled: done([], alreadySo) };
  const { values, placement } = after;
  const row: OaUserRow = {
    id: oaUserId,
    ...(isBack ? { status: 'active' } : {}),
    ...fieldsOf(values, user.custom),
    ...placed(placement),
  };
  const fields = isBack ? { ...values, status: 'active' } : values;
  return {
    write: {
      users: [row],
      news: userNews('updated', { userId, oaUserId }, { values: fields, placement }, context),
      settled: done([]),
    },
  };
}

function departUser(change: ChangeOf<'departOaUser'>, part: OaDirectoryPart, context: Context): Decided {
  const { oaUserId, userId } = change;
  const user = part.users.find(({ id }) => id === oaUserId);
  if (user === undefined || user.status === 'departed') return { settled: done([], alreadySo) };
  return {
    write: {
      users: [{ id: oaUserId, status: 'departed' }],
      news: userNews('departed', { userId, oaUserId }, { values: {}, placement: null }, context),
      settled: done([]),
    },
  };
}

function createDepartment(
  change: ChangeOf<'createOaDepartment'>,
  part: OaDirectoryPart,
  context: Context,
): Decided {
  const { oaKey, departmentId, after } = change;
  const { id } = placeOfKey(oaKey);
  const isInWecom = context.facts.departments.has(departmentId);
  // One that an undo brings back may be gone from WeCom: there is nothing to link it to.
  const linked: LedgerEffect[] = isInWecom
    ? [{ kind: 'department-linked', oaKey, departmentId, oaName: after.name }]
    : [];
  const known = part.departments.find((department) => department.id === id);
  if (known !== undefined) return { settled: done(linked, alreadySo) };
  const parent = parentOf(after, part);
  if (parent === undefined) return { settled: notDone('failed', 'oa-department-gone') };
  return {
    write: {
      departments: [{ id, name: after.name, ...parent }],
      news: departmentNews('created', departmentId, { id, name: after.name, ...parent }, context),
      settled: done(linked),
    },
  };
}

function changeDepartment(
  change: ChangeOf<'renameOaDepartment' | 'moveOaDepartment'>,
  part: OaDirectoryPart,
  context: Context,
): Decided {
  const { oaKey, departmentId, before, after } = change;
  const { kind, id } = placeOfKey(oaKey);
  const isMoved = before.parentKey !== after.parentKey;
  const name = before.name === after.name ? {} : { name: after.name };
  const said = (fields: object): DirectoryNews =>
    departmentNews(
      'updated',
      departmentId,
      { id, ...(kind === 'subcompany' ? { kind } : {}), ...name, ...fields },
      context,
    );
  if (kind === 'subcompany') {
    const subcompany = part.subcompanies.find((one) => one.id === id);
    if (subcompany === undefined) return { settled: notDone('failed', 'oa-department-gone') };
    const above = after.parentKey === null ? null : placeOfKey(after.parentKey).id;
    const parent = isMoved ? { parentId: above } : {};
    if (subcompany.name === after.name && (!isMoved || subcompany.parentId === above)) {
      return { settled: done([], alreadySo) };
    }
    return { write: { subcompanies: [{ id, ...name, ...parent }], news: said(parent), settled: done([]) } };
  }
  const department = part.departments.find((one) => one.id === id);
  if (department === undefined) return { settled: notDone('failed', 'oa-department-gone') };
  const parent = isMoved ? parentOf(after, part) : {};
  if (parent === undefined) return { settled: notDone('failed', 'oa-department-gone') };
  const isThere = keyOfParent(department) === after.parentKey;
  if (department.name === after.name && (!isMoved || isThere)) return { settled: done([], alreadySo) };
  return { write: { departments: [{ id, ...name, ...parent }], news: said(parent), settled: done([]) } };
}

function removeDepartment(
  change: ChangeOf<'removeOaDepartment'>,
  part: OaDirectoryPart,
  context: Context,
): Decided {
  const { oaKey, departmentId } = change;
  const { id } = placeOfKey(oaKey);
  const unlinked: LedgerEffect[] = [{ kind: 'department-unlinked', oaKey, departmentId }];
  if (!part.departments.some((one) => one.id === id)) return { settled: done(unlinked, alreadySo) };
  if (part.inhabited.includes(id)) return { settled: notDone('held', 'oa-department-not-empty') };
  return {
    write: {
      removeDepartments: [id],
      news: departmentNews('removed', departmentId, { id }, context),
      settled: done(unlinked),
    },
  };
}

function isAsWanted(user: OaUser, { values, placement }: OaUserState): boolean {
  const isSo = Object.entries(values).every(([field, value]) => oaFieldValue(user, field) === value);
  return isSo && (placement === null || isSamePlacement(user, placement));
}

const customPrefix = 'custom.';

/** Of custom fields the OA takes all or none: those that are not spoken of stay. */
function fieldsOf(
  values: OaUserState['values'],
  customBefore: Readonly<Record<string, string>>,
): Partial<OaUserRow> {
  const fields: Record<string, string | null> = {};
  const custom: Record<string, string> = { ...customBefore };
  let isCustom = false;
  for (const [field, value] of Object.entries(values)) {
    if (!field.startsWith(customPrefix)) {
      fields[field] = value;
      continue;
    }
    isCustom = true;
    const name = field.slice(customPrefix.length);
    if (value === null) delete custom[name];
    else custom[name] = value;
  }
  return { ...fields, ...(isCustom ? { custom } : {}) };
}

function placed(placement: OaPlacement | null): Partial<OaUserRow> {
  if (placement === null) return {};
  const { departmentId, partTimeDepartmentIds } = placement;
  return { departmentId, partTimeDepartmentIds };
}

type Place = { readonly kind: 'department' | 'subcompany'; readonly id: string };

const departmentPrefix = departmentKey('');
const subcompanyPrefix = subcompanyKey('');

function placeOfKey(key: string): Place {
  return key.startsWith(subcompanyPrefix)
    ? { kind: 'subcompany', id: key.slice(subcompanyPrefix.length) }
    : { kind: 'department', id: key.slice(departmentPrefix.length) };
}

/** Below a department it belongs to the same subcompany; undefined where the parent is not there. */
function parentOf(
  { parentKey }: OaDepartmentPlace,
  part: OaDirectoryPart,
): { readonly parentId: string | null; readonly subcompanyId: string | null } | undefined {
  if (parentKey === null) return { parentId: null, subcompanyId: null };
  const { kind, id } = placeOfKey(parentKey);
  if (kind === 'subcompany') {
    return part.subcompanies.some((one) => one.id === id) ? { parentId: null, subcompanyId: id } : undefined;
  }
  const parent = part.departments.find((one) => one.id === id);
  return parent && { parentId: id, subcompanyId: parent.subcompanyId };
}

function keyOfParent({
  parentId,
  subcompanyId,
}: {
  readonly parentId: string | null;
  readonly subcompanyId: string | null;
}): string | null {
  if (parentId !== null) return departmentKey(parentId);
  return subcompanyId === null ? null : subcompanyKey(subcompanyId);
}

function userNews(
  change: 'created' | 'updated' | 'departed',
  subject: { readonly userId: string; readonly oaUserId: string },
  { values, placement }: OaUserState,
  { corpid }: Context,
): DirectoryNews {
  const fields: Record<string, string> = {};
  for (const [field, value] of Object.entries(values)) fields[field] = value ?? '';
  if (placement !== null) {
    fields['departmentId'] = placement.departmentId ?? '';
    fields['partTimeDepartmentIds'] = placement.partTimeDepartmentIds.join(',');
  }
  return { type: 'user', change, corpId: corpid, ...subject, fields };
}

function departmentNews(
  change: 'created' | 'updated' | 'removed',
  departmentId: number,
  row: object,
  { corpid }: Context,
): DirectoryNews {
  const fields: Record<string, string> = {};
  for (const [field, value] of Object.entries(row)) fields[field] = typeof value === 'string' ? value : '';
  return { type: 'department', change, corpId: corpid, departmentId, fields };
}
