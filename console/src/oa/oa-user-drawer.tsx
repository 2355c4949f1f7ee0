import { useQuery } from '@tanstack/react-query';
import { Drawer } from 'antd';
import { type OaUser, oaUserQuery } from '../api/oa';
import { useLanguage } from '../language/use-language';
import { Facts } from '../parts/facts';
import { Mark } from '../parts/mark';
import { QueryView } from '../parts/query-view';
import { OaPassword } from './oa-password';
import { OaUserBindings } from './oa-user-bindings';
import { useSession } from '../session/use-session';

interface OaUserDrawerProps {
  readonly paths: ReadonlyMap<string, readonly string[]>;
  /** Undefined: closed. */
  readonly userId: string | undefined;
  readonly onClose: () => void;
}

export function OaUserDrawer({ paths, userId, onClose }: OaUserDrawerProps) {
  const { t } = useLanguage();
  const user = useQuery({ ...oaUserQuery(userId ?? ''), enabled: userId !== undefined });
  return (
    <Drawer
      open={userId !== undefined}
      onClose={onClose}
      size={520}
      title={user.data?.name ?? t('oa.user.title')}
      destroyOnHidden
    >
      <QueryView query={user}>
        {(data) => (
          <div className="stack">
            <Person user={data} paths={paths} />
            <OaPassword key={data.id} user={data} />
          </div>
        )}
      </QueryView>
    </Drawer>
  );
}

function Person({ user, paths }: { readonly user: OaUser; readonly paths: OaUserDrawerProps['paths'] }) {
  const { t } = useLanguage();
  // The API shows phone numbers to those only who may do everything.
  const seesAll = useSession().user.role === 'admin';
  const { managerId } = user;
  const manager = useQuery({ ...oaUserQuery(managerId ?? ''), enabled: managerId !== null });
  const placeOf = (id: string) => paths.get(`department:${id}`)?.join(' / ') ?? id;
  return (
    <Facts
      items={[
        [
          t('oa.user.status'),
          <Mark tone={user.status === 'active' ? 'good' : 'quiet'}>{t(`oa.user.${user.status}`)}</Mark>,
        ],
        [t('oa-field.loginId'), <span className="mono">{user.loginId}</span>],
        [t('oa-field.jobNumber'), user.jobNumber ?? '—'],
        [t('oa.user.department'), user.departmentId === null ? '—' : placeOf(user.departmentId)],
        user.partTimeDepartmentIds.length > 0 && [
          t('oa.user.part-time'),
          user.partTimeDepartmentIds.map((id) => <div key={id}>{placeOf(id)}</div>),
        ],
        managerId !== null && [t('oa.user.manager'), manager.data?.name ?? managerId],
        [t('oa-field.position'), user.position ?? '—'],
        [
          t('oa-field.mobile'),
          user.mobile ?? (seesAll ? '—' : <span className="quiet">{t('oa.user.hidden')}</span>),
        ],
        [t('oa-field.email'), user.email ?? '—'],
        [t('oa-field.gender'), user.gender === null ? '—' : t(`oa.user.${user.gender}`)],
        ...Object.entries(user.custom).map(
          ([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)] as const,
        ),
        [t('oa.user.bindings'), <OaUserBindings user={user} />],
        [t('oa-field.id'), <span className="mono">{user.id}</span>],
      ]}
    />
  );
}
