import type { DepartmentRef } from '../../domain/directory/push/department-match';
import type { Placement } from '../../domain/directory/push/changes';
import type { OaDirectoryReader } from '../../oa/port';
import type { ChangeFacts } from '../../store/push-ledger';
import type { CallOptions, WecomSession } from '../../wecom';
import { notDone, type Settled } from './settled';

/** What carrying out one change may use. */
export type ChangeContext = {
  readonly runId: string;
  /** Writes. */
  readonly contacts: WecomSession;
  /** Reads back what the contacts secret may not read; absent where the corp has no app. */
  readonly app: WecomSession | undefined;
  readonly oa: Pick<OaDirectoryReader, 'findUser'>;
  readonly facts: ChangeFacts;
  readonly call: CallOptions;
  /** An earlier try may have happened although no answer says so. */
  readonly perhapsDone: boolean;
};

/**
 * Carries out one change once. Throws what WeCom's client throws: whether to try again is decided in one place for all
 * of them.
 */
export type Executor<C, Context = ChangeContext> = (change: C, context: Context) => Promise<Settled>;

/** Of changes that only the bridge has to remember: they are the same whichever side a plan writes to. */
export type OwnContext = Pick<ChangeContext, 'facts'>;

/** WeCom makes a department of its own for an id it does not know, so none is sent that is not known to exist. */
export function departmentIdOf(ref: DepartmentRef, { facts }: OwnContext): number | undefined {
  const id = ref.kind === 'existing' ? ref.departmentId : facts.departmentByOaKey.get(ref.oaKey);
  return id !== undefined && facts.departments.has(id) ? id : undefined;
}

export const departmentGone = (ref: DepartmentRef): Settled =>
  notDone('failed', 'department-gone', {
    params: ref.kind === 'existing' ? { departmentId: ref.departmentId } : { oaKey: ref.oaKey },
  });

export type PlacedIn = {
  readonly departments: readonly number[];
  readonly main: number | null;
  /** Those that the OA named. */
  readonly fromOa: readonly number[];
  /** Those that the member leads; absent where nothing is said about it. */
  readonly leaderIn?: readonly number[];
};

export function placeIn(placement: Placement, context: ChangeContext): PlacedIn | Settled {
  const departments: number[] = [];
  for (const ref of placement.departments) {
    const id = departmentIdOf(ref, context);
    if (id === undefined) return departmentGone(ref);
    if (!departments.includes(id)) departments.push(id);
  }
  const main = placement.main === null ? undefined : departmentIdOf(placement.main, context);
  // Those of the OA come first.
  const place = { departments, main: main ?? null, fromOa: departments.slice(0, placement.fromOa) };
  const leaderIn = placement.leaderIn?.flatMap((ref) => departmentIdOf(ref, context) ?? []) ?? [];
  return leaderIn.length === 0 ? place : { ...place, leaderIn };
}

export function isSettled(value: PlacedIn | Settled): value is Settled {
  return 'status' in value;
}
