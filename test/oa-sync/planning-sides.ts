import { defaultDirectorySettings, type DirectorySettings } from '../../domain/directory/settings';
import { planOaSync, type OaSyncSides } from '../../domain/directory/oa-sync/plan';
import type { Change, ChangeAction, ChangeOf } from '../../domain/directory/push/changes';
import type { Plan } from '../../domain/directory/push/plan';
import {
  toOaNodes,
  type Binding,
  type DepartmentLink,
  type SnapshotDepartment,
  type SnapshotMember,
  type SourceUser,
  type WecomReading,
} from '../../domain/directory/push/snapshot';
import { wecomValueRules } from '../../wecom/value-rules';

/** Both sides of a sync, as few words as possible; what is not said is empty. */
export type Sides = {
  /** [id, name, parent]; 1 is the root. */
  readonly wecom?: readonly (readonly [number, string | null, number])[];
  readonly members?: readonly SnapshotMember[];
  readonly gone?: OaSyncSides['gone'];
  /** [id, name, parent department]; all of them below the subcompany "root". */
  readonly oa?: readonly (readonly [string, string, string | null])[];
  readonly users?: readonly SourceUser[];
  readonly links?: readonly DepartmentLink[];
  readonly bindings?: readonly Binding[];
  readonly reading?: WecomReading;
  readonly refused?: readonly Binding[];
};

export function member(userId: string, change: Partial<SnapshotMember> = {}): SnapshotMember {
  return {
    memberId: `m-${userId}`,
    userId,
    departments: [1],
    mainDepartmentId: null,
    status: 'activated',
    written: {},
    departmentsFromOa: [],
    disabledByBridge: false,
    ...change,
    seen: { name: `名${userId}`, ...change.seen },
  };
}

export function user(id: string, change: Partial<SourceUser> = {}): SourceUser {
  return {
    id,
    loginId: id,
    jobNumber: null,
    name: `名${id}`,
    mobile: null,
    email: null,
    gender: null,
    position: null,
    telephone: null,
    departmentId: null,
    partTimeDepartmentIds: [],
    managerId: null,
    status: 'active',
    custom: {},
    ...change,
  };
}

export const bound = (userId: string, oaUserId = userId): Binding => ({ memberId: `m-${userId}`, oaUserId });

export const rootLink: DepartmentLink = { oaKey: 'subcompany:root', departmentId: 1 };
export const link = (id: string, departmentId: number): DepartmentLink => ({
  oaKey: `department:${id}`,
  departmentId,
});

export function sidesOf({
  wecom = [[1, '企业', 0]],
  members = [],
  gone = [],
  oa = [],
  users = [],
  links = [rootLink],
  bindings = [],
  reading = 'complete',
  refused,
}: Sides): OaSyncSides {
  return {
    corpid: 'ww1',
    gone,
    snapshot: {
      oa: {
        reading: 'complete',
        nodes: toOaNodes(
          [{ id: 'root', name: 'OA 里的企业', parentId: null }],
          oa.map(([id, name, parentId]) => ({ id, name, parentId, subcompanyId: 'root' })),
        ),
        users,
      },
      wecom: {
        reading,
        departments: wecom.map(([departmentId, name, parentId]): SnapshotDepartment => ({
          departmentId,
          name,
          parentId,
          writtenName: null,
        })),
        members,
      },
      links,
      bindings,
      lookUps: [],
      ...(refused && { refusedPairs: refused }),
    },
  };
}

export function wecomIsMaster(change: Partial<DirectorySettings['pull']> = {}): DirectorySettings {
  return {
    ...defaultDirectorySettings,
    master: 'wecom',
    pull: { ...defaultDirectorySettings.pull, syncToOa: true, ...change },
  };
}

export function plan(sides: Sides, settings: DirectorySettings = wecomIsMaster()): Plan {
  const planned = planOaSync(sidesOf(sides), settings, wecomValueRules);
  if (planned.kind === 'stopped') throw new Error(`stopped: ${planned.reason.code}`);
  return planned;
}

export const idsOf = ({ changes }: Pick<Plan, 'changes'>): string[] => changes.map(({ id }) => id);

export function only<A extends ChangeAction>(
  { changes }: Pick<Plan, 'changes'>,
  action: A,
): readonly ChangeOf<A>[] {
  return changes.filter((change): change is ChangeOf<A> => change.action === action);
}

export function conflictsOf({ changes }: Pick<Plan, 'changes'>): string[] {
  return changes.flatMap((change: Change) =>
    change.action !== 'conflict'
      ? []
      : [
          typeof change.conflict.because === 'string'
            ? change.conflict.because
            : change.conflict.because.code,
        ],
  );
}
