import type { Fields } from '../endpoints/endpoint';
import { optionalInteger, optionalIntegers } from '../endpoints/params';
import { Rejection } from '../errors';
import type { Settings } from '../settings';
import { ROOT_DEPARTMENT_ID } from '../state/directory';
import type { Department, Directory, Member } from '../state/directory';
import { assertRoomForDepartment, assertRoomForMember } from './department-rules';

const WAITING_ROOM = '其他（待设置部门）';

export type Placement = Pick<Member, 'department' | 'order' | 'is_leader_in_dept' | 'main_department'>;

/** The departments to make before the member can be placed: names under WeCom's waiting room. */
export type PlannedPlacement = {
  /** A number is a department that exists, a string one to be made. */
  readonly departments: readonly (number | string)[];
  readonly needsWaitingRoom: boolean;
  readonly body: Fields;
};

/** Judges the departments of a new member without changing anything, so that a later refusal leaves no trace. */
export function planPlacement(directory: Directory, body: Fields, settings: Settings): PlannedPlacement {
  const wanted = optionalIntegers(body, 'department', 40066);
  assertDepartmentList(wanted ?? [], settings);
  if (settings.variants.departmentOnCreate === 'required') {
    if (wanted === undefined) throw new Rejection(41019);
    if (wanted.length === 0) throw new Rejection(60127);
    for (const id of wanted) if (!directory.departments.has(id)) throw new Rejection(60123);
  }
  const inWaitingRoom =
    wanted === undefined || wanted.length === 0 || (wanted.length === 1 && wanted[0] === 0);
  const departments = inWaitingRoom
    ? []
    : wanted.map((id) => (directory.departments.has(id) ? id : unknownDepartmentName(id)));
  for (const id of departments) if (typeof id === 'number') assertRoomForMember(directory, id);
  assertCounts(body, Math.max(1, departments.length));
  assertMain(body, wanted ?? []);
  const needsWaitingRoom = inWaitingRoom || departments.some((one) => typeof one === 'string');
  if (needsWaitingRoom) assertRoomForDepartment(directory);
  return { departments, needsWaitingRoom, body };
}

export function carryOutPlacement(
  directory: Directory,
  plan: PlannedPlacement,
): { placement: Placement; created: Department[] } {
  const created: Department[] = [];
  const departmentUnder = (name: string, parentid: number): number => {
    const existing = directory.departmentNamed(name, parentid);
    if (existing !== undefined) return existing;
    const department: Department = {
      id: directory.freeDepartmentId(),
      name,
      name_en: '',
      parentid,
      order: 0,
    };
    directory.addDepartment(department);
    created.push(department);
    return department.id;
  };
  let department: number[];
  if (plan.needsWaitingRoom) {
    const waitingRoom = departmentUnder(WAITING_ROOM, ROOT_DEPARTMENT_ID);
    department = plan.departments.map((one) =>
      typeof one === 'number' ? one : departmentUnder(one, waitingRoom),
    );
    if (department.length === 0) department = [waitingRoom];
  } else {
    department = plan.departments as number[];
  }
  return { placement: placementIn(department, plan.body, department[0] as number), created };
}

/** An update's departments must exist; order counts only together with them. */
export function readNewPlacement(
  directory: Directory,
  body: Fields,
  settings: Settings,
  member: Member,
): Partial<Placement> {
  const wanted = optionalIntegers(body, 'department', 40066);
  if (wanted === undefined) {
    const leaders = optionalIntegers(body, 'is_leader_in_dept');
    if (leaders !== undefined && leaders.length !== member.department.length) throw new Rejection(60132);
    assertMain(body, member.department);
    const main = optionalInteger(body, 'main_department');
    return {
      ...(leaders === undefined ? {} : { is_leader_in_dept: leaders }),
      ...(main === undefined ? {} : { main_department: main }),
    };
  }
  if (wanted.length === 0) throw new Rejection(40066);
  assertDepartmentList(wanted, settings);
  for (const id of wanted) {
    if (!directory.departments.has(id)) throw new Rejection(60123);
    if (!member.department.includes(id)) assertRoomForMember(directory, id);
  }
  assertCounts(body, wanted.length);
  assertMain(body, wanted);
  const main = wanted.includes(member.main_department) ? member.main_department : (wanted[0] as number);
  return placementIn(wanted, body, main);
}

function placementIn(department: number[], body: Fields, fallbackMain: number): Placement {
  const main = optionalInteger(body, 'main_department');
  return {
    department,
    order: optionalIntegers(body, 'order') ?? department.map(() => 0),
    is_leader_in_dept: optionalIntegers(body, 'is_leader_in_dept') ?? department.map(() => 0),
    main_department: main !== undefined && department.includes(main) ? main : fallbackMain,
  };
}

function assertDepartmentList(ids: readonly number[], settings: Settings): void {
  if (ids.length > settings.variants.departmentsPerMember) throw new Rejection(60110);
  if (new Set(ids).size !== ids.length) throw new Rejection(40066, 'department given twice');
  if (ids.some((id) => id < 0)) throw new Rejection(60123);
}

function assertCounts(body: Fields, count: number): void {
  const order = optionalIntegers(body, 'order');
  if (order !== undefined && order.length !== count)
    throw new Rejection(40058, 'order and department count mismatch');
  if (order?.some((one) => one < 0 || one >= 2 ** 32)) throw new Rejection(40058, 'order out of range');
  const leaders = optionalIntegers(body, 'is_leader_in_dept');
  if (leaders !== undefined && leaders.length !== count) throw new Rejection(60132);
  if (leaders?.some((one) => one !== 0 && one !== 1))
    throw new Rejection(40058, 'is_leader_in_dept must be 0 or 1');
}

function assertMain(body: Fields, departments: readonly number[]): void {
  const main = optionalInteger(body, 'main_department');
  if (main !== undefined && !departments.includes(main)) throw new Rejection(60123, 'main_department');
}

function unknownDepartmentName(id: number): string {
  return String(id);
}
