import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Radio } from 'antd';
import { useState } from 'react';
import '../bindings/bindings.css';
import { useBind } from '../bindings/use-bind';
import { type Member, membersQuery } from '../api/members';
import { useLanguage } from '../language/use-language';
import { MemberStatusMark } from '../members/member-status-mark';
import { FailureNotice } from '../parts/failure-notice';
import { SearchWords } from '../parts/search-words';

interface MemberPickerProps {
  readonly corpId: string;
  readonly oa: { readonly id: string; readonly name: string | null };
  readonly onDone: () => void;
  readonly onCancel: () => void;
}

const shown = 30;

/** Which member somebody of the OA is: search, choose, read who loses a binding by it, bind. */
export function MemberPicker({ corpId, oa, onDone, onCancel }: MemberPickerProps) {
  const { t } = useLanguage();
  const [words, setWords] = useState(oa.name ?? '');
  const [chosen, setChosen] = useState<Member | undefined>();
  const members = useQuery({
    ...membersQuery(corpId, { q: words }, undefined, shown),
    enabled: words !== '',
  });
  const found = words === '' ? [] : (members.data?.items ?? []).filter(({ goneAt }) => goneAt === null);
  const bind = useBind(corpId, onDone);
  const loser = chosen?.binding != null && chosen.binding.oaUserId !== oa.id ? chosen.binding : undefined;
  return (
    <section className="bind-picker" aria-label={t('plan.bind')}>
      <div className="members-filter">
        <SearchWords label={t('plan.bind.search')} words={words} onChange={setWords} />
      </div>
      {members.error !== null && (
        <FailureNotice error={members.error} onRetry={() => void members.refetch()} />
      )}
      {words === '' && <p className="quiet bind-picker-hint">{t('plan.bind.type')}</p>}
      {words !== '' && members.data !== undefined && found.length === 0 && (
        <p className="quiet bind-picker-hint" role="status">
          {t('plan.bind.none')}
        </p>
      )}
      {found.length > 0 && (
        <Radio.Group
          className="bind-people"
          aria-label={t('plan.bind.results')}
          value={chosen?.userId}
          onChange={({ target }) => setChosen(found.find(({ userId }) => userId === target.value))}
        >
          {found.map((member) => (
            <Radio key={member.userId} value={member.userId} className="bind-person">
              <span className="bind-person-name">{member.name ?? member.userId}</span>
              <span className="mono small">{member.userId}</span>
              <span className="small quiet">
                {member.departments
                  .map(({ name, departmentId }) => name ?? `#${departmentId}`)
                  .join(t('list.comma'))}
              </span>
              {member.status === 'disabled' && (
                <span className="small">
                  <MemberStatusMark member={member} />
                </span>
              )}
              {member.binding !== null && (
                <span className="small mark-warn">
                  {t('plan.bind.bound-to', { name: member.binding.name ?? member.binding.oaUserId })}
                </span>
              )}
            </Radio>
          ))}
        </Radio.Group>
      )}
      {chosen !== undefined && loser !== undefined && (
        <Alert
          type="warning"
          showIcon
          role="alert"
          title={t('plan.bind.warn', {
            member: chosen.name ?? chosen.userId,
            oa: loser.name ?? loser.oaUserId,
          })}
        />
      )}
      {bind.error !== null && <FailureNotice error={bind.error} />}
      <div className="row">
        <Button
          type="primary"
          danger={loser !== undefined}
          disabled={chosen === undefined || chosen.binding?.oaUserId === oa.id}
          loading={bind.isPending}
          onClick={() => chosen && bind.mutate({ member: chosen, oa, replace: loser !== undefined })}
        >
          {t(loser === undefined ? 'plan.bind.submit' : 'plan.bind.rebind')}
        </Button>
        <Button onClick={onCancel}>{t('action.cancel')}</Button>
      </div>
    </section>
  );
}
