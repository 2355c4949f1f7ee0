import { acceptedOaField } from '../../domain/directory/drift/acceptance';
import { wantedDepartments, wantedParent, wantedStatus } from '../../domain/directory/drift/decided';
import {
  departmentsField,
  enabledField,
  existenceField,
  nameField,
  parentField,
} from '../../domain/directory/drift/judge';
import type { DriftFacts } from '../../domain/directory/drift/possible';
import { folderKey } from '../../domain/directory/push/changes';
import { decideScope, type Scope } from '../../domain/directory/push/scope';
import { toOaNodes } from '../../domain/directory/push/snapshot';
import { sameValue, valueReader } from '../../domain/directory/push/values';
import type { DirectorySettings } from '../../domain/directory/settings';
import type { OaUser } from '../../oa/port';
import type { CorpRecord } from '../../store/corps';
import type { DriftRecord } from '../../store/drift-desk';
import { wecomValueRules } from '../../wecom';
import type { ApiDeps } from '../deps';

/** What both sides say about changes by hand now: whether they can be accepted or taken back follows from it. */

export type JudgedDrift = {
  readonly record: DriftRecord;
  readonly facts: DriftFacts;
  /** What a push would write; null where that is nothing, or not a text. */
  readonly revertsTo: string | null;
  /** What the OA wants, in the words in which a decision to ignore keeps it. */
  readonly oaValue: string | null;
};

type Deps = Pick<ApiDeps, 'oa' | 'driftDesk' | 'pushReading'>;

type Side = Pick<JudgedDrift, 'revertsTo' | 'oaValue'> & { readonly oa: DriftFacts['oa'] };

const nothingKnown: Side = { oa: null, revertsTo: null, oaValue: null };

const activated = 1;
const wecomRootId = 1;

export async function judgeDrifts(
  deps: Deps,
  corp: CorpRecord,
  document: DirectorySettings,
  records: readonly DriftRecord[],
): Promise<JudgedDrift[]> {
  if (records.length === 0) return [];
  const oaUserIds = [...new Set(records.flatMap(({ oaUserId }) => oaUserId ?? []))];
  const [subcompanies, departments, links, users] = await Promise.all([
    deps.oa.listSubcompanies(),
    deps.oa.listDepartments(),
    deps.pushReading.linksOf(corp.id),
    Promise.all(oaUserIds.map((oaUserId) => deps.oa.findUser(oaUserId))),
  ]);
  const usersById = new Map(users.flatMap((user) => (user === undefined ? [] : [[user.id, user] as const])));
  const superiors = await deps.driftDesk.userIdsOf(
    corp.id,
    [...usersById.values()].flatMap(({ managerId }) => managerId ?? []),
  );
  const { push } = document;
  const scope = decideScope(toOaNodes(subcompanies, departments), push);
  const world: World = {
    push,
    scope,
    readValues: valueReader(push),
    superiors,
    departmentOf: new Map(links.map(({ oaKey, departmentId }) => [oaKey, departmentId])),
    keyOf: new Map(
      links.flatMap(({ oaKey, departmentId }) =>
        oaKey === folderKey ? [] : [[departmentId, oaKey] as const],
      ),
    ),
  };
  return records.map((record) => {
    const { oa, revertsTo, oaValue } =
      record.kind === 'department'
        ? departmentSide(record, world)
        : memberSide(record, record.oaUserId === null ? undefined : usersById.get(record.oaUserId), world);
    return {
      record,
      revertsTo,
      oaValue,
      facts: {
        kind: record.kind,
        field: record.field,
        state: record.state,
        isManaged: (record.kind === 'member' ? record.oaUserId : record.oaKey) !== null,
        isGone: record.isGone,
        isActivated: record.status === activated,
        access: document.access,
        master: document.master,
        hasContactsSecret: corp.hasContactsSecret,
        createUsers: push.createUsers,
        oa,
      },
    };
  });
}

/** Both the same by now. Whether somebody works here and has an account is decided about by people. */
export function agreesWithOa({ facts }: JudgedDrift): boolean {
  const isOfPerson = facts.field === enabledField || facts.field === existenceField;
  return facts.state === 'open' && facts.isManaged && !isOfPerson && facts.oa?.push === 'same-as-now';
}

type World = {
  readonly push: DirectorySettings['push'];
  readonly scope: Scope;
  readonly readValues: ReturnType<typeof valueReader>;
  /** WeCom's userids of OA users. */
  readonly superiors: ReadonlyMap<string, string>;
  readonly departmentOf: ReadonlyMap<string, number>;
  /** Of departments that stand for one of the OA's. */
  readonly keyOf: ReadonlyMap<number, string>;
};

