import { useInfiniteQuery } from '@tanstack/react-query';
import type { Corp } from '../api/corps';
import { runsQuery } from '../api/runs';
import { useLanguage } from '../language/use-language';
import { FailureNotice } from '../parts/failure-notice';
import { LoadMore } from '../parts/load-more';
import { RunList } from './run-list';

export default function CorpRunsTab({ corp }: { readonly corp: Corp }) {
  const { t } = useLanguage();
  const runs = useInfiniteQuery(runsQuery({ corpId: corp.id }));
  return (
    <div className="stack">
      {runs.error !== null && <FailureNotice error={runs.error} onRetry={() => void runs.refetch()} />}
      <RunList
        runs={runs.data?.pages.flatMap(({ items }) => items) ?? []}
        empty={t('runs.empty')}
        withCorp={false}
        loading={runs.isPending}
      />
      <LoadMore {...runs} />
    </div>
  );
}
