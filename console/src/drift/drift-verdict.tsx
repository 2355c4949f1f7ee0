import { useInfiniteQuery } from '@tanstack/react-query';
import { type DriftCoverage, driftQuery } from '../api/drift';
import { useLanguage } from '../language/use-language';
import { Verdict } from '../parts/verdict';
import { LastLook, neverLooked } from './last-look';

interface DriftVerdictProps {
  readonly corpId: string;
  readonly coverage: DriftCoverage | undefined;
}

/** The one sentence the page begins with, whatever the filter shows. */
export function DriftVerdict({ corpId, coverage }: DriftVerdictProps) {
  const { t, number } = useLanguage();
  const open = useInfiniteQuery(driftQuery(corpId, { state: 'open' }));
  const first = open.data?.pages[0];
  if (first === undefined) return null;
  if (coverage !== undefined && neverLooked(coverage)) {
    return <Verdict tone="quiet" title={t('drift.looked.never')} />;
  }
  // What is being carried out is decided.
  const some = first.items.filter(({ state }) => state === 'open').length;
  const count = first.nextCursor === null ? some : undefined;
  const title =
    some === 0
      ? t('drift.verdict.none')
      : count === undefined
        ? t('drift.verdict.some')
        : t('drift.verdict', { count: number(count) });
  return (
    <Verdict tone={some === 0 ? 'good' : 'warn'} title={title}>
      <span className="quiet small">
        <LastLook coverage={coverage} />
      </span>
    </Verdict>
  );
}
