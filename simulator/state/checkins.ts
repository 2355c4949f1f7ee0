import type { Corp } from './corp';
import { isOfKinds, wasMissed } from './checkin-rows';
import type { CheckinKinds, CheckinRow } from './checkin-rows';
import type { Member } from './directory';
import { memberStatus } from './directory';
import { GeneratedCheckins, photoOf, sectionsFor } from './generated-checkins';
import type { CheckinGeneration, Section, Worker } from './generated-checkins';
import { localDay } from './local-days';

/** What the corp's members are expected to do, and where its days begin. */
export type CheckinRule = {
  readonly timezone: string;
  readonly restDays: readonly number[];
  readonly sections: readonly Section[];
};

export type StoredCheckins = {
  readonly rule: CheckinRule;
  readonly rows: readonly CheckinRow[];
  readonly removed: readonly (readonly [string, readonly string[]])[];
  readonly generations: readonly {
    readonly generation: CheckinGeneration;
    readonly cleared: readonly string[];
  }[];
  readonly firstUserids: readonly (readonly [string, string])[];
  readonly corrections: readonly Correction[];
};

/** Both ends included, in seconds. */
export type Window = { readonly start: number; readonly end: number };

export type Correction = {
  readonly userid: string;
  readonly expectedAt: number;
  readonly correctedAt: number;
};

type Cover = { readonly generated: GeneratedCheckins; readonly worker: Worker };

/** The check-ins of one corp: rows that were posted, and rows that are made up when somebody asks. */
export class Checkins {
  rule: CheckinRule = { timezone: 'Asia/Shanghai', restDays: [0, 6], sections: sectionsFor(2) };
  #corrections: Correction[] = [];
  /** Per member, by identity. Userids in lower case, as everywhere in this file. */
  readonly #rows = new Map<string, Map<string, CheckinRow>>();
  /** Generated punches that were cleared or corrected. */
  readonly #removed = new Map<string, Set<string>>();
  readonly #firstUserids = new Map<string, string>();
  readonly #photoTimes = new Map<string, number>();
  #generations: GeneratedCheckins[] = [];
  #rowCount = 0;

  get rowCount(): number {
    return this.#rowCount;
  }

  correctionsOf(userid: string): Correction[] {
    const key = userid.toLowerCase();
    return this.#corrections.filter((one) => one.userid === key);
  }

  generations(): readonly CheckinGeneration[] {
    return this.#generations.map(({ generation }) => generation);
  }

  generate(generation: CheckinGeneration): GeneratedCheckins {
    const generated = new GeneratedCheckins(generation);
    this.#generations.push(generated);
    const { timezone, restDays } = generation;
    this.rule = { timezone, restDays, sections: generated.sections };
    return generated;
  }

