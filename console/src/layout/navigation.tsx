import {
  ApartmentOutlined,
  AuditOutlined,
  ClusterOutlined,
  DashboardOutlined,
  MessageOutlined,
  SettingOutlined,
  SyncOutlined,
  TeamOutlined,
} from '@ant-design/icons';
import { Menu } from 'antd';
import type { ReactNode } from 'react';
import { Link, useLocation } from 'react-router';
import type { Scope } from '../api/session';
import type { ConsoleText } from '../../../i18n/console';
import { useLanguage } from '../language/use-language';
import { useSession } from '../session/use-session';

interface Place {
  readonly path: string;
  readonly text: ConsoleText;
  readonly icon: ReactNode;
  readonly needs: Scope;
  /** Another page that belongs to this place. */
  readonly also?: string;
}

const places: readonly Place[] = [
  { path: '/', text: 'nav.overview', icon: <DashboardOutlined />, needs: 'read' },
  { path: '/corps', text: 'nav.corps', icon: <ApartmentOutlined />, needs: 'read' },
  { path: '/oa', text: 'nav.oa', icon: <ClusterOutlined />, needs: 'read' },
  { path: '/runs', text: 'nav.runs', icon: <SyncOutlined />, needs: 'read' },
  { path: '/messages', text: 'nav.messages', icon: <MessageOutlined />, needs: 'read' },
  { path: '/audit', text: 'nav.audit', icon: <AuditOutlined />, needs: 'audit:read' },
  { path: '/users', text: 'nav.access', icon: <TeamOutlined />, needs: 'users:write', also: '/tokens' },
  { path: '/system', text: 'nav.system', icon: <SettingOutlined />, needs: 'read' },
];

export function Navigation({ onChoose }: { readonly onChoose?: () => void }) {
  const { t } = useLanguage();
  const { scopes } = useSession();
  const { pathname } = useLocation();
  const section = `/${pathname.split('/')[1] ?? ''}`;
  const here = places.find(({ path, also }) => path === section || also === section)?.path ?? section;
  return (
    <nav aria-label={t('nav.label')}>
      <Menu
        className="shell-menu"
        theme="dark"
        mode="inline"
        selectedKeys={[here]}
        {...(onChoose === undefined ? {} : { onClick: onChoose })}
        items={places
          .filter(({ needs }) => scopes.includes(needs))
          .map(({ path, text, icon }) => ({
            key: path,
            icon,
            label: (
              <Link to={path} {...(path === here ? { 'aria-current': 'page' as const } : {})}>
                {t(text)}
              </Link>
            ),
          }))}
      />
    </nav>
  );
}
