import { Tabs } from 'antd';
import type { ReactNode } from 'react';
import { useNavigate } from 'react-router';
import { useLanguage } from '../language/use-language';
import { Page } from '../parts/page';

interface AccessPageProps {
  readonly open: '/users' | '/tokens';
  readonly lead: ReactNode;
  readonly actions: ReactNode;
  readonly children: ReactNode;
}

/** People and programs that may use the bridge: two pages of one place. */
export function AccessPage({ open, lead, actions, children }: AccessPageProps) {
  const { t } = useLanguage();
  const navigate = useNavigate();
  return (
    <Page title={t('nav.access')} lead={lead} actions={actions}>
      <Tabs
        activeKey={open}
        onChange={(path) => void navigate(path)}
        items={[
          { key: '/users', label: t('users.title') },
          { key: '/tokens', label: t('tokens.title') },
        ].map((tab) =>
          tab.key === open ? { ...tab, children: <div className="stack">{children}</div> } : tab,
        )}
      />
    </Page>
  );
}