  membersOfNewest(corp: Corp): number {
    const newest = this.#generations.at(-1);
    let count = 0;
    for (const member of corp.directory.members()) {
      if (
        newest !== undefined &&
        isMeant(corp, member, this.#firstUserid(member.userid.toLowerCase()), newest)
      ) {
        count += 1;
      }
    }
    return count;
  }

  /** A row with the identity of one that is there takes its place. */
  add(row: CheckinRow): 'added' | 'replaced' {
    const key = row.userid.toLowerCase();
    let rows = this.#rows.get(key);
    if (rows === undefined) {
      rows = new Map();
      this.#rows.set(key, rows);
    }
    const identity = identityOf(row);
    const isNew = !rows.has(identity);
    rows.set(identity, row);
    if (isNew) this.#rowCount += 1;
    for (const mediaId of row.mediaids) this.#photoTimes.set(mediaId, row.checkin_time);
    return isNew ? 'added' : 'replaced';
  }

  clear(): void {
    this.#rows.clear();
    this.#removed.clear();
    this.#photoTimes.clear();
    this.#generations = [];
    this.#corrections = [];
    this.#rowCount = 0;
  }

  clearMember(userid: string): void {
    const key = userid.toLowerCase();
    this.#rowCount -= this.#rows.get(key)?.size ?? 0;
    this.#rows.delete(key);
    this.#removed.delete(key);
    this.#corrections = this.#corrections.filter((one) => one.userid !== key);
    for (const { cleared } of this.#generations) cleared.add(this.#firstUserid(key));
  }

  /** Takes the member's punches of that moment away, posted or generated. */
  clearPunches(userid: string, checkinTime: number): void {
    const key = userid.toLowerCase();
    const rows = this.#rows.get(key);
    for (const [identity, row] of rows ?? []) {
      if (row.checkin_time !== checkinTime) continue;
      rows?.delete(identity);
      this.#rowCount -= 1;
    }
    this.#remove(key, punchKey('*', checkinTime));
  }

  /**
   * The one thing all punches of the member in the window come from, when a generation is all there is: they can be
   * written down without being made into rows first.
   */
  onlyGenerated(corp: Corp, member: Member): Cover | 'nothing' | undefined {
    const key = member.userid.toLowerCase();
    if (this.#rows.has(key) || this.#removed.has(key)) return undefined;
    const covers = this.#covers(corp, member);
    if (covers.length > 1) return undefined;
    return covers[0] ?? 'nothing';
  }

  /** Oldest first. */
  rowsOf(
    corp: Corp,
    member: Member,
    { start, end }: Window,
    kinds: CheckinKinds,
    nowSeconds: number,
  ): CheckinRow[] {
    const key = member.userid.toLowerCase();
    const rows = [...(this.#rows.get(key)?.values() ?? [])].filter(
      (row) => row.checkin_time >= start && row.checkin_time <= end && isOfKinds(row.checkin_type, kinds),
    );
    const isTaken = takenFrom(rows, this.#removed.get(key));
    const newer: GeneratedCheckins[] = [];
    for (const { generated, worker } of this.#covers(corp, member)) {
      const rowOf = generated.rowsOf(worker);
      generated.visit(worker, start, Math.min(end, nowSeconds), kinds, (...punch) => {
        const [slot, time, expectedAt, exception, hasPhoto] = punch;
        // Where generations overlap the newest one says what a day was like.
        if (newer.length > 0) {
          const day = localDay(generated.generation.timezone, time);
          if (newer.some((one) => one.hasDay(day))) return;
        }
        const row = rowOf({ slot, time, expectedAt, exception, hasPhoto });
        if (!isTaken(row)) rows.push(row);
      });
      newer.push(generated);
    }
    return rows.sort((a, b) => a.checkin_time - b.checkin_time);
  }

  /** The missed or wrong punch that was expected then gives way to the corrected one. */
  correct(before: readonly CheckinRow[], after: CheckinRow, expectedAt: number): void {
    const key = after.userid.toLowerCase();
    const rows = this.#rows.get(key);
    for (const row of before) {
      if (rows?.delete(identityOf(row)) === true) this.#rowCount -= 1;
      this.#remove(key, punchKey(row.checkin_type, row.checkin_time));
    }
    this.add(after);
    this.#corrections.push({ userid: key, expectedAt, correctedAt: after.checkin_time });
  }

  /** When the photo was taken; undefined where no punch has it. */
  photoTime(corp: Corp, mediaId: string, nowSeconds: number): number | undefined {
    const posted = this.#photoTimes.get(mediaId);
    if (posted !== undefined) return posted;
    const photo = photoOf(mediaId);
    const member = photo === undefined ? undefined : corp.directory.member(this.#userid(photo.firstUserid));
    if (photo === undefined || member === undefined) return undefined;
    const window = { start: photo.time, end: photo.time };
    const isThere = this.rowsOf(corp, member, window, 3, nowSeconds).some(({ mediaids }) =>
      mediaids.includes(mediaId),
    );
    return isThere ? photo.time : undefined;
  }

  /** A member whose userid changes keeps what they did. */
  rename(from: string, to: string): void {
    const [before, after] = [from.toLowerCase(), to.toLowerCase()];
    const rows = this.#rows.get(before);
    if (rows !== undefined) {
      this.#rows.delete(before);
      this.#rows.set(after, new Map([...rows].map(([identity, row]) => [identity, { ...row, userid: to }])));
    }
    if (before === after) return;
    const removed = this.#removed.get(before);
    if (removed !== undefined) {
      this.#removed.delete(before);
      this.#removed.set(after, removed);
    }
    this.#corrections = this.#corrections.map((one) =>
      one.userid === before ? { ...one, userid: after } : one,
    );
    this.#firstUserids.set(after, this.#firstUserid(before));
    this.#firstUserids.delete(before);
  }

  stored(): StoredCheckins {
    return {
      rule: this.rule,
      rows: [...this.#rows.values()].flatMap((rows) => [...rows.values()]),
      removed: [...this.#removed].map(([userid, keys]) => [userid, [...keys]]),
      generations: this.#generations.map(({ generation, cleared }) => ({
        generation,
        cleared: [...cleared],
      })),
      firstUserids: [...this.#firstUserids],
      corrections: this.#corrections,
    };
  }

  restore(stored: StoredCheckins): void {
    this.rule = stored.rule;
    for (const row of stored.rows) this.add(row);
    for (const [userid, keys] of stored.removed) this.#removed.set(userid, new Set(keys));
    this.#generations = stored.generations.map(
      ({ generation, cleared }) => new GeneratedCheckins(generation, cleared),
    );
    for (const [userid, first] of stored.firstUserids) this.#firstUserids.set(userid, first);
    this.#corrections = [...stored.corrections];
  }

  /** The newest first. */
  #covers(corp: Corp, member: Member): Cover[] {
    const covers: Cover[] = [];
    const worker = {
      userid: member.userid,
      firstUserid: this.#firstUserid(member.userid.toLowerCase()),
      cameEver: memberStatus(member) !== 4,
    };
    for (let index = this.#generations.length - 1; index >= 0; index -= 1) {
      const generated = this.#generations[index] as GeneratedCheckins;
      if (generated.cleared.has(worker.firstUserid)) continue;
      if (!isMeant(corp, member, worker.firstUserid, generated)) continue;
      covers.push({ generated, worker });
    }
    return covers;
  }

  #firstUserid(key: string): string {
    return this.#firstUserids.get(key) ?? key;
  }

  #userid(firstUserid: string): string {
    for (const [userid, first] of this.#firstUserids) if (first === firstUserid) return userid;
    return firstUserid;
  }

  #remove(key: string, punch: string): void {
    const removed = this.#removed.get(key);
    if (removed === undefined) this.#removed.set(key, new Set([punch]));
    else removed.add(punch);
  }
}

/** A missed punch has the time it was expected at. */
export function expectedTimeOf(row: CheckinRow): number | undefined {
  if (row.sch_checkin_time !== undefined && row.sch_checkin_time > 0) return row.sch_checkin_time;
  return wasMissed(row) ? row.checkin_time : undefined;
}

/** Whether a generated punch has given way to a posted one, or was cleared or corrected. */
function takenFrom(
  posted: readonly CheckinRow[],
  removed: ReadonlySet<string> | undefined,
): (row: CheckinRow) => boolean {
  if (posted.length === 0 && removed === undefined) return () => false;
  const taken = new Set(removed);
  for (const row of posted) taken.add(punchKey(row.checkin_type, row.checkin_time));
  return (row) =>
    taken.has(punchKey(row.checkin_type, row.checkin_time)) || taken.has(punchKey('*', row.checkin_time));
}

function isMeant(
  corp: Corp,
  member: Member,
  firstUserid: string,
  { generation: { departments }, userids }: GeneratedCheckins,
): boolean {
  if (departments === undefined && userids === undefined) return true;
  if (userids?.has(firstUserid) === true) return true;
  if (departments === undefined) return false;
  return member.department.some((id) => {
    for (const up of corp.directory.ancestry(id)) if (departments.includes(up)) return true;
    return false;
  });
}

function identityOf(row: CheckinRow): string {
  return `${row.checkin_type}|${row.checkin_time}|${row.timeline_id}|${row.groupid}`;
}

function punchKey(type: string, time: number): string {
  return `${type}|${time}`;
}
