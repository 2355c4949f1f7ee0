import { useQuery } from '@tanstack/react-query';
import { Alert, Drawer, Table, Tabs } from 'antd';
import { Link } from 'react-router';
import { type FieldTable, type MemberDetails, memberQuery } from '../api/members';
import { BindingHistory } from '../bindings/binding-history';
import { MemberBinding } from '../bindings/member-binding';
import { MemberDeparture } from '../departures/member-departure';
import { useLanguage } from '../language/use-language';
import { Facts } from '../parts/facts';
import { QueryView } from '../parts/query-view';
import { TimeAgo } from '../parts/time';
import { MemberStatusMark } from './member-status-mark';

interface MemberDrawerProps {
  readonly corpId: string;
  readonly userId: string | undefined;
  readonly onClose: () => void;
}

export function MemberDrawer({ corpId, userId, onClose }: MemberDrawerProps) {
  const { t } = useLanguage();
  return (
    <Drawer
      open={userId !== undefined}
      onClose={onClose}
      size={640}
      title={t('member.title')}
      destroyOnHidden
    >
      {userId !== undefined && <OpenMember corpId={corpId} userId={userId} />}
    </Drawer>
  );
}

function OpenMember({ corpId, userId }: { readonly corpId: string; readonly userId: string }) {
  const { t } = useLanguage();
  const member = useQuery(memberQuery(corpId, userId));
  return (
    <QueryView query={member}>
      {(data) => (
        <div className="stack">
          <div className="row">
            <h2 className="member-name">{data.name ?? data.userId}</h2>
            <MemberStatusMark member={data} />
          </div>
          <OpenDrift corpId={corpId} member={data} />
          <MemberBinding corpId={corpId} member={data} />
          <MemberDeparture corpId={corpId} member={data} />
          <Tabs
            items={[
              { key: 'card', label: t('member.tab.card'), children: <MemberFacts member={data} /> },
              {
                key: 'history',
                label: t('member.tab.history'),
                children: <BindingHistory events={data.bindingHistory ?? []} />,
              },
              {
                key: 'raw',
                label: t('member.tab.raw'),
                children: (
                  <div className="stack">
                    <span className="quiet">{t('member.raw.about')}</span>
                    <FieldValues member={data} />
                  </div>
                ),
              },
            ]}
          />
        </div>
      )}
    </QueryView>
  );
}

function OpenDrift({ corpId, member }: { readonly corpId: string; readonly member: MemberDetails }) {
  const { t, number } = useLanguage();
  const { drift = 0, userId } = member;
  if (drift === 0) return null;
  return (
    <Alert
      type="warning"
      showIcon
      title={t('member.drift', { count: number(drift) })}
      action={
        <Link to={`/corps/${corpId}/drift?q=${encodeURIComponent(userId)}`}>{t('member.drift.see')}</Link>
      }
    />
  );
}

function MemberFacts({ member }: { readonly member: MemberDetails }) {
  const { t } = useLanguage();
  return (
    <Facts
      items={[
        [t('member.user-id'), <span className="mono">{member.userId}</span>],
        [t('member.status'), <MemberStatusMark member={member} />],
        [
          t('member.departments'),
          member.departments
            .map(({ name, departmentId }) => name ?? t('department.unnamed', { id: departmentId }))
            .join(t('list.comma')),
        ],
        [t('member.position'), member.position ?? nothing],
        [t('member.mobile'), member.mobile ?? nothing],
        [t('field.email'), member.email ?? nothing],
        [t('member.first-seen'), <TimeAgo at={member.firstSeenAt} />],
        [t('member.last-seen'), <TimeAgo at={member.lastSeenAt} />],
        [
          t('member.details-seen'),
          member.detailsSeenAt === null ? t('member.details-never') : <TimeAgo at={member.detailsSeenAt} />,
        ],
        member.goneAt !== null && [t('member.gone-at'), <TimeAgo at={member.goneAt} />],
      ]}
    />
  );
}

/** WeCom no longer gives every field back: what was read and what the bridge wrote stand side by side. */
function FieldValues({ member }: { readonly member: MemberDetails }) {
  const { t, maybe } = useLanguage();
  const names = [
    ...new Set([...Object.keys(member.seen ?? {}), ...Object.keys(member.written ?? {})]),
  ].sort();
  return (
    <div className="table-box">
      <Table<{ name: string }>
        aria-label={t('member.fields')}
        size="small"
        pagination={false}
        rowKey="name"
        dataSource={names.map((name) => ({ name }))}
        locale={{ emptyText: t('member.fields.none') }}
        columns={[
          {
            title: t('member.field'),
            key: 'name',
            render: (_, { name }) => maybe(`field.${name}`) ?? <span className="mono">{name}</span>,
          },
          { title: t('member.seen'), key: 'seen', render: (_, { name }) => shown(member.seen, name) },
          {
            title: t('member.written'),
            key: 'written',
            render: (_, { name }) => shown(member.written, name),
          },
        ]}
      />
    </div>
  );
}

const nothing = '—';

function shown(fields: FieldTable | null, name: string): string {
  const value = fields?.[name];
  if (value === undefined || value === null || value === '') return nothing;
  if (Array.isArray(value)) return value.length === 0 ? nothing : value.map(worded).join(', ');
  return worded(value);
}

function worded(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
