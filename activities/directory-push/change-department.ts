import type { ChangeOf } from '../../domain/directory/push/changes';
import { refKey } from '../../domain/directory/push/department-match';
import { WecomAlreadySoError } from '../../wecom';
import { departmentGone, departmentIdOf, type Executor } from './context';
import { visibleChild, visibleDepartment } from './reading-back';
import { done, notDone, outcome, saidBy, type Settled } from './settled';

/** Another name, another parent, or both in one call. */
export const changeDepartment: Executor<ChangeOf<'renameDepartment' | 'moveDepartment'>> = async (
  change,
  context,
) => {
  const { departmentId, before, after } = change;
  const { contacts, call, perhapsDone } = context;
  const ref = { kind: 'existing', departmentId } as const;
  if (departmentIdOf(ref, context) === undefined) return departmentGone(ref);
  const moves = refKey(before.parent) !== refKey(after.parent);
  const parentId = moves ? departmentIdOf(after.parent, context) : undefined;
  if (moves && parentId === undefined) return departmentGone(after.parent);
  const name = after.name !== before.name && after.name !== null ? after.name : undefined;

  const written = (isOurs: boolean): Settled =>
    done(
      [{ kind: 'department-written', departmentId, parentId: parentId ?? null, name: name ?? null }],
      isOurs ? null : outcome('already-so'),
    );

  const seen = perhapsDone ? await visibleDepartment(departmentId, context) : undefined;
  const isSo =
    seen !== undefined &&
    (name === undefined || seen.name === name) &&
    (parentId === undefined || seen.parentId === parentId);
  if (isSo) return written(false);
  try {
    await contacts.departments.update(
      {
        id: departmentId,
        ...(name === undefined ? {} : { name }),
        ...(parentId === undefined ? {} : { parentId }),
      },
      call,
    );
    return written(true);
  } catch (error) {
    if (!(error instanceof WecomAlreadySoError)) throw error;
    if (error.state === 'not-found') return departmentGone(ref);
    const siblingsOf = parentId ?? departmentIdOf(after.parent, context);
    const namesake =
      siblingsOf === undefined || after.name === null
        ? undefined
        : await visibleChild(siblingsOf, after.name, context);
    return notDone('conflict', 'department-exists', {
      wecom: saidBy(error),
      ...(namesake === undefined ? {} : { params: { departmentId: namesake.id } }),
    });
  }
};
