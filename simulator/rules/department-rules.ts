import { byteCount, charCount } from '../endpoints/params';
import { Rejection } from '../errors';
import type { Settings } from '../settings';
import { ROOT_DEPARTMENT_ID } from '../state/directory';
import type { Department, Directory } from '../state/directory';

const MAX_LEVELS = 15;
const MAX_DEPARTMENTS = 30_000;
const MAX_NODES = 30_000;
const MAX_DEPARTMENT_ID = 2 ** 31 - 1;

export function assertDepartmentName(name: string, settings: Settings): void {
  const tooLong = {
    '64-chars': charCount(name) > 64,
    '32-chars': charCount(name) > 32,
    '64-bytes': byteCount(name) > 64,
  }[settings.variants.departmentName];
  if (name.trim() === '' || tooLong) throw new Rejection(60001);
  if (/[\\:*?"<>|｜]/.test(name)) throw new Rejection(60009);
}

export function assertNameIsFree(
  directory: Directory,
  name: string,
  parentid: number,
  self?: Department,
): void {
  const holder = directory.departmentNamed(name, parentid);
  if (holder !== undefined && holder !== self?.id) throw new Rejection(60008);
}

export function assertDepartmentIdIsFree(directory: Directory, id: number): void {
  if (id <= ROOT_DEPARTMENT_ID || id > MAX_DEPARTMENT_ID) throw new Rejection(60123);
  if (directory.departments.has(id)) throw new Rejection(60008);
}

/** `levels` is the height of what is put under the parent. */
export function assertRoomUnder(directory: Directory, parentid: number, levels: number): void {
  if (directory.levelOf(parentid) + levels > MAX_LEVELS) throw new Rejection(81002);
  const nodes = directory.childrenOf(parentid).size + directory.membersIn(parentid).size;
  if (nodes >= MAX_NODES) throw new Rejection(81001);
}

export function assertRoomForDepartment(directory: Directory): void {
  if (directory.departments.size >= MAX_DEPARTMENTS) throw new Rejection(81001, 'departments of the corp');
}

export function assertRoomForMember(directory: Directory, departmentId: number): void {
  const nodes = directory.childrenOf(departmentId).size + directory.membersIn(departmentId).size;
  if (nodes >= MAX_NODES) throw new Rejection(81001);
}

export function assertNoCycle(directory: Directory, department: Department, parentid: number): void {
  if (department.id === ROOT_DEPARTMENT_ID) throw new Rejection(60010);
  for (const id of directory.ancestry(parentid)) if (id === department.id) throw new Rejection(60010);
}
