import { useQuery } from '@tanstack/react-query';
import { TreeSelect } from 'antd';
import { useMemo } from 'react';
import { departmentsQuery } from '../api/members';
import { useLanguage } from '../language/use-language';
import { type DepartmentNode, departmentTree } from '../members/department-tree';
import type { InputProps } from '../settings/setting-fields';

interface TreeItem {
  readonly key: number;
  readonly value: number;
  readonly title: string;
  readonly disableCheckbox: boolean;
  readonly children: TreeItem[];
}

const expandAllUpTo = 40;

interface DepartmentInputProps extends InputProps<readonly number[]> {
  readonly corpId: string;
}

/** WeCom's departments; a chosen one covers those below it. */
export function DepartmentInput({ id, value = [], onChange, corpId }: DepartmentInputProps) {
  const { t } = useLanguage();
  const departments = useQuery(departmentsQuery(corpId));
  const known = useMemo(
    () =>
      (departments.data ?? []).filter(
        ({ goneAt, departmentId }) => goneAt === null || value.includes(departmentId),
      ),
    [departments.data, value],
  );
  const tree = useMemo(() => departmentTree(known), [known]);
  const titleOf = (departmentId: number) =>
    known.find((one) => one.departmentId === departmentId)?.name ??
    t('department.unnamed', { id: departmentId });

  const item =
    (covered: boolean) =>
    ({ department: { departmentId }, children }: DepartmentNode): TreeItem => ({
      key: departmentId,
      value: departmentId,
      title: titleOf(departmentId),
      disableCheckbox: covered,
      children: children.map(item(covered || value.includes(departmentId))),
    });

  return (
    <TreeSelect<readonly { readonly value: number; readonly label: React.ReactNode }[], TreeItem>
      {...(id === undefined ? {} : { id })}
      treeCheckable
      treeCheckStrictly
      allowClear
      showSearch={{ treeNodeFilterProp: 'title' }}
      loading={departments.isPending}
      placeholder={t('att.scope.departments.choose')}
      treeData={tree.map(item(false))}
      {...(known.length <= expandAllUpTo
        ? { treeDefaultExpandAll: true }
        : { treeDefaultExpandedKeys: tree.map(({ department }) => department.departmentId) })}
      value={value.map((one) => ({ value: one, label: titleOf(one) }))}
      onChange={(entries) =>
        onChange?.(
          withoutCovered(
            entries.map((entry) => entry.value),
            tree,
          ),
        )
      }
      listHeight={320}
    />
  );
}

/** What lies below another chosen one need not be named. */
function withoutCovered(ids: readonly number[], tree: readonly DepartmentNode[]): readonly number[] {
  const picked = new Set(ids);
  const drop = (nodes: readonly DepartmentNode[], covered: boolean): void => {
    for (const { department, children } of nodes) {
      if (covered) picked.delete(department.departmentId);
      drop(children, covered || picked.has(department.departmentId));
    }
  };
  drop(tree, false);
  return [...picked];
}
