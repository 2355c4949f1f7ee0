import { ApartmentOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { TreeSelect } from 'antd';
import { useMemo } from 'react';
import { oaNodesQuery } from '../api/oa';
import { useLanguage } from '../language/use-language';
import { FailureNotice } from '../parts/failure-notice';
import { type OaBranch, oaPaths, oaTree } from '../oa/oa-tree';
import type { InputProps } from './setting-fields';

export interface ChosenNodes {
  readonly subcompanies: readonly string[];
  readonly departments: readonly string[];
}

interface TreeItem {
  readonly key: string;
  readonly value: string;
  readonly title: React.ReactNode;
  readonly search: string;
  readonly disableCheckbox: boolean;
  readonly children: TreeItem[];
}

const expandAllUpTo = 40;

const keysOf = ({ subcompanies, departments }: ChosenNodes): readonly string[] => [
  ...subcompanies.map((id) => `subcompany:${id}`),
  ...departments.map((id) => `department:${id}`),
];

/** Subcompanies and departments in one tree: a chosen one covers everything below it. */
export function OaScopePicker({ id, value, onChange }: InputProps<ChosenNodes>) {
  const { t } = useLanguage();
  const nodes = useQuery(oaNodesQuery);
  const tree = useMemo(() => oaTree(nodes.data ?? []), [nodes.data]);
  const paths = useMemo(() => oaPaths(tree), [tree]);
  const chosen = new Set(value === undefined ? [] : keysOf(value));
  if (nodes.error !== null && nodes.data === undefined) {
    return <FailureNotice error={nodes.error} onRetry={() => void nodes.refetch()} />;
  }

  const item =
    (covered: boolean) =>
    ({ key, node, children }: OaBranch): TreeItem => ({
      key,
      value: key,
      search: node.name,
      disableCheckbox: covered,
      title: (
        <span className="pick-title">
          {node.kind === 'subcompany' && <ApartmentOutlined title={t('set.scope.subcompany')} />}
          <span>{node.name}</span>
          {covered && <span className="quiet small">{t('set.scope.covered')}</span>}
        </span>
      ),
      children: children.map(item(covered || chosen.has(key))),
    });

  return (
    <TreeSelect<readonly { readonly value: string; readonly label: React.ReactNode }[], TreeItem>
      {...(id === undefined ? {} : { id })}
      treeCheckable
      treeCheckStrictly
      allowClear
      showSearch={{ treeNodeFilterProp: 'search' }}
      loading={nodes.isPending}
      placeholder={t('set.scope.all')}
      notFoundContent={t('set.scope.empty')}
      treeData={tree.map(item(false))}
      {...((nodes.data?.length ?? 0) <= expandAllUpTo
        ? { treeDefaultExpandAll: true }
        : { treeDefaultExpandedKeys: tree.map(({ key }) => key) })}
      value={[...chosen].map((key) => ({
        value: key,
        label: paths.get(key)?.at(-1) ?? t('set.scope.gone', { id: key.slice(key.indexOf(':') + 1) }),
      }))}
      onChange={(entries) =>
        onChange?.(
          chosenNodes(
            entries.map((entry) => entry.value),
            tree,
          ),
        )
      }
      listHeight={360}
    />
  );
}

/** What lies below another chosen one need not be named. */
function chosenNodes(keys: readonly string[], tree: readonly OaBranch[]): ChosenNodes {
  const picked = new Set(keys);
  const drop = (branches: readonly OaBranch[], covered: boolean): void => {
    for (const { key, children } of branches) {
      if (covered) picked.delete(key);
      drop(children, covered || picked.has(key));
    }
  };
  drop(tree, false);
  const ids = (kind: string) =>
    [...picked].filter((key) => key.startsWith(`${kind}:`)).map((key) => key.slice(kind.length + 1));
  return { subcompanies: ids('subcompany'), departments: ids('department') };
}
