import type { Department, Member } from '../../wecom';
import {
  sameUserId,
  WecomAccessError,
  WecomAlreadySoError,
  WecomDataError,
  WecomRateLimitedError,
} from '../../wecom';
import type { ChangeContext } from './context';

/** Outside an app's visible range: for reading back, as good as not there. */
const outOfRange = new Set([60011, 60021, 60030, 50002]);

/** Undefined where no app sees the member, be it gone or out of range. */
export async function visibleMember(userId: string, context: ChangeContext): Promise<Member | undefined> {
  const { app } = context;
  return app && visible(() => app.members.get({ userId }, context.call));
}

export async function visibleDepartment(
  departmentId: number,
  context: ChangeContext,
): Promise<Department | undefined> {
  const { app } = context;
  return app && visible(() => app.departments.get({ id: departmentId }, context.call));
}

/** The child of that name, as an app sees it. */
export async function visibleChild(
  parentId: number,
  name: string,
  context: ChangeContext,
): Promise<Department | undefined> {
  const { app } = context;
  if (app === undefined) return undefined;
  const below = await visible(() => app.departments.list({ id: parentId }, context.call));
  return below?.find((department) => department.parentId === parentId && department.name === name);
}

async function visible<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof WecomAlreadySoError && error.state === 'not-found') return undefined;
    if (error instanceof WecomAccessError && outOfRange.has(error.errcode ?? 0)) return undefined;
    throw error;
  }
}

/** Who has this mobile or mail; undefined where nobody has, or WeCom does not say. */
export async function ownerOf(
  values: Readonly<Record<string, string>>,
  field: 'mobile' | 'email',
  { contacts, call }: ChangeContext,
): Promise<string | undefined> {
  const value = values[field];
  if (value === undefined || value === '') return undefined;
  try {
    return field === 'mobile'
      ? await contacts.members.userIdByMobile({ mobile: value }, call)
      : await contacts.members.userIdByEmail({ email: value, kind: 'personal' }, call);
  } catch (error) {
    // Too many look-ups are refused for hours: a name that is not told is better than a run that stands still.
    const untold = [WecomAlreadySoError, WecomDataError, WecomRateLimitedError].some(
      (reaction) => error instanceof reaction,
    );
    if (untold) return undefined;
    throw error;
  }
}

/**
 * Whether the account under this userid is the one that this run meant to make: people who came in between may have
 * been given the same userid by hand.
 */
export async function isMadeByUs(
  wanted: { readonly userId: string; readonly values: Readonly<Record<string, string>> },
  departments: readonly number[],
  context: ChangeContext,
): Promise<boolean> {
  const seen = await visibleMember(wanted.userId, context);
  if (seen?.name !== undefined && seen.name !== wanted.values['name']) return false;
  if (seen !== undefined && departments.every((id) => seen.departmentIds.includes(id))) return true;
  const owner =
    (await ownerOf(wanted.values, 'mobile', context)) ?? (await ownerOf(wanted.values, 'email', context));
  return owner !== undefined && sameUserId(owner, wanted.userId);
}