function memberSide(record: DriftRecord, user: OaUser | undefined, world: World): Side {
  const { field, after } = record;
  const verdict = user === undefined ? undefined : world.scope.scopeOf(user);
  const isWanted = user?.status === 'active' && verdict?.kind === 'in';
  const oaValue = wantedStatus(user);
  if (field === enabledField) {
    const push = (isWanted ? 'enabled' : 'disabled') === after ? 'same-as-now' : 'before';
    return { oa: { push, accept: 'status' }, revertsTo: null, oaValue };
  }
  if (user === undefined || verdict === undefined) return nothingKnown;
  if (field === existenceField) {
    const accept = user.status === 'active' ? 'possible' : 'oa-agrees';
    return { oa: { push: isWanted ? 'before' : 'nothing', accept }, revertsTo: null, oaValue };
  }
  if (field === departmentsField) {
    const now = Array.isArray(after) ? (after as readonly number[]) : [];
    const agrees = isWanted && isPlacedAsWanted(now, verdict.departmentKeys, world);
    const isKnown = now.some((departmentId) => world.keyOf.has(departmentId));
    return {
      oa: {
        push: !isWanted ? 'nothing' : agrees ? 'same-as-now' : 'before',
        accept: agrees ? 'oa-agrees' : isKnown ? 'possible' : 'department-not-linked',
      },
      revertsTo: null,
      oaValue: wantedDepartments(verdict),
    };
  }
  const wanted =
    field === 'direct_leader'
      ? world.push.leaders
        ? (world.superiors.get(user.managerId ?? '') ?? null)
        : null
      : (world.readValues(user).values.get(field) ?? null);
  const agrees = wanted !== null && typeof after === 'string' && sameValue(field, wanted, after);
  const accepted = acceptedOaField(field, world.push);
  return {
    oa: {
      push: !isWanted || wanted === null ? 'nothing' : agrees ? 'same-as-now' : 'before',
      accept: accepted.kind === 'none' ? accepted.because : agrees ? 'oa-agrees' : 'possible',
    },
    revertsTo: isWanted && !agrees ? wanted : null,
    oaValue: wanted,
  };
}

function isPlacedAsWanted(
  now: readonly number[],
  wantedKeys: readonly string[],
  { departmentOf, push }: World,
): boolean {
  const current = new Set(now);
  const areThere = wantedKeys.every((oaKey) => current.has(departmentOf.get(oaKey) ?? 0));
  const isWhole = push.departmentsFullyFromOa || now.length === 1;
  return wantedKeys.length > 0 && areThere && (!isWhole || now.length === wantedKeys.length);
}

function departmentSide({ field, after, oaKey }: DriftRecord, world: World): Side {
  const { scope, departmentOf, keyOf, push } = world;
  const node = oaKey === null ? undefined : scope.nodesByKey.get(oaKey);
  if (node === undefined) return nothingKnown;
  const isWanted = scope.chosen.has(node.key) || scope.structure.has(node.key);
  const topId = push.topDepartmentId ?? wecomRootId;
  switch (field) {
    case nameField: {
      const wanted = wecomValueRules.alterDepartmentName(node.name);
      const agrees = wanted === after;
      return {
        oa: {
          push: !isWanted ? 'nothing' : agrees ? 'same-as-now' : 'before',
          accept: agrees ? 'oa-agrees' : 'possible',
        },
        revertsTo: isWanted && !agrees ? wanted : null,
        oaValue: node.name,
      };
    }
    case parentField: {
      const wanted = node.parentKey === null ? topId : departmentOf.get(node.parentKey);
      const agrees = wanted === after;
      const above = typeof after === 'number' ? scope.nodesByKey.get(keyOf.get(after) ?? '') : undefined;
      // A subcompany lies below subcompanies only.
      const isKnown = above !== undefined && (node.kind === 'department' || above.kind === 'subcompany');
      return {
        oa: {
          push: !isWanted || wanted === undefined ? 'nothing' : agrees ? 'same-as-now' : 'before',
          accept: agrees ? 'oa-agrees' : isKnown ? 'possible' : 'department-not-linked',
        },
        revertsTo: null,
        oaValue: wantedParent(node),
      };
    }
    default:
      return {
        oa: { push: isWanted ? 'before' : 'nothing', accept: 'possible' },
        revertsTo: null,
        oaValue: null,
      };
  }
}
