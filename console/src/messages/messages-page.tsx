import { SendOutlined } from '@ant-design/icons';
import { Button, Tabs } from 'antd';
import { lazy, type ReactNode, useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import '../bindings/bindings.css';
import { useLanguage } from '../language/use-language';
import { NotFoundPage } from '../layout/not-found-page';
import { Page } from '../parts/page';
import { useMay } from '../session/use-session';
import '../settings/settings.css';
import { AppsTabLabel } from './apps-tab-label';
import './messages.css';
import { TestMessageDialog } from './test-message-dialog';

const RulesTab = lazy(() => import('./rules-tab'));
const LogTab = lazy(() => import('./log-tab'));
const EventsTab = lazy(() => import('./events-tab'));
const RecallsTab = lazy(() => import('./recalls-tab'));
const AppsTab = lazy(() => import('./apps-tab'));
const RetentionTab = lazy(() => import('./retention-tab'));

const tabs = ['rules', 'log', 'events', 'recalls', 'apps', 'retention'] as const;
type MessagesTab = (typeof tabs)[number];

const tabBody: { readonly [T in MessagesTab]: () => ReactNode } = {
  rules: () => <RulesTab />,
  log: () => <LogTab />,
  events: () => <EventsTab />,
  recalls: () => <RecallsTab />,
  apps: () => <AppsTab />,
  retention: () => <RetentionTab />,
};

/** What of the OA's events is sent to whom, and what became of it. */
export function Component() {
  const { t } = useLanguage();
  const navigate = useNavigate();
  const maySend = useMay('events:write');
  const [testing, setTesting] = useState(false);
  const { tab = 'rules' } = useParams();
  const open = tabs.find((known) => known === tab);
  if (open === undefined) return <NotFoundPage />;
  return (
    <Page
      title={t('msg.title')}
      lead={t('msg.lead')}
      actions={
        maySend && (
          <Button icon={<SendOutlined />} onClick={() => setTesting(true)}>
            {t('msg.test')}
          </Button>
        )
      }
    >
      <Tabs
        activeKey={open}
        onChange={(key) => void navigate(key === 'rules' ? '/messages' : `/messages/${key}`)}
        destroyOnHidden
        items={tabs.map((key) => ({
          key,
          label: key === 'apps' ? <AppsTabLabel /> : t(`msg.tab.${key}`),
          children: tabBody[key](),
        }))}
      />
      {testing && <TestMessageDialog onClose={() => setTesting(false)} />}
    </Page>
  );
}
