import {
  CaretDownOutlined,
  CaretRightOutlined,
  DisconnectOutlined,
  MinusCircleOutlined,
  MinusOutlined,
  PlusOutlined,
  QuestionOutlined,
  WarningFilled,
} from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Spin } from 'antd';
import { type KeyboardEvent, type ReactNode, useEffect, useState } from 'react';
import { treeCounts, type TreeItem, treeQuery, type TreeSide } from '../api/push';
import { useLanguage } from '../language/use-language';
import { FailureNotice } from '../parts/failure-notice';
import { tileLook } from './tile-looks';

interface PlanTreesProps {
  readonly runId: string;
  /** Another plan means other trees. */
  readonly department: string | undefined;
  readonly onDepartment: (key: string | undefined) => void;
}

type TreeState = TreeItem['state'];

/** Those who come from Weaver's tools read orange as matched and purple as new; a solid dot is linked. */
const stateIcons: Readonly<Record<TreeState, ReactNode>> = {
  matched: <span className="tree-dot tree-dot-open" aria-hidden />,
  linked: <span className="tree-dot" aria-hidden />,
  new: <PlusOutlined aria-hidden />,
  gone: <MinusOutlined aria-hidden />,
  'out-of-scope': <MinusCircleOutlined aria-hidden />,
  unmanaged: <DisconnectOutlined aria-hidden />,
  conflict: <QuestionOutlined aria-hidden />,
};

const states = Object.keys(stateIcons) as TreeState[];

interface Spot {
  readonly side: TreeSide;
  readonly key: string;
}

const spotId = ({ side, key }: Spot): string => `${side} ${key}`;

