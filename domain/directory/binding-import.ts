/** What becomes of the rows of a file of bindings. */

export const importFields = ['mobile', 'jobNumber', 'loginId', 'email'] as const;
export type ImportField = (typeof importFields)[number];

export const importResults = [
  'bind',
  'rebind',
  'unchanged',
  'empty',
  'unknown-member',
  'unknown-value',
  'ambiguous',
  'taken',
  'repeated',
  'departed',
] as const;
export type ImportResult = (typeof importResults)[number];

/** A row and what is known of whom it names. */
export type ImportRowFacts = {
  /** As the spreadsheet counts them. */
  readonly row: number;
  readonly isEmpty: boolean;
  readonly memberId: string | null;
  /** Active OA users with this value; two are enough to know that it is nobody's alone. */
  readonly oaUserIds: readonly string[];
  /** Somebody who left the OA had this value. */
  readonly hasDeparted: boolean;
  /** The OA user the member is bound to. */
  readonly boundTo: string | null;
  /** The member who has the OA user. */
  readonly holderId: string | null;
};

export type JudgedRow = {
  readonly row: number;
  readonly result: ImportResult;
  readonly memberId: string | null;
  readonly oaUserId: string | null;
  /** The first other row that is about the same member or the same OA user. */
  readonly otherRow: number | null;
  readonly boundTo: string | null;
  readonly holderId: string | null;
};

/** `replace`: members who are bound to somebody else give their OA user up, so that another row may have it. */
export function judgeImport(
  rows: readonly ImportRowFacts[],
  { replace }: { readonly replace: boolean },
): JudgedRow[] {
  const rowsByMember = new Map<string, number[]>();
  const rowsByUser = new Map<string, number[]>();
  const note = (index: Map<string, number[]>, key: string | null, row: number): void => {
    if (key === null) return;
    const same = index.get(key);
    if (same === undefined) index.set(key, [row]);
    // Two say that there are several.
    else if (same.length < 2) same.push(row);
  };
  const wanted = rows.map((facts) => {
    const isAbout = !facts.isEmpty && facts.memberId !== null && facts.oaUserIds.length === 1;
    const oaUserId = isAbout ? (facts.oaUserIds[0] ?? null) : null;
    if (!facts.isEmpty) note(rowsByMember, facts.memberId, facts.row);
    note(rowsByUser, oaUserId, facts.row);
    return { facts, oaUserId };
  });

  const judged = new Map<number, JudgedRow>();
  for (const { facts, oaUserId } of wanted) {
    const { row, memberId, boundTo, holderId } = facts;
    const others = [
      ...((memberId === null ? undefined : rowsByMember.get(memberId)) ?? []),
      ...((oaUserId === null ? undefined : rowsByUser.get(oaUserId)) ?? []),
    ];
    const otherRow = others.find((other) => other !== row) ?? null;
    const result = resultOf(facts, oaUserId, otherRow);
    judged.set(row, { row, result, memberId, oaUserId, otherRow, boundTo, holderId });
  }
  markTaken(judged, replace);
  return rows.flatMap(({ row }) => judged.get(row) ?? []);
}

function resultOf(facts: ImportRowFacts, oaUserId: string | null, otherRow: number | null): ImportResult {
  if (facts.isEmpty) return 'empty';
  if (facts.memberId === null) return 'unknown-member';
  if (facts.oaUserIds.length > 1) return 'ambiguous';
  if (oaUserId === null) return facts.hasDeparted ? 'departed' : 'unknown-value';
  if (facts.boundTo === oaUserId) return 'unchanged';
  if (otherRow !== null) return 'repeated';
  return facts.boundTo === null ? 'bind' : 'rebind';
}

/** An OA user is free when the member who has them gets somebody else by this very file. */
function markTaken(judged: Map<number, JudgedRow>, replace: boolean): void {
  const moving = new Map<string, JudgedRow>();
  const waitingFor = new Map<string, JudgedRow>();
  for (const row of judged.values()) {
    if (row.result === 'rebind' && replace && row.memberId !== null) moving.set(row.memberId, row);
    if ((row.result === 'bind' || row.result === 'rebind') && row.holderId !== null) {
      waitingFor.set(row.holderId, row);
    }
  }
  const stuck = [...waitingFor].flatMap(([holderId, row]) => (moving.has(holderId) ? [] : [row]));
  for (let row = stuck.pop(); row !== undefined; row = stuck.pop()) {
    judged.set(row.row, { ...row, result: 'taken' });
    if (row.memberId === null) continue;
    // Whoever does not move keeps the OA user that another row waits for.
    moving.delete(row.memberId);
    const behind = waitingFor.get(row.memberId);
    if (behind !== undefined && judged.get(behind.row)?.result !== 'taken') stuck.push(behind);
  }
}
