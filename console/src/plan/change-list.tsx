import { ArrowRightOutlined, CaretUpFilled, MinusOutlined } from '@ant-design/icons';
import { Button, Checkbox, Empty, Skeleton } from 'antd';
import { memo, type ReactNode, useEffect, useRef } from 'react';
import type { ChangeFilter, ChangeRow, Risk } from '../api/push';
import type { RunPhase } from '../api/runs';
import { useLanguage } from '../language/use-language';
import { FailureNotice } from '../parts/failure-notice';
import { useNarrow } from '../parts/use-narrow';
import { ActionPill } from './action-pill';
import { ChangeState } from './change-state';
import { ChangedFields, PathChange, TakesEffect } from './change-words';
import { useChangePages } from './use-change-pages';
import { useWindowRows } from './use-window-rows';

const rowHeightPx = 68;
const cardHeightPx = 178;

interface ChangeListProps {
  readonly runId: string;
  readonly phase: RunPhase;
  readonly filter: ChangeFilter;
  /** Rows change by themselves while a run writes. */
  readonly live: boolean;
  readonly mayDecide: boolean;
  readonly chosen: ReadonlyMap<string, ChangeRow>;
  readonly onChoose: (rows: readonly ChangeRow[], chosen: boolean) => void;
  readonly onOpen: (id: string) => void;
  readonly onRule: (code: string) => void;
  readonly onClearFilter: () => void;
}

/** What was decided or applied already, and what never is applied, can't be left out. */
export function canBeLeftOut({ status, action, leftOut }: ChangeRow): boolean {
  if (action === 'conflict' || action === 'skipUser') return false;
  return leftOut || status === 'pending' || status === 'held';
}

/** Only the rows on the screen exist in the page, and only the pages that were scrolled to have been read. */
export function ChangeList(props: ChangeListProps) {
  const { runId, phase, filter, live, mayDecide, chosen, onChoose, onOpen, onRule, onClearFilter } = props;
  const { t, number } = useLanguage();
  const narrow = useNarrow();
  const box = useRef<HTMLDivElement>(null);
  const height = narrow ? cardHeightPx : rowHeightPx;
  const span = useWindowRows(box, height);
  const pages = useChangePages(runId, filter, live, span);
  const { rows, total, hasMore, isFetchingMore, more } = pages;
  const end = Math.min(rows.length, span.end);
  const first = Math.min(span.first, end);
  const nearEnd = hasMore && !isFetchingMore && end >= rows.length;
  useEffect(() => {
    if (nearEnd) more();
  }, [nearEnd, more]);

  const decidable = mayDecide ? rows.filter(canBeLeftOut) : [];
  const chosenHere = decidable.filter(({ id }) => chosen.has(id)).length;
  const isFiltered = Object.keys(filter).length > 0;
  if (pages.isPending && pages.error === null) return <Skeleton active paragraph={{ rows: 6 }} />;
  return (
    <>
      {pages.error !== null && <FailureNotice error={pages.error} onRetry={pages.retry} />}
      {total !== undefined && (
        <p className="change-total quiet" role="status">
          {t(isFiltered ? 'plan.total.filtered' : 'plan.total', { total: number(total) })}
          {rows.length < total && ` · ${t('plan.total.read', { count: number(rows.length) })}`}
        </p>
      )}
      {total === 0 ? (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('plan.none')}>
          {isFiltered && <Button onClick={onClearFilter}>{t('plan.filter.clear')}</Button>}
        </Empty>
      ) : (
        <div
          role="table"
          aria-label={t('plan.changes')}
          aria-rowcount={(total ?? rows.length) + 1}
          className={narrow ? 'change-table change-table-narrow' : 'change-table'}
        >
          <div role="rowgroup" className="change-head-group">
            <div role="row" aria-rowindex={1} className="change-row change-head">
              <span role="columnheader" className="change-tick">
                {mayDecide && (
                  <Checkbox
                    aria-label={t('plan.choose.all')}
                    disabled={decidable.length === 0}
                    checked={chosenHere > 0 && chosenHere === decidable.length}
                    indeterminate={chosenHere > 0 && chosenHere < decidable.length}
                    onChange={({ target }) => onChoose(decidable, target.checked)}
                  >
                    {narrow && t('plan.choose.all')}
                  </Checkbox>
                )}
              </span>
              <span role="columnheader">{t('plan.column.action')}</span>
              <span role="columnheader">{t('plan.column.who')}</span>
              <span role="columnheader">{t('plan.column.department')}</span>
              <span role="columnheader">{t('plan.column.fields')}</span>
              <span role="columnheader">{t('plan.column.reason')}</span>
              <span role="columnheader" className="change-oa">
                {t('plan.column.oa')}
              </span>
              <span role="columnheader" className="change-when">
                {t('plan.column.when')}
              </span>
              <span role="columnheader">{t('plan.column.status')}</span>
            </div>
          </div>
          <div
            role="rowgroup"
            ref={box}
            className="change-rows"
            style={{ height: rows.length * height }}
            onKeyDown={walkRows}
          >
            {rows.slice(first, end).map((row, index) => (
              <Row
                key={row.id}
                row={row}
                phase={phase}
                place={first + index}
                heightPx={height}
                narrow={narrow}
                choice={mayDecide ? (chosen.has(row.id) ? 'chosen' : 'free') : 'none'}
                onChoose={onChoose}
                onOpen={onOpen}
                onRule={onRule}
              />
            ))}
          </div>
          {hasMore && (
            <div className="more">
              <Button loading={isFetchingMore} onClick={more}>
                {t('list.more')}
              </Button>
            </div>
          )}
        </div>
      )}
    </>
  );
}

