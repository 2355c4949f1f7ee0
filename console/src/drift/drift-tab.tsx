import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { InfoCircleOutlined } from '@ant-design/icons';
import { Alert, Card, Checkbox, Skeleton } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import type { Corp } from '../api/corps';
import { type Drift, type DriftDecision, driftCoverageQuery, driftQuery } from '../api/drift';
import { useLanguage } from '../language/use-language';
import { FailureNotice } from '../parts/failure-notice';
import { LoadMore } from '../parts/load-more';
import { QueryView } from '../parts/query-view';
import { useMay } from '../session/use-session';
import { DriftBar } from './drift-bar';
import { DriftCoverageBox } from './drift-coverage';
import { DriftDialog } from './drift-dialog';
import { DriftEmpty } from './drift-empty';
import { DriftFilters } from './drift-filters';
import { DriftRow } from './drift-row';
import { DriftVerdict } from './drift-verdict';
import { possible, sharedObstacles } from './decisions';
import { useDriftFilter } from './use-drift-filter';
import './drift.css';

interface Wanted {
  readonly rows: readonly Drift[];
  /** Chosen too, but not possible. */
  readonly left: number;
  readonly decision: DriftDecision;
}

interface Started {
  readonly decision: DriftDecision;
  readonly runId: string | undefined;
}

const none: ReadonlyMap<string, Drift> = new Map();

/** What people changed by hand in WeCom to what the bridge manages, and what is to become of it. */
export default function DriftTab({ corp }: { readonly corp: Corp }) {
  const { t } = useLanguage();
  const { filter, change, clear } = useDriftFilter();
  const mayDecide = useMay('runs:start');
  const drift = useInfiniteQuery(driftQuery(corp.id, filter));
  const coverage = useQuery(driftCoverageQuery(corp.id));
  const [chosen, setChosen] = useState(none);
  const [wanted, setWanted] = useState<Wanted | undefined>();
  const [started, setStarted] = useState<Started | undefined>();
  const rows = drift.data?.pages.flatMap(({ items }) => items) ?? [];
  const decidable = mayDecide ? rows.filter(({ state }) => state === 'open') : [];
  // Another filter, or the decision of a colleague, may have taken some off the list.
  const chosenHere = decidable.filter(({ driftId }) => chosen.has(driftId));
  const choose = (some: readonly Drift[], isChosen: boolean) =>
    setChosen((before) => {
      const next = new Map(before);
      for (const row of some) {
        if (isChosen) next.set(row.driftId, row);
        else next.delete(row.driftId);
      }
      return next;
    });
  const decide = (some: readonly Drift[], decision: DriftDecision) => {
    const can = some.filter((row) => possible(row, decision));
    setWanted({ rows: can, left: some.length - can.length, decision });
  };
  const shared = sharedObstacles(rows, t);

  return (
    <div className="stack">
      <DriftVerdict corpId={corp.id} coverage={coverage.data} />
      {started !== undefined && (
        <Alert
          type={started.decision === 'ignore' ? 'success' : 'info'}
          showIcon
          role="status"
          closable={{ onClose: () => setStarted(undefined), 'aria-label': t('action.close') }}
          title={t(`drift.started.${started.decision}`)}
          action={started.runId !== undefined && <Link to={`/runs/${started.runId}`}>{t('drift.run')}</Link>}
        />
      )}
      <div className="drift-columns">
        <Card title={<h2 className="set-heading">{t('drift.list')}</h2>}>
          <div className="stack">
            <p className="quiet drift-lead">{t('drift.about')}</p>
            <DriftFilters filter={filter} coverage={coverage.data} onChange={change} />
            {drift.error !== null && (
              <FailureNotice error={drift.error} onRetry={() => void drift.refetch()} />
            )}
            {drift.isPending && drift.error === null && <Skeleton active paragraph={{ rows: 4 }} />}
            {drift.data !== undefined && rows.length === 0 && (
              <DriftEmpty filter={filter} coverage={coverage.data} onClear={clear} />
            )}
            {rows.length > 0 && (
              <div>
                {shared.map((words) => (
                  <p key={words} className="drift-shared quiet">
                    <InfoCircleOutlined aria-hidden /> {words}
                  </p>
                ))}
                {decidable.length > 0 && (
                  <div className="drift-all">
                    <Checkbox
                      checked={chosenHere.length === decidable.length}
                      indeterminate={chosenHere.length > 0 && chosenHere.length < decidable.length}
                      onChange={({ target }) => choose(decidable, target.checked)}
                    >
                      {t('drift.choose.all')}
                    </Checkbox>
                  </div>
                )}
                <ul className="drift-list" aria-label={t('drift.list')}>
                  {rows.map((row) => (
                    <DriftRow
                      key={row.driftId}
                      corpId={corp.id}
                      row={row}
                      shared={shared}
                      mayDecide={mayDecide}
                      chosen={chosen.has(row.driftId)}
                      onChoose={(isChosen) => choose([row], isChosen)}
                      onDecide={(decision) => decide([row], decision)}
                    />
                  ))}
                </ul>
              </div>
            )}
            <LoadMore {...drift} />
            <DriftBar
              rows={chosenHere}
              onDecide={(decision) => decide(chosenHere, decision)}
              onClear={() => setChosen(none)}
            />
          </div>
        </Card>
        <Card size="small" title={<h2 className="set-heading">{t('drift.coverage')}</h2>}>
          <QueryView query={coverage}>{(data) => <DriftCoverageBox coverage={data} />}</QueryView>
        </Card>
      </div>
      {wanted !== undefined && (
        <DriftDialog
          corpId={corp.id}
          rows={wanted.rows}
          left={wanted.left}
          decision={wanted.decision}
          onClose={() => setWanted(undefined)}
          onDecided={(runId) => {
            setStarted({ decision: wanted.decision, runId });
            setWanted(undefined);
            setChosen(none);
          }}
        />
      )}
    </div>
  );
}
