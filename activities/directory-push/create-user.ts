import type { ChangeOf } from '../../domain/directory/push/changes';
import { WecomAlreadySoError } from '../../wecom';
import { isSettled, placeIn, type ChangeContext, type Executor, type PlacedIn } from './context';
import { memberFields } from './member-fields';
import { isMadeByUs, ownerOf } from './reading-back';
import { done, notDone, outcome, saidBy, type OutcomeCode, type Settled } from './settled';

type Creation = ChangeOf<'createUser'>;

export const createUser: Executor<Creation> = async (change, context) => {
  const { oaUserId, userId, after } = change;
  const { contacts, call, facts } = context;
  // Bound by hand since the plan was made: a second account is the one thing that must not happen.
  if (facts.memberIdByOaUser.has(oaUserId)) return notDone('skipped', 'changed-since');
  const place = placeIn(after.placement, context);
  if (isSettled(place)) return place;
  const { name = '', ...values } = after.values;
  try {
    const { createdDepartments } = await contacts.members.create(
      {
        userId,
        name,
        ...memberFields(values),
        departmentIds: place.departments,
        ...(place.main === null ? {} : { mainDepartmentId: place.main }),
        // WeCom invites by itself where nothing is said.
        invite: after.invite,
      },
      call,
    );
    if (createdDepartments.length === 0) return done([created(change, place)]);
    return {
      ...notDone('failed', 'departments-made-by-wecom', {
        params: { departments: createdDepartments.map(({ id }) => id).join(', ') },
      }),
      // The account is there, so it is known and bound; where it lies, the next reading tells.
      effects: [created(change, place)],
    };
  } catch (error) {
    if (!(error instanceof WecomAlreadySoError) || error.state !== 'exists') throw error;
    return existing(change, place, error, context);
  }
};

function created({ oaUserId, userId, after }: Creation, { departments, fromOa }: PlacedIn) {
  return { kind: 'member-created', userId, oaUserId, values: after.values, departments, fromOa } as const;
}

const takenBy: Readonly<Record<number, { readonly code: OutcomeCode; readonly field?: 'mobile' | 'email' }>> =
  {
    60102: { code: 'userid-exists' },
    60104: { code: 'mobile-exists', field: 'mobile' },
    60106: { code: 'email-exists', field: 'email' },
  };

/** Either the account is ours and its answer was lost, or it is somebody's and waits to be bound. */
async function existing(
  change: Creation,
  place: PlacedIn,
  error: WecomAlreadySoError,
  context: ChangeContext,
): Promise<Settled> {
  const { userId, after } = change;
  const taken = takenBy[error.errcode ?? 0];
  if (taken === undefined) throw error;
  if (context.perhapsDone) {
    const isOurs = await isMadeByUs({ userId, values: after.values }, place.departments, context);
    if (isOurs) return done([created(change, place)], outcome('already-so'));
  }
  const owner = taken.field === undefined ? userId : await ownerOf(after.values, taken.field, context);
  return notDone('conflict', taken.code, {
    wecom: saidBy(error),
    ...(owner === undefined ? {} : { userIds: [owner] }),
  });
}
