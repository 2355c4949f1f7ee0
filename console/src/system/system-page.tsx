import { useQuery } from '@tanstack/react-query';
import { Card } from 'antd';
import type { ReactNode } from 'react';
import { overviewQuery } from '../api/overview';
import { systemQuery } from '../api/system';
import { useLanguage } from '../language/use-language';
import { CopyField } from '../parts/copy-field';
import { Facts } from '../parts/facts';
import { Mark } from '../parts/mark';
import { Page } from '../parts/page';
import { QueryView } from '../parts/query-view';

export function Component() {
  const { t, number } = useLanguage();
  const system = useQuery(systemQuery);
  const { data: overview } = useQuery(overviewQuery);
  const health = overview?.health;
  return (
    <Page title={t('system.title')} lead={t('system.lead')}>
      <QueryView query={system}>
        {(data) => (
          <div className="two-columns">
            <div className="stack">
              <Card title={t('system.product')}>
                <Facts
                  items={[
                    [t('system.version'), <span className="mono">{data.version}</span>],
                    [
                      t('system.public-url'),
                      <CopyField value={data.publicUrl} label={t('system.public-url')} />,
                    ],
                    [t('system.demo'), data.demo ? t('system.demo.on') : t('system.demo.off')],
                    [t('system.docs'), <Outside href="/api/docs" />],
                    data.temporalUiUrl !== null && ['Temporal UI', <Outside href={data.temporalUiUrl} />],
                    data.simulatorUrl !== null && [
                      t('system.simulator'),
                      <span className="mono">{data.simulatorUrl}</span>,
                    ],
                  ]}
                />
              </Card>
            </div>
            <div className="stack">
              <Part title="Temporal" ok={health?.temporal.ok} facts={data.temporal} />
              <Part title="Postgres" ok={health?.database.ok} facts={data.database} />
              <Card title={t('health.workers')} extra={health && <State ok={health.workers.ok} />}>
                {t('health.workers.count', { count: number(data.workers.pollers) })}
              </Card>
            </div>
          </div>
        )}
      </QueryView>
    </Page>
  );
}

function State({ ok }: { readonly ok: boolean }) {
  const { t } = useLanguage();
  return <Mark tone={ok ? 'good' : 'bad'}>{t(ok ? 'health.ok' : 'health.down')}</Mark>;
}

interface PartProps {
  readonly title: string;
  readonly ok: boolean | undefined;
  readonly facts: Readonly<Record<string, unknown>>;
}

function Part({ title, ok, facts }: PartProps) {
  const { maybe } = useLanguage();
  const shown = Object.entries(facts).filter(([name, value]) => name !== 'ok' && value !== null);
  return (
    <Card title={title} extra={ok !== undefined && <State ok={ok} />}>
      <Facts
        items={shown.map(([name, value]): readonly [string, ReactNode] => [
          maybe(`system.fact.${name}`) ?? name,
          <span className="mono">{typeof value === 'string' ? value : JSON.stringify(value)}</span>,
        ])}
      />
    </Card>
  );
}

function Outside({ href }: { readonly href: string }) {
  return (
    <a href={href} target="_blank" rel="noreferrer" className="mono">
      {href}
    </a>
  );
}
