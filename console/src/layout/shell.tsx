import { MenuOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button, Drawer, Spin, Tag } from 'antd';
import { Suspense, useState } from 'react';
import { Outlet, ScrollRestoration } from 'react-router';
import { systemQuery } from '../api/system';
import { useLanguage } from '../language/use-language';
import { AccountMenu } from './account-menu';
import { Brand } from './brand';
import { LanguageSwitch } from './language-switch';
import { Navigation } from './navigation';

export function Component() {
  const { t } = useLanguage();
  const [menuOpen, setMenuOpen] = useState(false);
  const { data: system } = useQuery({ ...systemQuery, staleTime: 60_000 });
  return (
    <div className="shell">
      <a className="skip-link" href="#content">
        {t('nav.skip')}
      </a>
      <aside className="shell-side">
        <Brand />
        <Navigation />
        <div className="shell-foot">{system && t('nav.version', { version: system.version })}</div>
      </aside>
      <div className="shell-main">
        <header className="shell-top">
          <Button
            className="only-narrow"
            type="text"
            icon={<MenuOutlined />}
            aria-label={t('nav.open')}
            onClick={() => setMenuOpen(true)}
          />
          {system?.demo === true && <Tag className="demo-tag">{t('nav.demo')}</Tag>}
          <span className="shell-top-space" />
          <LanguageSwitch />
          <AccountMenu />
        </header>
        <main className="shell-content" id="content" tabIndex={-1}>
          <Suspense fallback={<Spin className="page-wait" />}>
            <Outlet />
          </Suspense>
        </main>
      </div>
      <Drawer
        open={menuOpen}
        onClose={() => setMenuOpen(false)}
        placement="left"
        size={260}
        title={<Brand />}
        aria-label={t('nav.label')}
        styles={{
          section: { background: '#0f1d33', color: '#fff' },
          header: { padding: 0, borderBottom: 0 },
          body: { padding: 0 },
          close: { color: '#fff', marginInlineStart: 12 },
        }}
      >
        <Navigation onChoose={() => setMenuOpen(false)} />
      </Drawer>
      <ScrollRestoration />
    </div>
  );
}
