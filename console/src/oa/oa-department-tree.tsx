import { ApartmentOutlined } from '@ant-design/icons';
import { Empty, Input, Tree, TreeSelect } from 'antd';
import { useState } from 'react';
import { useLanguage } from '../language/use-language';
import { matchingOaBranches, type OaBranch } from './oa-tree';

interface OaDepartmentTreeProps {
  readonly tree: readonly OaBranch[];
  readonly size: number;
  readonly chosen: string | undefined;
  readonly onChoose: (key: string | undefined) => void;
}

interface TreeItem {
  readonly key: string;
  readonly value: string;
  readonly search: string;
  readonly title: React.ReactNode;
  readonly children: TreeItem[];
}

const treeHeightPx = 560;
/** Small trees are seen whole at once; in large ones only the first level. */
const expandAllUpTo = 60;

function useItems(): (branch: OaBranch) => TreeItem {
  const { t } = useLanguage();
  const item = ({ key, node, children }: OaBranch): TreeItem => ({
    key,
    value: key,
    search: node.name,
    title: (
      <span className="oa-tree-title" title={node.name}>
        {node.kind === 'subcompany' && <ApartmentOutlined title={t('set.scope.subcompany')} />}
        <span>{node.name}</span>
      </span>
    ),
    children: children.map(item),
  });
  return item;
}

/** Beside the people, where there is room for it. */
export function OaDepartmentTree({ tree, size, chosen, onChoose }: OaDepartmentTreeProps) {
  const { t } = useLanguage();
  const item = useItems();
  const [wanted, setWanted] = useState('');
  const shown = matchingOaBranches(tree, wanted);
  const expandAll = wanted.trim() !== '' || size <= expandAllUpTo;
  return (
    <div className="stack" style={{ gap: 8 }}>
      <Input
        allowClear
        placeholder={t('oa.tree.filter')}
        aria-label={t('oa.tree.filter')}
        value={wanted}
        onChange={({ target }) => setWanted(target.value)}
      />
      {shown.length === 0 ? (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('oa.tree.none')} />
      ) : (
        <Tree<TreeItem>
          // What is expanded at first depends on the filter, and the component reads it only once.
          key={expandAll ? wanted : 'all'}
          aria-label={t('oa.tree')}
          treeData={shown.map(item)}
          {...(expandAll ? { defaultExpandAll: true } : { defaultExpandedKeys: shown.map(({ key }) => key) })}
          selectedKeys={chosen === undefined ? [] : [chosen]}
          onSelect={([key]) => onChoose(typeof key === 'string' ? key : undefined)}
          height={treeHeightPx}
          blockNode
        />
      )}
    </div>
  );
}

/** The same choice in one line. */
export function OaDepartmentSelect({ tree, chosen, onChoose }: OaDepartmentTreeProps) {
  const { t } = useLanguage();
  const item = useItems();
  return (
    <TreeSelect<string | undefined, TreeItem>
      className="members-department"
      allowClear
      showSearch={{ treeNodeFilterProp: 'search' }}
      aria-label={t('oa.tree')}
      placeholder={t('oa.tree.all')}
      value={chosen}
      onChange={(key) => onChoose(key)}
      treeData={tree.map(item)}
      treeDefaultExpandedKeys={tree.map(({ key }) => key)}
      popupMatchSelectWidth={false}
    />
  );
}
