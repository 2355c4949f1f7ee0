import { useInfiniteQuery } from '@tanstack/react-query';
import { Skeleton } from 'antd';
import { useState } from 'react';
import {
  type PushDetails,
  type PushRecipient,
  pushRecipientsQuery,
  type RecipientState,
  recipientStates,
} from '../api/messages';
import { FilterChips } from '../bindings/filter-chips';
import { useLanguage } from '../language/use-language';
import { FailureNotice } from '../parts/failure-notice';
import { LoadMore } from '../parts/load-more';
import { SearchWords } from '../parts/search-words';
import { ExactTime } from '../parts/time';
import { RecipientStateMark } from './push-state-mark';

/** More than that are not looked through by eye. */
const searchedFrom = 8;

/** Who was to get it, and what became of it for each. */
export function PushRecipients({ push }: { readonly push: PushDetails }) {
  const { t, number } = useLanguage();
  const [state, setState] = useState<RecipientState | undefined>();
  const [q, setQ] = useState('');
  const recipients = useInfiniteQuery({
    ...pushRecipientsQuery(push.pushId, { state, q: q === '' ? undefined : q }),
    placeholderData: (before) => before,
  });
  const rows = recipients.data?.pages.flatMap(({ items }) => items) ?? [];
  const there = recipientStates.filter((known) => push.counts[known] > 0);
  return (
    <div className="stack">
      {there.length > 1 && (
        <FilterChips<RecipientState | 'all'>
          label={t('msg.recipients.filter')}
          chips={[
            { value: 'all', label: t('msg.show.all'), count: number(push.counts.total) },
            ...there.map((value) => ({
              value,
              label: t(`msg.to.${value}`),
              count: number(push.counts[value]),
            })),
          ]}
          chosen={state ?? 'all'}
          onChoose={(next) => setState(next === 'all' ? undefined : next)}
        />
      )}
      {push.counts.total > searchedFrom && (
        <div className="members-filter">
          <SearchWords label={t('msg.recipients.search')} words={q} onChange={setQ} />
        </div>
      )}
      {recipients.error !== null && (
        <FailureNotice error={recipients.error} onRetry={() => void recipients.refetch()} />
      )}
      {recipients.isPending && recipients.error === null && <Skeleton active paragraph={{ rows: 2 }} />}
      {recipients.data !== undefined && rows.length === 0 && (
        <p className="quiet msg-lead">
          {push.counts.total === 0
            ? t('msg.recipients.not-yet', { count: number(push.recipientsGiven) })
            : t('msg.recipients.none')}
        </p>
      )}
      {rows.length > 0 && (
        <ul className="msg-people" aria-label={t('msg.recipients')}>
          {rows.map((person, index) => (
            <Recipient key={`${person.oaUserId ?? ''} ${person.userId ?? ''} ${index}`} person={person} />
          ))}
        </ul>
      )}
      <LoadMore {...recipients} />
    </div>
  );
}

function Recipient({ person }: { readonly person: PushRecipient }) {
  const { t } = useLanguage();
  const { oaUserId, userId, name, state, reason, sentAt, card } = person;
  return (
    <li>
      <div className="msg-person">
        <span>
          <strong>{name ?? userId ?? oaUserId}</strong>{' '}
          <span className="mono small quiet">
            {[oaUserId, userId].filter((id) => id !== null && id !== name).join(' → ')}
          </span>
        </span>
        <RecipientStateMark state={state} />
      </div>
      <div className="small quiet">
        {sentAt !== null && <ExactTime at={sentAt} />}
        {reason !== null && <span>{sentAt === null ? reason : ` · ${reason}`}</span>}
        {card !== null && (
          <span>
            {(sentAt !== null || reason !== null) && ' · '}
            {card.outcome === undefined
              ? t(`msg.card.${card.state}`)
              : t('msg.card.decided', {
                  outcome: card.outcomeText ?? card.outcome,
                  by: card.by ?? '—',
                })}
            {card.outcome !== undefined && card.state === 'stale' && ` · ${t('msg.card.stale')}`}
          </span>
        )}
      </div>
    </li>
  );
}
