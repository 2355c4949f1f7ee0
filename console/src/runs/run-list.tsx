import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Run } from '../api/runs';
import { useLanguage } from '../language/use-language';
import { RecordList } from '../parts/record-list';
import { Duration, TimeAgo } from '../parts/time';
import { PhaseMark } from './phase-mark';
import { ShortCounts } from './short-counts';
import { whatOf } from './what-of';

const daysOf = ({ from, to }: { readonly from: string; readonly to: string }) =>
  from === to ? from : `${from} – ${to}`;

interface RunListProps {
  readonly runs: readonly Run[];
  readonly empty: ReactNode;
  /** Within one corp its name says nothing. */
  readonly withCorp?: boolean;
  readonly loading?: boolean;
}

export function RunList({ runs, empty, withCorp = true, loading = false }: RunListProps) {
  const { t } = useLanguage();
  return (
    <RecordList<Run>
      label={t('runs.title')}
      records={runs}
      rowKey={({ id }) => id}
      empty={empty}
      loading={loading}
      columns={[
        {
          key: 'what',
          title: t('runs.what'),
          role: 'heading',
          render: (run) => (
            <Link to={`/runs/${run.id}`}>
              {t(whatOf(run))}
              {run.mode === 'simulate' &&
                run.direction === 'pull' &&
                run.push === null &&
                ` · ${t('mode.simulate')}`}
              {run.attendance != null && (
                <div className="small quiet">
                  {run.attendance.ruleName ?? t('att.rule.none')} · {daysOf(run.attendance)}
                </div>
              )}
            </Link>
          ),
        },
        ...(withCorp
          ? [{ key: 'corp', title: t('runs.corp'), render: ({ corpName }: Run) => corpName }]
          : []),
        {
          key: 'phase',
          title: t('runs.phase'),
          render: ({ phase, completeness }) => (
            <PhaseMark phase={phase} incomplete={completeness?.complete === false} />
          ),
        },
        { key: 'counts', title: t('runs.result'), render: (run) => <ShortCounts run={run} /> },
        { key: 'startedAt', title: t('runs.started'), render: ({ startedAt }) => <TimeAgo at={startedAt} /> },
        {
          key: 'duration',
          title: t('runs.duration'),
          render: ({ startedAt, finishedAt }) => <Duration from={startedAt} to={finishedAt} />,
        },
      ]}
    />
  );
}
