import { useQuery } from '@tanstack/react-query';
import { Tabs, Tag } from 'antd';
import { lazy, type ReactNode } from 'react';
import { useNavigate, useParams } from 'react-router';
import { type Corp, corpQuery } from '../api/corps';
import { useLanguage } from '../language/use-language';
import { NotFoundPage } from '../layout/not-found-page';
import { CorpZone, ZoneNote } from '../parts/corp-zone';
import { Page } from '../parts/page';
import { QueryView } from '../parts/query-view';
import { DeparturesTabLabel } from '../departures/departures-tab-label';
import { PullButton } from '../runs/pull-button';
import { PushButton } from '../runs/push-button';
import { AppsTab } from './apps-tab';
import { ConnectionTab } from './connection-tab';
import { NetworkTab } from './network-tab';
import { VerificationFilesTab } from './verification-files-tab';

const AttendanceTab = lazy(() => import('../attendance/attendance-tab'));
const DeparturesTab = lazy(() => import('../departures/departures-tab'));
const DriftTab = lazy(() => import('../drift/drift-tab'));
const MembersTab = lazy(() => import('../members/members-tab'));
const BindingsTab = lazy(() => import('../bindings/bindings-tab'));
const CorpRunsTab = lazy(() => import('../runs/corp-runs-tab'));
const SettingsTab = lazy(() => import('../settings/settings-tab'));

const tabs = [
  'connection',
  'apps',
  'network',
  'domain',
  'settings',
  'members',
  'bindings',
  'drift',
  'departures',
  'attendance',
  'runs',
] as const;
type CorpTab = (typeof tabs)[number];

const tabBody: { readonly [T in CorpTab]: (corp: Corp) => ReactNode } = {
  connection: (corp) => <ConnectionTab corp={corp} />,
  apps: (corp) => <AppsTab corp={corp} />,
  network: (corp) => <NetworkTab corp={corp} />,
  domain: (corp) => <VerificationFilesTab kind={corp.kind} />,
  settings: (corp) => <SettingsTab corp={corp} />,
  members: (corp) => <MembersTab corp={corp} />,
  bindings: (corp) => <BindingsTab corp={corp} />,
  drift: (corp) => <DriftTab corp={corp} />,
  departures: (corp) => <DeparturesTab corp={corp} />,
  attendance: (corp) => <AttendanceTab corp={corp} />,
  runs: (corp) => <CorpRunsTab corp={corp} />,
};

export function Component() {
  const { t } = useLanguage();
  const { corpId = '', tab = 'connection' } = useParams();
  const corp = useQuery(corpQuery(corpId));
  const open = tabs.find((known) => known === tab);
  if (open === undefined) return <NotFoundPage />;
  if (corp.data === undefined) {
    return (
      <Page title={t('corps.title')} back={{ to: '/corps', label: t('corps.title') }}>
        <QueryView query={corp}>{() => null}</QueryView>
      </Page>
    );
  }
  return (
    <CorpZone corpId={corp.data.id}>
      <OpenCorp corp={corp.data} open={open} />
    </CorpZone>
  );
}

function OpenCorp({ corp, open }: { readonly corp: Corp; readonly open: CorpTab }) {
  const { t } = useLanguage();
  const navigate = useNavigate();
  return (
    <Page
      title={corp.name}
      lead={
        <span className="row">
          <span className="mono">{corp.corpId}</span>
          <Tag>{t(`kind.${corp.kind}`)}</Tag>
          {corp.isDemo && <Tag className="demo-tag">{t('corp.demo')}</Tag>}
          <ZoneNote />
        </span>
      }
      back={{ to: '/corps', label: t('corps.title') }}
      actions={
        <>
          <PullButton corpId={corp.id} />
          <PushButton corpId={corp.id} />
        </>
      }
    >
      <Tabs
        activeKey={open}
        onChange={(key) =>
          void navigate(key === 'connection' ? `/corps/${corp.id}` : `/corps/${corp.id}/${key}`)
        }
        destroyOnHidden
        items={tabs.map((key) => ({
          key,
          label: key === 'departures' ? <DeparturesTabLabel corpId={corp.id} /> : t(`corp.tab.${key}`),
          children: tabBody[key](corp),
        }))}
      />
    </Page>
  );
}
