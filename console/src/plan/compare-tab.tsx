import { useInfiniteQuery } from '@tanstack/react-query';
import { Alert, Empty, Segmented, Skeleton } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { type CompareKind, type Comparison, comparisonQuery, type FieldPreview } from '../api/push';
import { useLanguage } from '../language/use-language';
import { FailureNotice } from '../parts/failure-notice';
import { LoadMore } from '../parts/load-more';
import { Mark, type MarkIcon, type Tone } from '../parts/mark';
import { RecordList } from '../parts/record-list';
import { ExactTime } from '../parts/time';
import { ActionPill } from './action-pill';
import { worded } from './change-words';
import { shortHash } from './short-hash';

const others = ['previous', 'applied'] as const;
const kinds = ['appeared', 'vanished', 'changed'] as const satisfies readonly CompareKind[];
const looks: Readonly<Record<CompareKind, { readonly tone: Tone; readonly icon: MarkIcon }>> = {
  appeared: { tone: 'good', icon: 'good' },
  vanished: { tone: 'quiet', icon: 'quiet' },
  changed: { tone: 'busy', icon: 'info' },
};

type Item = Comparison['items'][number];

/** What is in this plan and was not in another one, and the other way round. */
export function CompareTab({ runId }: { readonly runId: string }) {
  const { t, number } = useLanguage();
  const [other, setOther] = useState<(typeof others)[number]>('previous');
  const [kind, setKind] = useState<CompareKind | undefined>();
  const comparison = useInfiniteQuery(comparisonQuery(runId, other, kind));
  const first = comparison.data?.pages[0];
  const items = comparison.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <div className="stack">
      <Segmented
        aria-label={t('plan.compare.with')}
        value={other}
        onChange={setOther}
        options={others.map((value) => ({ value, label: t(`plan.compare.${value}`) }))}
        style={{ alignSelf: 'flex-start' }}
      />
      {comparison.error !== null && (
        <FailureNotice error={comparison.error} onRetry={() => void comparison.refetch()} />
      )}
      {comparison.isPending && <Skeleton active paragraph={{ rows: 4 }} />}
      {first?.with === null && (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('plan.compare.none')} />
      )}
      {first && first.with !== null && (
        <>
          <p className="quiet" style={{ margin: 0 }}>
            {t('plan.compare.other')}{' '}
            <Link to={`/runs/${first.with.runId}`}>
              {first.with.plannedAt === null ? first.with.runId : <ExactTime at={first.with.plannedAt} />}
            </Link>{' '}
            <span className="mono">{shortHash(first.with.planHash)}</span>
          </p>
          <div className="row">
            {kinds.map((one) => (
              <button
                key={one}
                type="button"
                className={`chip chip-large ${kind === one ? 'chip-on' : ''}`}
                aria-pressed={kind === one}
                onClick={() => setKind(kind === one ? undefined : one)}
              >
                <Mark {...looks[one]}>
                  {t(`plan.compare.${one}`)} {number(first.counts[one])}
                </Mark>
              </button>
            ))}
            <span className="quiet">
              {t('plan.compare.same')} {number(first.counts.same)}
            </span>
          </div>
          {items.length === 0 ? (
            <Alert type="success" showIcon title={t('plan.compare.equal')} />
          ) : (
            <RecordList<Item>
              label={t('plan.compare')}
              records={items}
              rowKey={({ id, kind: how }) => `${how} ${id}`}
              empty={t('plan.compare.equal')}
              columns={[
                {
                  key: 'name',
                  title: t('plan.column.who'),
                  role: 'heading',
                  render: ({ name, userId, id }) => (
                    <span>
                      {name ?? userId ?? id}
                      {userId !== null && name !== null && (
                        <span className="mono small quiet"> {userId}</span>
                      )}
                    </span>
                  ),
                },
                {
                  key: 'kind',
                  title: t('plan.compare.how'),
                  render: ({ kind: how }) => <Mark {...looks[how]}>{t(`plan.compare.${how}`)}</Mark>,
                },
                {
                  key: 'action',
                  title: t('plan.column.action'),
                  render: ({ action }) => <ActionPill action={action} />,
                },
                {
                  key: 'before',
                  title: t('plan.compare.before'),
                  render: ({ before }) => <Fields fields={before} />,
                },
                {
                  key: 'after',
                  title: t('plan.compare.after'),
                  render: ({ after }) => <Fields fields={after} />,
                },
              ]}
            />
          )}
          <LoadMore {...comparison} />
        </>
      )}
    </div>
  );
}

function Fields({ fields }: { readonly fields: readonly FieldPreview[] | undefined }) {
  if (!fields || fields.length === 0) return <span className="quiet">—</span>;
  return (
    <span className="cell-words small">
      {fields.map(({ field, label, before, after }) => (
        <span key={field} className="compare-field">
          <span className="quiet">{label}</span> {worded(before)} → {worded(after)}
        </span>
      ))}
    </span>
  );
}
