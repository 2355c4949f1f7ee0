import { z } from 'zod';
import type { ApiCaller } from '../api-request';
import type { CallOptions } from '../connection';
import { WecomDataError } from '../errors';
import { checkDepartmentName } from '../fields';
import { acknowledged, looseNumber, looseString, stringList, wholeNumber } from './answer-fields';

export type DepartmentNode = { readonly id: number; readonly parentId: number; readonly order: number };

export type Department = DepartmentNode & {
  /** Absent where the caller may not read it. */
  readonly name?: string;
  readonly nameEn?: string;
  readonly leaders: readonly string[];
};

export type NewDepartment = {
  readonly name: string;
  readonly parentId: number;
  readonly nameEn?: string;
  readonly order?: number;
  /** WeCom chooses one when absent. */
  readonly id?: number;
};

export type DepartmentChange = {
  readonly id: number;
  readonly name?: string;
  readonly nameEn?: string;
  readonly parentId?: number;
  readonly order?: number;
};

const node = z
  .object({ id: wholeNumber, parentid: looseNumber, order: looseNumber })
  .transform((row): DepartmentNode => ({ id: row.id, parentId: row.parentid ?? 0, order: row.order ?? 0 }));

const department = z
  .object({
    id: wholeNumber,
    name: looseString,
    name_en: looseString,
    parentid: looseNumber,
    order: looseNumber,
    department_leader: stringList.catch([]),
  })
  .transform((row): Department => ({
    id: row.id,
    parentId: row.parentid ?? 0,
    order: row.order ?? 0,
    leaders: row.department_leader,
    ...(row.name ? { name: row.name } : {}),
    ...(row.name_en ? { nameEn: row.name_en } : {}),
  }));

const departmentList = z.object({ department: z.array(department) });
const nodeList = z.object({ department_id: z.array(node) });
const oneDepartment = z.object({ department });
const createdDepartment = z.object({ id: wholeNumber });

export function departmentEndpoints(api: ApiCaller) {
  return {
    /** The department and everything below it; without id everything the credential may see. */
    async list({ id }: { readonly id?: number } = {}, call?: CallOptions): Promise<Department[]> {
      const { department: departments } = await api.call(
        { path: 'department/list', method: 'GET', query: { id }, writes: false, answer: departmentList },
        call,
      );
      return departments;
    },

    /** Ids and places only, no names: all the contacts secret may read today. */
    async simpleList({ id }: { readonly id?: number } = {}, call?: CallOptions): Promise<DepartmentNode[]> {
      const { department_id: nodes } = await api.call(
        { path: 'department/simplelist', method: 'GET', query: { id }, writes: false, answer: nodeList },
        call,
      );
      return nodes;
    },

    async get({ id }: { readonly id: number }, call?: CallOptions): Promise<Department> {
      const { department: found } = await api.call(
        {
          path: 'department/get',
          method: 'GET',
          query: { id },
          writes: false,
          answer: oneDepartment,
        },
        call,
      );
      return found;
    },

    async create(input: NewDepartment, call?: CallOptions): Promise<{ readonly id: number }> {
      refuseWrongName('department/create', input.name);
      const { id } = await api.call(
        {
          path: 'department/create',
          method: 'POST',
          body: departmentBody(input),
          writes: true,
          answer: createdDepartment,
        },
        call,
      );
      return { id };
    },

    async update(change: DepartmentChange, call?: CallOptions): Promise<void> {
      if (change.name !== undefined) refuseWrongName('department/update', change.name);
      await api.call(
        {
          path: 'department/update',
          method: 'POST',
          body: departmentBody(change),
          writes: true,
          answer: acknowledged,
        },
        call,
      );
    },

    /** Only an empty department can be deleted; the root never. */
    async delete({ id }: { readonly id: number }, call?: CallOptions): Promise<void> {
      await api.call(
        { path: 'department/delete', method: 'GET', query: { id }, writes: true, answer: acknowledged },
        call,
      );
    },
  };
}

export type DepartmentEndpoints = ReturnType<typeof departmentEndpoints>;

function departmentBody({ id, name, nameEn, parentId, order }: DepartmentChange | NewDepartment) {
  return { id, name, name_en: nameEn, parentid: parentId, order };
}

/** What WeCom would refuse is not sent: the answer is known, and it is the same one. */
function refuseWrongName(path: string, name: string): void {
  const problem = checkDepartmentName(name);
  if (problem === undefined) return;
  const errcode = problem.kind === 'malformed' ? 60009 : 60001;
  throw new WecomDataError({ path, errcode, errmsg: 'refused before sending: name' });
}
