import { useQueries, useQuery } from '@tanstack/react-query';
import { Button, Card, Checkbox, Empty, Select } from 'antd';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import type { Corp } from '../api/corps';
import {
  bindingStates,
  departmentsQuery,
  type Member,
  type MemberFilter,
  memberStates,
  membersQuery,
} from '../api/members';
import { FilterChips } from '../bindings/filter-chips';
import { useBindingWords } from '../bindings/use-binding-words';
import { useLanguage } from '../language/use-language';
import { withValues } from '../parts/address-values';
import { FailureNotice } from '../parts/failure-notice';
import { Mark } from '../parts/mark';
import { RecordList } from '../parts/record-list';
import { SearchWords } from '../parts/search-words';
import { useNarrow } from '../parts/use-narrow';
import { PullButton } from '../runs/pull-button';
import { DepartmentSelect, DepartmentTree } from './department-picker';
import { MemberDrawer } from './member-drawer';
import { MemberStatusMark } from './member-status-mark';

const rowsPerPage = 50;
const shownMembers = ['all', ...bindingStates, 'disabled'] as const;
type ShownMembers = (typeof shownMembers)[number];
/** Cards are five times as tall as rows. */
const cardsPerPage = 20;

export default function MembersTab({ corp }: { readonly corp: Corp }) {
  const { t } = useLanguage();
  const [parameters, setParameters] = useSearchParams();
  const departments = useQuery(departmentsQuery(corp.id));
  const perPage = useNarrow() ? cardsPerPage : rowsPerPage;
  const filter = filterOf(parameters);

  function change(values: Partial<Record<'q' | 'department' | 'status' | 'binding' | 'gone', string>>) {
    setParameters((before) => withValues(before, values), { replace: true });
  }

  const neverRead = departments.data?.length === 0;
  if (neverRead) {
    return (
      <Card>
        <Empty description={t('members.never')}>
          <PullButton corpId={corp.id} />
        </Empty>
      </Card>
    );
  }
  const chooseDepartment = (id: number | undefined) =>
    change({ department: id === undefined ? '' : String(id) });
  return (
    <div className="members">
      <Card className="members-tree" size="small" title={t('department.tree')}>
        {departments.error !== null && (
          <FailureNotice error={departments.error} onRetry={() => void departments.refetch()} />
        )}
        {departments.data && (
          <DepartmentTree
            departments={departments.data}
            chosen={filter.departmentId}
            onChoose={chooseDepartment}
          />
        )}
      </Card>
      <div className="stack">
        <MemberChips corpId={corp.id} filter={filter} onChange={change} />
        <div className="members-filter">
          <SearchWords
            label={t('members.search')}
            words={filter.q ?? ''}
            onChange={(words) => change({ q: words })}
          />
          <DepartmentSelect
            departments={departments.data ?? []}
            chosen={filter.departmentId}
            onChoose={chooseDepartment}
          />
          <Select
            allowClear
            aria-label={t('member.status')}
            placeholder={t('members.all-states')}
            value={filter.status}
            onChange={(status: string | undefined) => change({ status: status ?? '' })}
            options={memberStates.map((value) => ({ value, label: t(`member.status.${value}`) }))}
          />
          <Checkbox
            checked={filter.gone === true}
            onChange={({ target }) => change({ gone: target.checked ? 'true' : '' })}
            style={{ alignSelf: 'center' }}
          >
            {t('members.gone')}
          </Checkbox>
        </div>
        {/* Cursors belong to one filter: another filter starts at its first page. */}
        <MemberPages
          key={`${JSON.stringify(filter)} ${perPage}`}
          corpId={corp.id}
          filter={filter}
          perPage={perPage}
        />
      </div>
    </div>
  );
}

interface MemberChipsProps {
  readonly corpId: string;
  readonly filter: MemberFilter;
  readonly onChange: (values: { readonly binding: string; readonly status?: string }) => void;
}

/** Beside each, how many it leads to of those who were searched for. */
function MemberChips({ corpId, filter, onChange }: MemberChipsProps) {
  const { t, number } = useLanguage();
  const { binding, status, ...searched } = filter;
  const led = (shown: ShownMembers): MemberFilter => {
    const isDisabled = shown === 'disabled';
    return {
      ...searched,
      binding: shown === 'all' || isDisabled ? undefined : shown,
      // Whoever leaves the disabled ones has not asked for them again.
      status: isDisabled ? 'disabled' : status === 'disabled' && binding === undefined ? undefined : status,
    };
  };
  const totals = useQueries({
    queries: shownMembers.map((shown) => ({
      ...membersQuery(corpId, led(shown), undefined, 1),
      staleTime: 30_000,
    })),
  });
  return (
    <FilterChips<ShownMembers>
      label={t('members.show')}
      chips={shownMembers.map((value, index) => {
        const total = totals[index]?.data?.total;
        return {
          value,
          label: t(`members.show.${value}`),
          ...(total === undefined ? {} : { count: number(total) }),
        };
      })}
      chosen={binding ?? (status === 'disabled' ? 'disabled' : 'all')}
      onChoose={(shown) => {
        const next = led(shown);
        onChange({ binding: next.binding ?? '', status: next.status ?? '' });
      }}
    />
  );
}

