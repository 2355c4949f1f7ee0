import { useQuery } from '@tanstack/react-query';
import { Card } from 'antd';
import { Link } from 'react-router';
import { type Corp, corpsQuery } from '../api/corps';
import { type CorpOverview, type Overview, overviewQuery } from '../api/overview';
import { CheckMark } from '../corps/check-mark';
import { useLanguage } from '../language/use-language';
import { Facts } from '../parts/facts';
import { Mark } from '../parts/mark';
import { Page } from '../parts/page';
import { QueryView } from '../parts/query-view';
import { TimeAgo } from '../parts/time';
import { PhaseMark } from '../runs/phase-mark';
import { PullButton } from '../runs/pull-button';
import { PushButton } from '../runs/push-button';
import { RunList } from '../runs/run-list';
import { AttentionList } from './attention-list';
import { FirstSteps } from './first-steps';

export function Component() {
  const { t } = useLanguage();
  const overview = useQuery(overviewQuery);
  const corps = useQuery(corpsQuery);
  return (
    <Page title={t('overview.title')} lead={t('overview.lead')}>
      <QueryView query={overview}>
        {(data) => (
          <QueryView query={corps}>{(items) => <Overviewed overview={data} corps={items} />}</QueryView>
        )}
      </QueryView>
    </Page>
  );
}

function Overviewed({ overview, corps }: { readonly overview: Overview; readonly corps: readonly Corp[] }) {
  const { t } = useLanguage();
  return (
    <>
      <AttentionList items={overview.attention} />
      <FirstSteps corps={corps} overview={overview} />
      <div className="corp-grid">
        <Health health={overview.health} />
        {overview.corps.map((corp) => (
          <CorpTile key={corp.id} corp={corp} />
        ))}
      </div>
      <Card title={t('overview.runs')} extra={<Link to="/runs">{t('overview.runs.all')}</Link>}>
        <RunList runs={overview.recentRuns} empty={t('runs.empty')} />
      </Card>
    </>
  );
}

function Health({ health: { database, temporal, workers } }: Pick<Overview, 'health'>) {
  const { t, number } = useLanguage();
  const mark = (ok: boolean) => <Mark tone={ok ? 'good' : 'bad'}>{t(ok ? 'health.ok' : 'health.down')}</Mark>;
  return (
    <Card title={t('health.title')}>
      <Facts
        items={[
          [t('health.database'), mark(database.ok)],
          [t('health.temporal'), mark(temporal.ok)],
          [
            t('health.workers'),
            <Mark tone={workers.ok ? 'good' : 'bad'}>
              {workers.ok
                ? t('health.workers.count', { count: number(workers.count) })
                : t('health.workers.none')}
            </Mark>,
          ],
        ]}
      />
    </Card>
  );
}

function CorpTile({ corp }: { readonly corp: CorpOverview }) {
  const { t, number } = useLanguage();
  return (
    <Card title={<Link to={`/corps/${corp.id}`}>{corp.name}</Link>}>
      <Facts
        items={[
          [
            t('overview.members'),
            <Link to={`/corps/${corp.id}/members`}>
              {t('overview.members.count', {
                members: number(corp.members),
                departments: number(corp.departments),
              })}
            </Link>,
          ],
          [
            t('overview.last-pull'),
            corp.lastPull === null ? (
              <Mark tone="quiet">{t('overview.never-pulled')}</Mark>
            ) : (
              <span className="row">
                <Link to={`/runs/${corp.lastPull.id}`}>
                  <PhaseMark
                    phase={corp.lastPull.phase}
                    incomplete={corp.lastPull.completeness?.complete === false}
                  />
                </Link>
                <span className="quiet small">
                  <TimeAgo at={corp.lastPull.startedAt} />
                </span>
              </span>
            ),
          ],
          [t('corp.check'), <CheckMark check={corp.lastCheck} />],
        ]}
      />
      <div className="card-foot">
        <span className="row">
          <PullButton corpId={corp.id} type="default" />
          <PushButton corpId={corp.id} />
        </span>
      </div>
    </Card>
  );
}
