import { Rejection } from '../errors';
import {
  assertDepartmentIdIsFree,
  assertDepartmentName,
  assertNameIsFree,
  assertNoCycle,
  assertRoomForDepartment,
  assertRoomUnder,
} from '../rules/department-rules';
import { callerSeesDepartment, visibleTops } from '../state/corp';
import { ROOT_DEPARTMENT_ID } from '../state/directory';
import type { Department } from '../state/directory';
import type { Call, Endpoint } from './endpoint';
import { optionalInteger, optionalOrder, optionalText, queryInteger } from './params';

export const departmentEndpoints: readonly Endpoint[] = [
  {
    path: 'department/create',
    access: 'contacts-write',
    writes: true,
    handle(call) {
      const { directory } = call.corp;
      const { settings } = call.world;
      const name = optionalText(call.body, 'name', 60001) ?? '';
      const nameEn = optionalText(call.body, 'name_en') ?? '';
      assertDepartmentName(name, settings);
      if (nameEn !== '') assertDepartmentName(nameEn, settings);
      const parentid = optionalInteger(call.body, 'parentid', 60124);
      if (parentid === undefined || parentid < 1) throw new Rejection(60124);
      if (!directory.departments.has(parentid)) throw new Rejection(60004);
      const order = optionalOrder(call.body, 'order') ?? 0;
      // 0 is what SDKs send for "choose one for me".
      const wanted = optionalInteger(call.body, 'id', 60123) || undefined;
      if (wanted !== undefined) assertDepartmentIdIsFree(directory, wanted);
      assertNameIsFree(directory, name, parentid);
      assertRoomForDepartment(directory);
      assertRoomUnder(directory, parentid, 1);
      const id = wanted ?? directory.freeDepartmentId();
      const department: Department = { id, name, name_en: nameEn, parentid, order };
      directory.addDepartment(department);
      call.changes.record({ kind: 'create_party', department: { ...department } });
      return { errmsg: 'created', id };
    },
  },
  {
    path: 'department/update',
    access: 'contacts-write',
    writes: true,
    handle(call) {
      const { directory } = call.corp;
      const { settings } = call.world;
      const id = optionalInteger(call.body, 'id', 60123);
      if (id === undefined) throw new Rejection(60123);
      const department = directory.departments.get(id);
      if (department === undefined) throw new Rejection(60003);
      const name = optionalText(call.body, 'name', 60001) ?? department.name;
      const nameEn = optionalText(call.body, 'name_en') ?? department.name_en;
      if (name !== department.name) assertDepartmentName(name, settings);
      if (nameEn !== '' && nameEn !== department.name_en) assertDepartmentName(nameEn, settings);
      const parentid = optionalInteger(call.body, 'parentid', 60124) ?? department.parentid;
      const order = optionalOrder(call.body, 'order') ?? department.order;
      const moves = parentid !== department.parentid;
      if (moves) {
        if (parentid < 1) throw new Rejection(60124);
        if (!directory.departments.has(parentid)) throw new Rejection(60004);
        assertNoCycle(directory, department, parentid);
        assertRoomUnder(directory, parentid, directory.heightOf(id));
      }
      assertNameIsFree(directory, name, parentid, department);
      if (moves) {
        call.changes.watch(() => directory.subtree(id).flatMap((below) => [...directory.membersIn(below)]));
      }
      const before = { ...department };
      directory.changeDepartment(department, { name, name_en: nameEn, parentid, order });
      call.changes.record({ kind: 'update_party', before, after: { ...department } });
      return { errmsg: 'updated' };
    },
  },
  {
    path: 'department/delete',
    access: 'contacts-write',
    writes: true,
    handle(call) {
      const { corp } = call;
      const { directory } = corp;
      const id = queryInteger(call.query, 'id', 60123);
      if (id === undefined) throw new Rejection(60123);
      if (id === ROOT_DEPARTMENT_ID) throw new Rejection(60007);
      const department = directory.departments.get(id);
      if (department === undefined) throw new Rejection(60003);
      if (directory.membersIn(id).size > 0) throw new Rejection(60005);
      if (directory.childrenOf(id).size > 0) throw new Rejection(60006);
      directory.removeDepartment(department);
      for (const app of corp.apps.values()) {
        app.visibleDepartments = app.visibleDepartments.filter((visible) => visible !== id);
      }
      for (const tag of corp.tags.values()) tag.parties.delete(id);
      call.changes.record({ kind: 'delete_party', id });
      return { errmsg: 'deleted' };
    },
  },
  {
    path: 'department/list',
    access: 'details',
    defaults: { department: [] },
    handle: (call) => ({ department: askedDepartments(call).map((one) => departmentView(call, one)) }),
  },
  {
    path: 'department/simplelist',
    access: 'ids',
    defaults: { department_id: [] },
    handle: (call) => ({
      department_id: askedDepartments(call).map(({ id, parentid, order }) => ({ id, parentid, order })),
    }),
  },
  {
    path: 'department/get',
    access: 'details',
    handle(call) {
      const id = queryInteger(call.query, 'id', 60123);
      if (id === undefined) throw new Rejection(60123);
      return { department: departmentView(call, visibleDepartment(call, id, 60123)) };
    },
  },
];

/** The named department and all below it; without a name everything in the caller's range. */
function askedDepartments(call: Call): Department[] {
  const { directory } = call.corp;
  const id = queryInteger(call.query, 'id', 60123);
  const tops =
    id === undefined
      ? visibleTops(call.caller, [ROOT_DEPARTMENT_ID])
      : [visibleDepartment(call, id, 60123).id];
  const ids = new Set(tops.flatMap((top) => (directory.departments.has(top) ? directory.subtree(top) : [])));
  return [...ids].map((one) => directory.departments.get(one) as Department);
}

export function visibleDepartment(call: Call, id: number, unknownErrcode: number): Department {
  const department = call.corp.directory.departments.get(id);
  if (department === undefined) throw new Rejection(unknownErrcode);
  if (!callerSeesDepartment(call.corp, call.caller, department)) throw new Rejection(60011);
  return department;
}

function departmentView(
  call: Call,
  { id, name, name_en, parentid, order }: Department,
): Record<string, unknown> {
  return { id, name, name_en, department_leader: call.corp.directory.leadersOf(id), parentid, order };
}
