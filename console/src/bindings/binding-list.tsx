import { useInfiniteQuery } from '@tanstack/react-query';
import { Button, Select } from 'antd';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { type Binding, bindingSources, bindingsQuery } from '../api/bindings';
import type { Corp } from '../api/corps';
import { useLanguage } from '../language/use-language';
import { MemberDrawer } from '../members/member-drawer';
import { withValues } from '../parts/address-values';
import { FailureNotice } from '../parts/failure-notice';
import { LoadMore } from '../parts/load-more';
import { RecordList } from '../parts/record-list';
import { SearchWords } from '../parts/search-words';
import { TimeAgo } from '../parts/time';
import { useMay } from '../session/use-session';
import './bindings.css';
import { ExportMembers } from './export-members';
import { UnbindEverybody } from './unbind-everybody';
import { useUnbind } from './use-bind';
import { useBindingWords } from './use-binding-words';

export function BindingList({ corp }: { readonly corp: Corp }) {
  const { t, number } = useLanguage();
  const words = useBindingWords();
  const mayBind = useMay('bindings:write');
  const [parameters, setParameters] = useSearchParams();
  const [opened, setOpened] = useState<string | undefined>();
  const unbind = useUnbind(corp.id);
  const filter = {
    q: parameters.get('q') ?? undefined,
    source: bindingSources.find((known) => known === parameters.get('source')),
  };
  const isFiltered = filter.q !== undefined || filter.source !== undefined;
  const bindings = useInfiniteQuery({
    ...bindingsQuery(corp.id, filter),
    placeholderData: (before) => before,
  });
  const total = bindings.data?.pages[0]?.total;
  const personOf = ({ oaName, oaUserId }: Binding) => oaName ?? t('bind.unknown-person', { id: oaUserId });

  function change(name: 'q' | 'source', value: string | undefined) {
    setParameters((before) => withValues(before, { [name]: value }), { replace: true });
  }

  return (
    <>
      <p className="quiet bind-lead">{t('bind.about')}</p>
      <div className="members-filter">
        <SearchWords label={t('bind.search')} words={filter.q ?? ''} onChange={(q) => change('q', q)} />
        <Select
          allowClear
          aria-label={t('bind.column.how')}
          placeholder={t('bind.all-sources')}
          value={filter.source}
          onChange={(source: string | undefined) => change('source', source)}
          options={bindingSources.map((value) => ({ value, label: t(`bind.how.${value}`) }))}
          popupMatchSelectWidth={false}
        />
        <div className="bind-list-actions">
          <ExportMembers corpId={corp.id} />
          {mayBind && <UnbindEverybody corp={corp} total={isFiltered ? undefined : total} />}
        </div>
      </div>
      {bindings.error !== null && (
        <FailureNotice error={bindings.error} onRetry={() => void bindings.refetch()} />
      )}
      {total !== undefined && (
        <span className="quiet" role="status">
          {t('bind.total', { total: number(total) })}
        </span>
      )}
      {bindings.error === null && (
        <RecordList<Binding>
          label={t('bind.title')}
          records={bindings.data?.pages.flatMap(({ items }) => items) ?? []}
          rowKey={({ memberId }) => memberId}
          empty={
            isFiltered ? (
              t('bind.empty.filtered')
            ) : (
              <>
                <div>{t('bind.empty')}</div>
                {mayBind && (
                  <Link to={`/corps/${corp.id}/bindings?view=import`}>{t('bind.empty.import')}</Link>
                )}
              </>
            )
          }
          loading={bindings.isPending || bindings.isPlaceholderData}
          columns={[
            {
              key: 'member',
              title: t('bind.column.member'),
              role: 'heading',
              render: ({ userId, name }) => (
                <span className="bind-cell">
                  <Button type="link" className="bind-open" onClick={() => setOpened(userId)}>
                    {name ?? userId}
                  </Button>
                  <span className="mono small quiet">{userId}</span>
                </span>
              ),
            },
            {
              key: 'oa',
              title: t('bind.column.oa'),
              render: (binding) => (
                <span className="bind-cell">
                  <span>{personOf(binding)}</span>
                  <span className="mono small quiet">{binding.oaLoginId ?? binding.oaUserId}</span>
                </span>
              ),
            },
            {
              key: 'how',
              title: t('bind.column.how'),
              render: (binding) => (
                <span className="bind-cell">
                  <span>{words.how(binding)}</span>
                  {binding.runId != null && (
                    <Link className="small" to={`/runs/${binding.runId}`}>
                      {t('bind.run')}
                    </Link>
                  )}
                </span>
              ),
            },
            {
              key: 'by',
              title: t('bind.column.by'),
              render: ({ boundBy }) =>
                boundBy == null ? <span className="quiet">{t('bind.by.nobody')}</span> : words.actor(boundBy),
            },
            {
              key: 'when',
              title: t('bind.column.when'),
              render: ({ boundAt }) => <TimeAgo at={boundAt} />,
            },
            ...(mayBind
              ? [
                  {
                    key: 'actions',
                    title: '',
                    role: 'actions' as const,
                    align: 'right' as const,
                    render: (binding: Binding) => (
                      <Button
                        type="text"
                        danger
                        aria-label={t('bind.action.unbind.who', { name: binding.name ?? binding.userId })}
                        onClick={() =>
                          unbind.ask({
                            userId: binding.userId,
                            name: binding.name,
                            oaName: personOf(binding),
                          })
                        }
                      >
                        {t('bind.action.unbind')}
                      </Button>
                    ),
                  },
                ]
              : []),
          ]}
        />
      )}
      <LoadMore {...bindings} />
      <MemberDrawer corpId={corp.id} userId={opened} onClose={() => setOpened(undefined)} />
    </>
  );
}
