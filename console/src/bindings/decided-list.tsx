import { Button } from 'antd';
import type { Conflict } from '../api/bindings';
import { useLanguage } from '../language/use-language';
import { Mark } from '../parts/mark';
import { RecordList } from '../parts/record-list';
import { TimeAgo } from '../parts/time';
import { useBindingWords } from './use-binding-words';

interface DecidedListProps {
  readonly items: readonly Conflict[];
  readonly onOpen: (userId: string) => void;
}

/** A decision is changed on the member's card. */
export function DecidedList({ items, onOpen }: DecidedListProps) {
  const { t, maybe } = useLanguage();
  const words = useBindingWords();
  const personOf = ({ oaUserId, candidates }: Conflict) =>
    candidates.find((candidate) => candidate.oaUserId === oaUserId)?.name ?? oaUserId ?? '';
  return (
    <RecordList<Conflict>
      label={t('conflict.decided-list')}
      records={items}
      rowKey={({ memberId }) => memberId}
      empty={t('conflict.empty.decided')}
      columns={[
        {
          key: 'member',
          title: t('conflict.member'),
          role: 'heading',
          render: ({ member }) => (
            <span className="bind-cell">
              <Button type="link" className="bind-open" onClick={() => onOpen(member.userId)}>
                {member.name ?? member.userId}
              </Button>
              <span className="mono small quiet">{member.userId}</span>
            </span>
          ),
        },
        {
          key: 'decision',
          title: t('conflict.column.decision'),
          render: (conflict) =>
            conflict.oaUserId === null ? (
              <Mark tone="quiet">{t('conflict.none')}</Mark>
            ) : (
              <Mark tone="good">{personOf(conflict)}</Mark>
            ),
        },
        {
          key: 'by',
          title: t('conflict.column.by'),
          render: ({ decidedBy, rule }) => (
            <span className="bind-cell">
              <span>{decidedBy === null ? '—' : words.actor(decidedBy)}</span>
              {rule !== null && (
                <span className="small quiet">
                  {t('conflict.by-rule', { rule: maybe(`conflict.rule.${rule}`) ?? rule })}
                </span>
              )}
            </span>
          ),
        },
        {
          key: 'when',
          title: t('bind.column.when'),
          render: ({ decidedAt }) => (decidedAt === null ? '—' : <TimeAgo at={decidedAt} />),
        },
      ]}
    />
  );
}
