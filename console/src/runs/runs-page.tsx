import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Card, Select } from 'antd';
import { useSearchParams } from 'react-router';
import { corpsQuery } from '../api/corps';
import { phases, type Run, type RunFilter, runsQuery } from '../api/runs';
import { useLanguage } from '../language/use-language';
import { withValues } from '../parts/address-values';
import { FailureNotice } from '../parts/failure-notice';
import { LoadMore } from '../parts/load-more';
import { Page } from '../parts/page';
import { RunList } from './run-list';

const directions = ['pull', 'push', 'attendance'] as const;

/** What waits for somebody stands first, however old it is. */
function WaitingRuns(of: Pick<RunFilter, 'corpId' | 'direction'>) {
  const { t } = useLanguage();
  const waiting = useWaitingRuns(of);
  if (waiting.length === 0) return null;
  return (
    <Card size="small" title={t('runs.waiting', { count: waiting.length })}>
      <RunList runs={waiting} empty={null} />
    </Card>
  );
}

function useWaitingRuns(of: Pick<RunFilter, 'corpId' | 'direction'>): readonly Run[] {
  const approval = useInfiniteQuery(runsQuery({ ...of, phase: 'awaiting-approval' }));
  const blocked = useInfiniteQuery(runsQuery({ ...of, phase: 'blocked' }));
  return [approval, blocked].flatMap(({ data }) => data?.pages.flatMap(({ items }) => items) ?? []);
}

export function Component() {
  const { t } = useLanguage();
  const [parameters, setParameters] = useSearchParams();
  const corps = useQuery(corpsQuery);
  const filter = {
    corpId: parameters.get('corpId') ?? undefined,
    direction: directions.find((known) => known === parameters.get('direction')),
    phase: phases.find((known) => known === parameters.get('phase')),
  };
  const runs = useInfiniteQuery(runsQuery(filter));

  function choose(name: keyof typeof filter, value: string | undefined) {
    setParameters((before) => withValues(before, { [name]: value }), { replace: true });
  }

  return (
    <Page title={t('runs.title')} lead={t('runs.lead')}>
      <div className="members-filter">
        <Select
          allowClear
          aria-label={t('runs.corp')}
          placeholder={t('runs.all-corps')}
          value={filter.corpId}
          onChange={(value: string | undefined) => choose('corpId', value)}
          options={(corps.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        />
        <Select
          allowClear
          aria-label={t('runs.direction')}
          placeholder={t('runs.all-directions')}
          value={filter.direction}
          onChange={(value: string | undefined) => choose('direction', value)}
          options={directions.map((value) => ({ value, label: t(`direction.${value}`) }))}
        />
        <Select
          allowClear
          aria-label={t('runs.phase')}
          placeholder={t('runs.all-phases')}
          value={filter.phase}
          onChange={(value: string | undefined) => choose('phase', value)}
          options={phases.map((value) => ({ value, label: t(`phase.${value}`) }))}
        />
      </div>
      {filter.phase === undefined && <WaitingRuns corpId={filter.corpId} direction={filter.direction} />}
      {runs.error !== null && <FailureNotice error={runs.error} onRetry={() => void runs.refetch()} />}
      <RunList
        runs={runs.data?.pages.flatMap(({ items }) => items) ?? []}
        empty={t('runs.empty')}
        loading={runs.isPending}
      />
      <LoadMore {...runs} />
    </Page>
  );
}
