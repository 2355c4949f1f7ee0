import type { ChangeOf } from '../../domain/directory/push/changes';
import { WecomAccessError, WecomAlreadySoError, WecomDataError } from '../../wecom';
import type { ChangeContext, Executor } from './context';
import { done, notDone, outcome, saidBy, type Settled } from './settled';

const hasMembers = 60005;
const hasDepartments = 60006;

const insidersShown = 20;

export const deleteDepartment: Executor<ChangeOf<'deleteDepartment'>> = async (change, context) => {
  const { departmentId } = change;
  const { contacts, call, perhapsDone } = context;
  const gone = { kind: 'department-gone', departmentId } as const;
  try {
    await contacts.departments.delete({ id: departmentId }, call);
    return done([gone]);
  } catch (error) {
    if (error instanceof WecomAlreadySoError && error.state === 'not-found') {
      return done([gone], outcome(perhapsDone ? 'already-so' : 'already-gone'));
    }
    const isInhabited =
      error instanceof WecomDataError && (error.errcode === hasMembers || error.errcode === hasDepartments);
    if (isInhabited) return heldByInsiders(departmentId, error, context);
    throw error;
  }
};

/** Nothing is moved out to make room for a deletion: whoever is inside was not there when the plan was made. */
async function heldByInsiders(
  departmentId: number,
  error: WecomDataError,
  { contacts, app, call }: ChangeContext,
): Promise<Settled> {
  const below = await contacts.departments.simpleList({ id: departmentId }, call);
  const userIds = app === undefined ? [] : await membersSeenBy(app, departmentId, call);
  return notDone('held', 'department-not-empty', {
    params: {
      members: userIds.length,
      departments: below.filter(({ parentId }) => parentId === departmentId).length,
    },
    userIds: userIds.slice(0, insidersShown),
    wecom: saidBy(error),
  });
}

async function membersSeenBy(
  app: NonNullable<ChangeContext['app']>,
  departmentId: number,
  call: ChangeContext['call'],
): Promise<readonly string[]> {
  try {
    const members = await app.members.simpleList({ departmentId }, call);
    return members.map(({ userId }) => userId);
  } catch (error) {
    // Outside the app's range: WeCom says that somebody is inside, and nobody may see who.
    if (error instanceof WecomAlreadySoError || error instanceof WecomAccessError) return [];
    throw error;
  }
}
