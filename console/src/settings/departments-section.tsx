import { useQuery } from '@tanstack/react-query';
import { Alert, Form, TreeSelect } from 'antd';
import { useMemo } from 'react';
import { type Department, departmentsQuery } from '../api/members';
import { useLanguage } from '../language/use-language';
import { type DepartmentNode, departmentTree } from '../members/department-tree';
import { DepartmentsExample } from './departments-example';
import { Section } from './section';
import { CustomField, type InputProps, nameOf, SwitchField } from './setting-fields';

export function DepartmentsSection({ corpId }: { readonly corpId: string }) {
  const { t } = useLanguage();
  const top = Form.useWatch<number | null | undefined>(nameOf('push.topDepartmentId'));
  const departments = useQuery(departmentsQuery(corpId));
  const root = departments.data?.find(({ parentId }) => parentId === 0)?.name;
  return (
    <Section name="departments">
      <CustomField path="push.topDepartmentId">
        <WecomDepartmentPicker departments={departments.data ?? []} loading={departments.isPending} />
      </CustomField>
      {top === null && (
        <Alert
          type="info"
          showIcon
          className="set-consequence"
          title={
            root === undefined || root === null
              ? t('set.push.topDepartmentId.root-unread')
              : t('set.push.topDepartmentId.root', { name: root })
          }
        />
      )}
      <SwitchField path="push.includePartTimeDepartments" />
      <SwitchField path="push.departmentsFullyFromOa" />
      <DepartmentsExample />
    </Section>
  );
}

interface WecomDepartmentPickerProps extends InputProps<number | null> {
  readonly departments: readonly Department[];
  readonly loading: boolean;
}

interface TreeItem {
  readonly key: number;
  readonly value: number;
  readonly title: string;
  readonly children: TreeItem[];
}

function WecomDepartmentPicker({ id, value, onChange, departments, loading }: WecomDepartmentPickerProps) {
  const { t } = useLanguage();
  const tree = useMemo(
    () => departmentTree(departments.filter(({ goneAt }) => goneAt === null)),
    [departments],
  );
  const item = ({ department: { departmentId, name }, children }: DepartmentNode): TreeItem => ({
    key: departmentId,
    value: departmentId,
    title: name ?? t('department.unnamed', { id: departmentId }),
    children: children.map(item),
  });
  return (
    <TreeSelect<number | undefined, TreeItem>
      {...(id === undefined ? {} : { id })}
      allowClear
      showSearch={{ treeNodeFilterProp: 'title' }}
      loading={loading}
      placeholder={t('set.push.topDepartmentId.none')}
      treeData={tree.map(item)}
      treeDefaultExpandedKeys={tree.map(({ department }) => department.departmentId)}
      value={value ?? undefined}
      onChange={(departmentId) => onChange?.(departmentId ?? null)}
    />
  );
}
