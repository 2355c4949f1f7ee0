import { useQueryClient } from '@tanstack/react-query';
import { TreeSelect } from 'antd';
import { useState } from 'react';
import { type TreeItem, treeQuery, type TreeSide } from '../api/push';
import { useLanguage } from '../language/use-language';

interface BranchPickerProps {
  readonly runId: string;
  readonly chosen: string | undefined;
  readonly onChoose: (department: string | undefined) => void;
}

interface Node {
  readonly value: string;
  readonly title: string;
  readonly isLeaf: boolean;
  readonly selectable: boolean;
  readonly side: TreeSide;
  readonly parent: string | undefined;
  readonly children?: Node[];
}

const sides: readonly TreeSide[] = ['oa', 'wecom'];

/** As the list of changes names a department: an OA key, or WeCom's number alone. */
export function departmentOfKey(key: string): string {
  return key.replace(/^#/, '');
}

/** Both trees in one box; a branch is read when it is opened. */
export function BranchPicker({ runId, chosen, onChoose }: BranchPickerProps) {
  const { t } = useLanguage();
  const client = useQueryClient();
  const [children, setChildren] = useState<ReadonlyMap<string, readonly TreeItem[]>>(new Map());

  function below(side: TreeSide, value: string): Node[] | undefined {
    return children.get(value)?.map((item): Node => {
      const key = departmentOfKey(item.key);
      const inner = below(side, key);
      return {
        value: key,
        title: item.name ?? t('department.unnamed', { id: key }),
        isLeaf: !item.hasChildren,
        selectable: true,
        side,
        parent: item.key,
        ...(inner === undefined ? {} : { children: inner }),
      };
    });
  }

  const tree = sides.map((side): Node => {
    const inner = below(side, side);
    return {
      value: side,
      title: t(`plan.tree.${side}`),
      isLeaf: false,
      selectable: false,
      side,
      parent: undefined,
      ...(inner === undefined ? {} : { children: inner }),
    };
  });

  async function read({ value, side, parent }: Pick<Node, 'value' | 'side' | 'parent'>): Promise<void> {
    const items = await client.ensureQueryData(treeQuery(runId, side, parent));
    setChildren((before) => new Map(before).set(value, items));
  }

  // Opened elsewhere on the page, in the trees: their names are known without another reading.
  const named = client
    .getQueriesData<readonly TreeItem[]>({ queryKey: ['runs', 'plan', runId, 'tree'] })
    .flatMap(([, items]) => items ?? [])
    .find(({ key }) => departmentOfKey(key) === chosen);

  return (
    <TreeSelect<{ readonly value: string; readonly label: string } | undefined, Node>
      labelInValue
      allowClear
      aria-label={t('plan.filter.department')}
      placeholder={t('plan.filter.department')}
      value={
        chosen === undefined
          ? undefined
          : { value: chosen, label: named?.name ?? t('plan.department.key', { key: chosen }) }
      }
      onChange={(picked) => onChoose(picked?.value)}
      treeData={tree}
      loadData={(node) => read(node as unknown as Node)}
      treeDefaultExpandedKeys={[...sides]}
      popupMatchSelectWidth={false}
      styles={{ popup: { root: { minWidth: 260, maxHeight: 480 } } }}
    />
  );
}