/** Both organisations side by side: what is opened or chosen in one is opened and shown in the other. */
export function PlanTrees({ runId, department, onDepartment }: PlanTreesProps) {
  const { t } = useLanguage();
  const [opened, setOpened] = useState<ReadonlyMap<string, boolean>>(new Map());
  const [chosen, setChosen] = useState<(Spot & { readonly twin: string | null }) | undefined>();
  const twin =
    chosen?.twin == null || department === undefined
      ? undefined
      : spotId({ side: otherSide(chosen.side), key: chosen.twin });

  useEffect(() => {
    if (twin === undefined) return;
    document.querySelector(`[data-spot="${CSS.escape(twin)}"]`)?.scrollIntoView({ block: 'nearest' });
  }, [twin]);

  const shared: Omit<BranchProps, 'side' | 'parent' | 'depth'> = {
    runId,
    isOpen: (spot, depth) => opened.get(spotId(spot)) ?? depth === 0,
    onToggle: (spot, twinKey, open) =>
      setOpened((before) => {
        const next = new Map(before).set(spotId(spot), open);
        if (twinKey !== null) next.set(spotId({ side: otherSide(spot.side), key: twinKey }), open);
        return next;
      }),
    chosen: chosen && department !== undefined ? spotId(chosen) : undefined,
    twin,
    onChoose: (spot, twinKey) => {
      const again = chosen !== undefined && department !== undefined && spotId(chosen) === spotId(spot);
      setChosen(again ? undefined : { ...spot, twin: twinKey });
      onDepartment(again ? undefined : spot.key.replace(/^#/, ''));
    },
  };
  return (
    <div>
      <ul className="tree-legend" aria-label={t('plan.tree.legend')}>
        {states.map((state) => (
          <li key={state} className={`tree-state tree-${state}`}>
            {stateIcons[state]} {t(`plan.tree.state.${state}`)}
          </li>
        ))}
        <li className="tree-state">
          <span className="tree-limit-sample" aria-hidden /> {t('plan.tree.limit')}
        </li>
      </ul>
      <div className="trees">
        {(['oa', 'wecom'] as const).map((side) => (
          <section key={side} className="tree-pane">
            <h3 id={`tree-${side}`}>{t(`plan.tree.${side}`)}</h3>
            <ul role="tree" aria-labelledby={`tree-${side}`} className="tree-list" onKeyDown={walkTree}>
              <Branch side={side} parent={undefined} depth={0} {...shared} />
            </ul>
          </section>
        ))}
      </div>
    </div>
  );
}

function otherSide(side: TreeSide): TreeSide {
  return side === 'oa' ? 'wecom' : 'oa';
}

interface BranchProps {
  readonly runId: string;
  readonly side: TreeSide;
  readonly parent: string | undefined;
  readonly depth: number;
  readonly isOpen: (spot: Spot, depth: number) => boolean;
  readonly onToggle: (spot: Spot, twin: string | null, open: boolean) => void;
  readonly chosen: string | undefined;
  readonly twin: string | undefined;
  readonly onChoose: (spot: Spot, twin: string | null) => void;
}

function Branch({ parent, ...shared }: BranchProps) {
  const { t } = useLanguage();
  const { runId, side, depth } = shared;
  const items = useQuery(treeQuery(runId, side, parent));
  if (items.error !== null) {
    return (
      <li role="none">
        <FailureNotice error={items.error} onRetry={() => void items.refetch()} />
      </li>
    );
  }
  if (items.data === undefined) {
    return (
      <li role="none">
        <Spin size="small" />
      </li>
    );
  }
  if (items.data.length === 0 && depth === 0) {
    return (
      <li role="none" className="quiet">
        {t('plan.tree.empty')}
      </li>
    );
  }
  return items.data.map((item, index) => (
    <Node key={item.key} item={item} first={depth === 0 && index === 0} {...shared} />
  ));
}

interface NodeProps extends Omit<BranchProps, 'parent'> {
  readonly item: TreeItem;
  /** Where the Tab key enters the tree. */
  readonly first: boolean;
}

function Node({ item, first, ...shared }: NodeProps) {
  const { t } = useLanguage();
  const { side, depth, isOpen, onToggle, chosen, twin, onChoose } = shared;
  const spot: Spot = { side, key: item.key };
  const id = spotId(spot);
  const open = item.hasChildren && isOpen(spot, depth);
  const name = item.name ?? t('department.unnamed', { id: item.key.replace(/^#/, '') });
  const state = t(`plan.tree.state.${item.state}`);
  const look = [
    'tree-row',
    id === chosen ? 'tree-row-chosen' : '',
    id === twin ? 'tree-row-twin' : '',
    item.limitExceeded ? 'tree-row-limit' : '',
  ].join(' ');
  return (
    <li
      role="treeitem"
      aria-level={depth + 1}
      aria-selected={id === chosen}
      aria-label={`${name}, ${state}`}
      {...(item.hasChildren ? { 'aria-expanded': open } : {})}
      tabIndex={first ? 0 : -1}
      data-spot={id}
    >
      <div className={look} style={{ paddingInlineStart: 4 + depth * 18 }}>
        {item.hasChildren ? (
          <button
            type="button"
            className="tree-toggle"
            tabIndex={-1}
            aria-label={t(open ? 'plan.tree.close' : 'plan.tree.open', { name })}
            onClick={() => onToggle(spot, item.linkedTo, !open)}
          >
            {open ? <CaretDownOutlined aria-hidden /> : <CaretRightOutlined aria-hidden />}
          </button>
        ) : (
          <span className="tree-toggle" />
        )}
        <button
          type="button"
          className={`tree-name tree-${item.state}`}
          tabIndex={-1}
          title={`${name} · ${state}`}
          onClick={() => onChoose(spot, item.linkedTo)}
        >
          {stateIcons[item.state]} <span className="tree-words">{name}</span>
          {item.state !== 'linked' && <span className="tree-state-word small">{state}</span>}
        </button>
        {item.limitExceeded && (
          <span className="mark-bad small tree-over" title={t('plan.tree.limit')}>
            <WarningFilled aria-hidden /> <span className="only-wide-inline">{t('plan.limit.exceeded')}</span>
          </span>
        )}
        <Chips counts={item.counts} />
      </div>
      {open && (
        <ul role="group">
          <Branch parent={item.key} {...shared} depth={depth + 1} />
        </ul>
      )}
    </li>
  );
}

function Chips({ counts }: Pick<TreeItem, 'counts'>) {
  const { t, number } = useLanguage();
  const shown = treeCounts.filter((count) => counts[count] > 0);
  return (
    <span className="tree-chips">
      {shown.map((count) => {
        const { colour, icon } = tileLook(count);
        const words = t('plan.tree.count', { what: t(`plan.tile.${count}`), count: number(counts[count]) });
        return (
          <span key={count} className={`chip pill-${colour}`} title={words}>
            {icon}
            {number(counts[count])}
            <span className="visually-hidden">{words}</span>
          </span>
        );
      })}
    </span>
  );
}

/** The keys of a tree, as every tree has them. */
function walkTree(event: KeyboardEvent<HTMLUListElement>): void {
  const here =
    event.target instanceof HTMLElement ? event.target.closest<HTMLElement>('[role=treeitem]') : null;
  if (!here) return;
  const all = [...event.currentTarget.querySelectorAll<HTMLElement>('[role=treeitem]')];
  const place = all.indexOf(here);
  const expanded = here.getAttribute('aria-expanded');
  const toggle = here.querySelector<HTMLElement>('button.tree-toggle');
  const target = () => {
    switch (event.key) {
      case 'ArrowDown':
        return all[place + 1];
      case 'ArrowUp':
        return all[place - 1];
      case 'Home':
        return all[0];
      case 'End':
        return all.at(-1);
      case 'ArrowRight':
        if (expanded === 'false') toggle?.click();
        return expanded === 'true' ? all[place + 1] : here;
      case 'ArrowLeft':
        if (expanded === 'true') toggle?.click();
        return expanded === 'true' ? here : here.parentElement?.closest<HTMLElement>('[role=treeitem]');
      case 'Enter':
      case ' ':
        here.querySelector<HTMLElement>('button.tree-name')?.click();
        return here;
      default:
        return undefined;
    }
  };
  const next = target();
  if (!next) return;
  event.preventDefault();
  for (const item of all) item.tabIndex = -1;
  next.tabIndex = 0;
  next.focus({ preventScroll: true });
  next.firstElementChild?.scrollIntoView({ block: 'nearest' });
}
