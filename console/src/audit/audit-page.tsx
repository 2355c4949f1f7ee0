import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Input, Select } from 'antd';
import { useState } from 'react';
import { auditQuery, type AuditEntry, type AuditResult } from '../api/audit';
import { corpsQuery } from '../api/corps';
import { useLanguage } from '../language/use-language';
import { FailureNotice } from '../parts/failure-notice';
import { LoadMore } from '../parts/load-more';
import { Mark, type MarkIcon, type Tone } from '../parts/mark';
import { Page } from '../parts/page';
import { RecordList } from '../parts/record-list';
import { ExactTime } from '../parts/time';

const looks: Readonly<Record<AuditResult, { readonly tone: Tone; readonly icon: MarkIcon }>> = {
  ok: { tone: 'good', icon: 'good' },
  refused: { tone: 'warn', icon: 'stopped' },
  failed: { tone: 'bad', icon: 'bad' },
};

export function Component() {
  const { t, maybe } = useLanguage();
  const corps = useQuery(corpsQuery);
  // Not in the address: an actor is a person.
  const [corpId, setCorpId] = useState<string | undefined>();
  const [actor, setActor] = useState('');
  const [action, setAction] = useState('');
  const audit = useInfiniteQuery(
    auditQuery({
      corpId,
      actor: actor === '' ? undefined : actor,
      action: action === '' ? undefined : action,
    }),
  );
  return (
    <Page title={t('audit.title')} lead={t('audit.lead')}>
      <div className="members-filter">
        <Input.Search
          allowClear
          aria-label={t('audit.actor')}
          placeholder={t('audit.actor.placeholder')}
          onSearch={(value) => setActor(value.trim())}
        />
        <Input.Search
          allowClear
          aria-label={t('audit.action')}
          placeholder={t('audit.action.placeholder')}
          onSearch={(value) => setAction(value.trim())}
        />
        <Select
          allowClear
          aria-label={t('runs.corp')}
          placeholder={t('runs.all-corps')}
          value={corpId}
          onChange={(value: string | undefined) => setCorpId(value)}
          options={(corps.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        />
      </div>
      {audit.error !== null && <FailureNotice error={audit.error} onRetry={() => void audit.refetch()} />}
      <RecordList<AuditEntry>
        label={t('audit.title')}
        records={audit.data?.pages.flatMap(({ items }) => items) ?? []}
        rowKey={({ id }) => id}
        empty={t('audit.empty')}
        loading={audit.isPending}
        columns={[
          { key: 'at', title: t('audit.at'), render: ({ at }) => <ExactTime at={at} /> },
          {
            key: 'actor',
            title: t('audit.actor'),
            render: ({ actor: name }) => <span className="wrap-anywhere">{name}</span>,
          },
          {
            key: 'action',
            title: t('audit.action'),
            role: 'heading',
            render: ({ action: name }) => (
              <>
                {maybe(`audit.action.${name}`) ?? name}
                <div className="quiet small mono">{name}</div>
              </>
            ),
          },
          {
            key: 'result',
            title: t('audit.result'),
            render: ({ result, code }) => (
              <span className="row">
                <Mark {...looks[result]}>{t(`audit.result.${result}`)}</Mark>
                {code !== null && <span className="quiet small mono">{code}</span>}
              </span>
            ),
          },
          {
            key: 'target',
            title: t('audit.target'),
            render: ({ target }) => (
              <span className="cell-words mono small" style={{ maxWidth: 220 }}>
                {target}
              </span>
            ),
          },
          { key: 'detail', title: t('audit.detail'), render: ({ detail }) => <Detail detail={detail} /> },
          { key: 'remoteIp', title: t('audit.ip'), render: ({ remoteIp }) => remoteIp ?? '—' },
        ]}
      />
      <LoadMore {...audit} />
    </Page>
  );
}

/** For those who search the logs; people who read this page have the actor's name. */
const forMachines = ['actorId', 'requestId'];

function Detail({ detail }: Pick<AuditEntry, 'detail'>) {
  const entries = Object.entries(detail).filter(([name]) => !forMachines.includes(name));
  if (entries.length === 0) return '—';
  return (
    <span className="small cell-words">
      {entries
        .map(([name, value]) => `${name}: ${Array.isArray(value) ? value.join(', ') : JSON.stringify(value)}`)
        .join('; ')}
    </span>
  );
}
