import { useQuery } from '@tanstack/react-query';
import { Drawer, Table } from 'antd';
import { type FieldTable, type MemberDetails, memberQuery } from '../api/members';
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
          <h2 style={{ margin: 0, fontSize: 20 }}>{data.name ?? data.userId}</h2>
          <Facts
            items={[
              [t('member.user-id'), <span className="mono">{data.userId}</span>],
              [t('member.status'), <MemberStatusMark member={data} />],
              [
                t('member.departments'),
                data.departments
                  .map(({ name, departmentId }) => name ?? t('department.unnamed', { id: departmentId }))
                  .join(t('list.comma')),
              ],
              [t('member.first-seen'), <TimeAgo at={data.firstSeenAt} />],
              [t('member.last-seen'), <TimeAgo at={data.lastSeenAt} />],
              [
                t('member.details-seen'),
                data.detailsSeenAt === null ? t('member.details-never') : <TimeAgo at={data.detailsSeenAt} />,
              ],
              data.goneAt !== null && [t('member.gone-at'), <TimeAgo at={data.goneAt} />],
            ]}
          />
          <FieldValues member={data} />
        </div>
      )}
    </QueryView>
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
