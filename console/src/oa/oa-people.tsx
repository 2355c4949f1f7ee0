import { useInfiniteQuery } from '@tanstack/react-query';
import { Alert, Button } from 'antd';
import { type ReactNode, useState } from 'react';
import { type OaUser, oaUsersQuery } from '../api/oa';
import { useLanguage } from '../language/use-language';
import { FailureNotice } from '../parts/failure-notice';
import { LoadMore } from '../parts/load-more';
import { Mark } from '../parts/mark';
import { RecordList } from '../parts/record-list';
import { SearchWords } from '../parts/search-words';
import { OaUserDrawer } from './oa-user-drawer';

interface OaPeopleProps {
  readonly paths: ReadonlyMap<string, readonly string[]>;
  /** Key of the chosen subcompany or department. */
  readonly node: string | undefined;
  readonly words: string;
  readonly onSearch: (words: string) => void;
  readonly picker: ReactNode;
}

const departmentPrefix = 'department:';

export function OaPeople({ paths, node, words, onSearch, picker }: OaPeopleProps) {
  const { t, number } = useLanguage();
  const [opened, setOpened] = useState<string | undefined>();
  const departmentId =
    node?.startsWith(departmentPrefix) === true ? node.slice(departmentPrefix.length) : undefined;
  const isSubcompany = node !== undefined && departmentId === undefined;
  const people = useInfiniteQuery({
    ...oaUsersQuery({ q: words === '' ? undefined : words, departmentId }),
    placeholderData: (before) => before,
  });
  const total = people.data?.pages[0]?.total;
  return (
    <div className="stack">
      <div className="members-filter">
        <SearchWords label={t('oa.people.search')} words={words} onChange={onSearch} />
        {picker}
      </div>
      {isSubcompany && <Alert type="info" showIcon title={t('oa.people.subcompany')} />}
      {people.error !== null && <FailureNotice error={people.error} onRetry={() => void people.refetch()} />}
      {total !== undefined && (
        <span className="quiet" role="status">
          {t('oa.people.total', { total: number(total) })}
        </span>
      )}
      <RecordList<OaUser>
        label={t('oa.people')}
        records={people.data?.pages.flatMap(({ items }) => items) ?? []}
        rowKey={({ id }) => id}
        empty={t('oa.people.none')}
        loading={people.isPending || people.isPlaceholderData}
        columns={[
          {
            key: 'name',
            title: t('oa-field.name'),
            role: 'heading',
            render: ({ id, name }) => (
              <Button type="link" style={{ padding: 0, height: 'auto' }} onClick={() => setOpened(id)}>
                {name}
              </Button>
            ),
          },
          {
            key: 'loginId',
            title: t('oa-field.loginId'),
            render: ({ loginId }) => <span className="mono">{loginId}</span>,
          },
          { key: 'jobNumber', title: t('oa-field.jobNumber'), render: ({ jobNumber }) => jobNumber ?? '—' },
          {
            key: 'department',
            title: t('oa.user.department'),
            render: (user) => (
              <span className="cell-words">
                {user.departmentId === null
                  ? '—'
                  : (paths.get(`${departmentPrefix}${user.departmentId}`)?.slice(-2).join(' / ') ??
                    user.departmentId)}
              </span>
            ),
          },
          { key: 'position', title: t('oa-field.position'), render: ({ position }) => position ?? '—' },
          {
            key: 'status',
            title: t('oa.user.status'),
            render: ({ status }) => (
              <Mark tone={status === 'active' ? 'good' : 'quiet'}>{t(`oa.user.${status}`)}</Mark>
            ),
          },
        ]}
      />
      <LoadMore {...people} />
      <OaUserDrawer paths={paths} userId={opened} onClose={() => setOpened(undefined)} />
    </div>
  );
}
