import { Empty, Input, Tree, TreeSelect } from 'antd';
import { useMemo, useState } from 'react';
import type { Department } from '../api/members';
import { useLanguage } from '../language/use-language';
import { type DepartmentNode, departmentTree, matchingBranches } from './department-tree';

interface DepartmentPickerProps {
  readonly departments: readonly Department[];
  readonly chosen: number | undefined;
  readonly onChoose: (departmentId: number | undefined) => void;
}

interface TreeItem {
  readonly key: number;
  readonly value: number;
  readonly title: React.ReactNode;
  readonly search: string;
  readonly children: TreeItem[];
}

const treeHeightPx = 560;
/** Small trees are seen whole at once; in large ones only the first level. */
const expandAllUpTo = 60;

interface DepartmentWords {
  readonly titleOf: (department: Department) => string;
  readonly directOf: (department: Department) => string;
}

function useDepartmentWords(): DepartmentWords {
  const { t, number } = useLanguage();
  return {
    titleOf: ({ name, departmentId }) => name ?? t('department.unnamed', { id: departmentId }),
    directOf: ({ members }) => t('department.direct', { count: number(members) }),
  };
}

/** Beside the table, where there is room for it. */
export function DepartmentTree({ departments, chosen, onChoose }: DepartmentPickerProps) {
  const { t } = useLanguage();
  const words = useDepartmentWords();
  const [wanted, setWanted] = useState('');
  const tree = useMemo(() => departmentTree(departments), [departments]);
  const shown = matchingBranches(tree, wanted, words.titleOf);
  const expandAll = wanted.trim() !== '' || departments.length <= expandAllUpTo;
  return (
    <div className="stack" style={{ gap: 8 }}>
      <Input
        allowClear
        placeholder={t('department.filter')}
        aria-label={t('department.filter')}
        value={wanted}
        onChange={({ target }) => setWanted(target.value)}
      />
      {shown.length === 0 ? (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('department.none')} />
      ) : (
        <Tree<TreeItem>
          // What is expanded at first depends on the filter, and the component reads it only once.
          key={expandAll ? wanted : 'all'}
          aria-label={t('department.tree')}
          treeData={shown.map((node) => treeItem(node, words))}
          {...(expandAll ? { defaultExpandAll: true } : { defaultExpandedKeys: shown.map(keyOf) })}
          selectedKeys={chosen === undefined ? [] : [chosen]}
          onSelect={([key]) => onChoose(typeof key === 'number' ? key : undefined)}
          height={treeHeightPx}
          blockNode
        />
      )}
    </div>
  );
}

/** The same choice in one line. */
export function DepartmentSelect({ departments, chosen, onChoose }: DepartmentPickerProps) {
  const { t } = useLanguage();
  const words = useDepartmentWords();
  const tree = useMemo(() => departmentTree(departments), [departments]);
  return (
    <TreeSelect<number | undefined, TreeItem>
      className="members-department"
      allowClear
      showSearch={{ treeNodeFilterProp: 'search' }}
      aria-label={t('department.tree')}
      placeholder={t('department.all')}
      value={chosen}
      onChange={(value) => onChoose(value)}
      treeData={tree.map((node) => treeItem(node, words))}
      treeDefaultExpandedKeys={tree.map(keyOf)}
      popupMatchSelectWidth={false}
    />
  );
}

const keyOf = ({ department }: DepartmentNode): number => department.departmentId;

function treeItem(node: DepartmentNode, words: DepartmentWords): TreeItem {
  const { titleOf, directOf } = words;
  const title = titleOf(node.department);
  const gone = node.department.goneAt !== null;
  return {
    key: node.department.departmentId,
    value: node.department.departmentId,
    search: title,
    title: (
      <span className="tree-title">
        <span title={title} style={gone ? { textDecoration: 'line-through' } : undefined}>
          {title}
        </span>
        {/* Direct ones: whoever is in two departments would count twice in a sum over the branch. */}
        <span className="quiet small" title={directOf(node.department)}>
          {node.department.members}
        </span>
      </span>
    ),
    children: node.children.map((child) => treeItem(child, words)),
  };
}