/** Up and down lead from row to row, so that a long list can be read without the mouse. */
function walkRows(event: React.KeyboardEvent<HTMLDivElement>): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  const { target } = event;
  if (!(target instanceof HTMLElement) || !target.classList.contains('change-open')) return;
  const here = target.closest('.change-row');
  const next = event.key === 'ArrowDown' ? here?.nextElementSibling : here?.previousElementSibling;
  const link = next?.querySelector<HTMLElement>('.change-open');
  if (!link) return;
  event.preventDefault();
  link.focus({ preventScroll: true });
  link.scrollIntoView({ block: 'nearest' });
}

interface RowProps {
  readonly row: ChangeRow;
  readonly phase: RunPhase;
  readonly place: number;
  readonly heightPx: number;
  readonly narrow: boolean;
  readonly choice: 'none' | 'free' | 'chosen';
  readonly onChoose: ChangeListProps['onChoose'];
  readonly onOpen: ChangeListProps['onOpen'];
  readonly onRule: ChangeListProps['onRule'];
}

const Row = memo(function Row({
  row,
  phase,
  place,
  heightPx,
  narrow,
  choice,
  onChoose,
  onOpen,
  onRule,
}: RowProps) {
  const { t } = useLanguage();
  const title = row.name ?? row.userId ?? row.oaKey ?? row.id;
  const held = row.status === 'held';
  const tick = choice !== 'none' && (
    <Checkbox
      aria-label={t('plan.choose', { name: title })}
      disabled={!canBeLeftOut(row)}
      checked={choice === 'chosen'}
      onChange={({ target }) => onChoose([row], target.checked)}
    />
  );
  const shared = {
    role: 'row',
    'aria-rowindex': place + 2,
    className: `change-row ${row.leftOut ? 'change-row-left-out' : ''} ${held ? 'change-row-held' : ''}`,
    style: { top: place * heightPx, height: heightPx },
  };
  const cell = (className: string, children: ReactNode) => (
    <span role="cell" className={className}>
      {children}
    </span>
  );
  return (
    <div {...shared}>
      {cell('change-tick', tick)}
      {cell(
        'change-action',
        <>
          <RiskMark risk={row.risk} />
          <ActionPill action={row.action} held={held} leftOut={row.leftOut} />
        </>,
      )}
      {cell(
        'change-who',
        <>
          <Button type="link" className="change-open" onClick={() => onOpen(row.id)}>
            {title}
          </Button>
          <span className="small quiet mono one-line">
            {row.subject === 'user' ? (row.userId ?? '—') : (row.departmentId ?? row.oaKey ?? '—')}
            {row.mobile !== null && ` · ${row.mobile}`}
          </span>
          {row.oaUserId !== null && (
            <span className="small quiet one-line change-oa-small">
              {t('plan.oa-user', { id: row.oaUserId })}
            </span>
          )}
        </>,
      )}
      {cell('change-path', <PathChange row={row} />)}
      {cell('change-fields', <ChangedFields row={row} />)}
      {cell(
        'change-reason',
        <Button
          type="link"
          className="change-rule"
          title={`${row.rule.text}\n${t('plan.rule.filter')}`}
          onClick={() => onRule(row.rule.code)}
        >
          {row.rule.text}
        </Button>,
      )}
      {cell(
        'change-oa',
        <span className="mono small one-line" title={row.oaUserId ?? undefined}>
          {row.oaUserId ?? '—'}
        </span>,
      )}
      {cell('change-when', <TakesEffect row={row} />)}
      {cell(
        'change-status',
        <>
          <ChangeState row={row} phase={phase} />
          {row.outcome !== null && row.status !== 'done' && !row.leftOut && (
            <span className="small quiet one-line" title={row.outcome.message}>
              {row.outcome.message}
            </span>
          )}
          {held && row.postponedUntil === null && !row.leftOut && row.heldBy[0] !== undefined && (
            <span className="small quiet one-line" title={row.heldBy.map(({ text }) => text).join('\n')}>
              {row.heldBy[0].text}
            </span>
          )}
          {narrow && <TakesEffect row={row} />}
        </>,
      )}
    </div>
  );
});

const riskIcons: Readonly<Record<Risk, ReactNode>> = {
  high: <CaretUpFilled aria-hidden />,
  medium: <ArrowRightOutlined rotate={-45} aria-hidden />,
  low: <MinusOutlined aria-hidden />,
};

/** Three shapes: the colour only repeats what they say. */
function RiskMark({ risk }: { readonly risk: Risk }) {
  const { t } = useLanguage();
  const words = t(`plan.risk.${risk}`);
  return (
    <span className={`risk risk-${risk}`} title={words}>
      {riskIcons[risk]}
      <span className="visually-hidden">{words}</span>
    </span>
  );
}