function filterOf(parameters: URLSearchParams): MemberFilter {
  const department = Number(parameters.get('department') ?? undefined);
  return {
    q: parameters.get('q') ?? undefined,
    departmentId: Number.isInteger(department) && department > 0 ? department : undefined,
    status: memberStates.find((known) => known === parameters.get('status')),
    binding: bindingStates.find((known) => known === parameters.get('binding')),
    gone: parameters.get('gone') === 'true' ? true : undefined,
  };
}

interface MemberPagesProps {
  readonly corpId: string;
  readonly filter: MemberFilter;
  readonly perPage: number;
}

function MemberPages({ corpId, filter, perPage }: MemberPagesProps) {
  const { t, number } = useLanguage();
  const [cursors, setCursors] = useState<readonly (string | undefined)[]>([undefined]);
  const [opened, setOpened] = useState<string | undefined>();
  const members = useQuery(membersQuery(corpId, filter, cursors.at(-1), perPage));
  const page = members.data;
  const first = (cursors.length - 1) * perPage + 1;
  return (
    <>
      {members.error !== null && (
        <FailureNotice error={members.error} onRetry={() => void members.refetch()} />
      )}
      {page?.total !== undefined && (
        <span className="quiet" role="status">
          {t('members.total', { total: number(page.total) })}
        </span>
      )}
      <RecordList<Member>
        label={t('members.title')}
        records={page?.items ?? []}
        rowKey={({ memberId }) => memberId}
        empty={t('members.none')}
        loading={members.isPending || members.isPlaceholderData}
        columns={[
          {
            key: 'name',
            title: `${t('member.name')} · ${t('member.user-id')}`,
            role: 'heading',
            render: (member) => (
              <span className="bind-cell">
                <Button type="link" className="bind-open" onClick={() => setOpened(member.userId)}>
                  {member.name ?? member.userId}
                </Button>
                <span className="mono small quiet">{member.userId}</span>
              </span>
            ),
          },
          {
            key: 'departments',
            title: t('member.departments'),
            render: ({ departments }) =>
              departments
                .map(({ name, departmentId }) => name ?? t('department.unnamed', { id: departmentId }))
                .join(t('list.comma')),
          },
          {
            key: 'binding',
            title: t('member.binding'),
            render: (member) => <BindingCell corpId={corpId} member={member} among={filter.binding} />,
          },
          { key: 'position', title: t('member.position'), render: ({ position }) => position ?? '—' },
          { key: 'mobile', title: t('member.mobile'), render: ({ mobile }) => mobile ?? '—' },
          {
            key: 'status',
            title: t('member.status'),
            render: (member) => <MemberStatusMark member={member} />,
          },
        ]}
      />
      {(cursors.length > 1 || page?.nextCursor) && (
        <div className="row" style={{ justifyContent: 'flex-end' }}>
          <Button disabled={cursors.length === 1} onClick={() => setCursors(cursors.slice(0, -1))}>
            {t('list.previous')}
          </Button>
          <span className="quiet">
            {t('list.range', { first: number(first), last: number(first - 1 + (page?.items.length ?? 0)) })}
          </span>
          <Button
            disabled={!page?.nextCursor || members.isPlaceholderData}
            onClick={() => setCursors([...cursors, page?.nextCursor ?? undefined])}
          >
            {t('list.next')}
          </Button>
        </div>
      )}
      <MemberDrawer corpId={corpId} userId={opened} onClose={() => setOpened(undefined)} />
    </>
  );
}

interface BindingCellProps {
  readonly corpId: string;
  readonly member: Member;
  readonly among: MemberFilter['binding'];
}

function BindingCell({ corpId, member: { binding, goneAt }, among }: BindingCellProps) {
  const { t } = useLanguage();
  const words = useBindingWords();
  if (binding !== null) {
    return (
      <span className="bind-cell">
        <span>{binding.name ?? t('bind.unknown-person', { id: binding.oaUserId })}</span>
        <span className="quiet small">{words.how(binding)}</span>
      </span>
    );
  }
  if (goneAt !== null) return '—';
  if (among === 'conflict') {
    return (
      <Link to={`/corps/${corpId}/bindings?view=conflicts`}>
        <Mark tone="warn">{t('members.show.conflict')}</Mark>
      </Link>
    );
  }
  return <Mark tone="quiet">{t('bind.none')}</Mark>;
}
