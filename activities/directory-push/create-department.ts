import { folderKey, type ChangeOf } from '../../domain/directory/push/changes';
import { WecomAlreadySoError } from '../../wecom';
import { departmentGone, departmentIdOf, type Executor } from './context';
import { nameInOa } from './link-department';
import { visibleChild } from './reading-back';
import { done, notDone, outcome, saidBy, type Settled } from './settled';

export const createDepartment: Executor<ChangeOf<'createDepartment'>> = async (change, context) => {
  const { oaKey, after } = change;
  const { contacts, call, perhapsDone } = context;
  const { name } = after;
  const parentId = departmentIdOf(after.parent, context);
  if (parentId === undefined) return departmentGone(after.parent);
  // Of all departments, two runs may want this one at the same time: a push, and one that disables a single person.
  const isFolder = oaKey === folderKey;
  if (isFolder && departmentIdOf({ kind: 'planned', oaKey }, context) !== undefined) {
    return done([], outcome('already-so'));
  }

  const made = (departmentId: number, byWhom: 'us' | 'found'): Settled =>
    done(
      [
        { kind: 'department-written', departmentId, parentId, name },
        { kind: 'department-linked', oaKey, departmentId, oaName: nameInOa(change) },
      ],
      byWhom === 'us' ? null : outcome('already-so'),
    );

  // Sibling names are unique: a department of this name under this parent is the one whose answer was lost.
  const lost = perhapsDone ? await visibleChild(parentId, name, context) : undefined;
  if (lost !== undefined) return made(lost.id, 'found');
  try {
    const { id } = await contacts.departments.create({ name, parentId }, call);
    return made(id, 'us');
  } catch (error) {
    if (!(error instanceof WecomAlreadySoError) || error.state !== 'exists') throw error;
    const namesake = await visibleChild(parentId, name, context);
    if (isFolder && namesake !== undefined) return made(namesake.id, 'found');
    return notDone('conflict', 'department-exists', {
      wecom: saidBy(error),
      ...(namesake === undefined ? {} : { params: { departmentId: namesake.id } }),
    });
  }
};
