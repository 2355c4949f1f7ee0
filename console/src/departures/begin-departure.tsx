import { useMutation, useQuery } from '@tanstack/react-query';
import { Alert, Modal, Radio } from 'antd';
import { useState } from 'react';
import { beginDeparture, type Departure } from '../api/departures';
import { type Member, membersQuery } from '../api/members';
import { settingsQuery } from '../api/settings';
import '../bindings/bindings.css';
import { useLanguage } from '../language/use-language';
import { MemberStatusMark } from '../members/member-status-mark';
import { FailureNotice } from '../parts/failure-notice';
import { SearchWords } from '../parts/search-words';
import { Rule } from './departures-head';
import './departures.css';
import { useReadDeparturesAnew } from './use-decide';

type Leaver = Pick<Member, 'userId' | 'name'>;

interface BeginDepartureProps {
  readonly corpId: string;
  /** Left out: somebody is to be chosen first. */
  readonly member?: Leaver;
  readonly onClose: () => void;
  readonly onBegun: (departure: Departure) => void;
}

export function BeginDeparture({ corpId, member, onClose, onBegun }: BeginDepartureProps) {
  const { t } = useLanguage();
  const [found, setFound] = useState<Leaver | undefined>();
  const settings = useQuery({ ...settingsQuery(corpId), staleTime: 30_000 });
  const readAnew = useReadDeparturesAnew(corpId);
  const chosen = member ?? found;
  const begin = useMutation({
    mutationFn: (userId: string) => beginDeparture(corpId, userId),
    onSuccess: onBegun,
    onSettled: readAnew,
  });
  return (
    <Modal
      open
      width={560}
      title={
        member === undefined
          ? t('departure.begin')
          : t('departure.begin.of', { name: member.name ?? member.userId })
      }
      okText={t('departure.begin.submit')}
      okButtonProps={{ danger: true, disabled: chosen === undefined }}
      cancelText={t('departure.back')}
      confirmLoading={begin.isPending}
      onCancel={onClose}
      onOk={() => chosen && begin.mutate(chosen.userId)}
    >
      <div className="stack">
        {member === undefined && <LeaverPicker corpId={corpId} chosen={found} onChoose={setFound} />}
        <Alert
          type="warning"
          showIcon
          title={t('departure.begin.does')}
          description={
            <>
              <div>{t('departure.begin.about')}</div>
              {settings.data !== undefined && (
                <div>
                  <Rule
                    // Begun by a person it waits, whatever a push does with those who left.
                    departed={{ ...settings.data.push.departed, action: 'disable' }}
                    timezone={settings.data.timezone}
                  />
                </div>
              )}
            </>
          }
        />
        {begin.error !== null && <FailureNotice error={begin.error} />}
      </div>
    </Modal>
  );
}

const shown = 20;

interface LeaverPickerProps {
  readonly corpId: string;
  readonly chosen: Leaver | undefined;
  readonly onChoose: (member: Leaver | undefined) => void;
}

/** Who can not be chosen is shown all the same, with why. */
function LeaverPicker({ corpId, chosen, onChoose }: LeaverPickerProps) {
  const { t } = useLanguage();
  const [words, setWords] = useState('');
  const members = useQuery({
    ...membersQuery(corpId, { q: words }, undefined, shown),
    enabled: words !== '',
  });
  const found = words === '' ? [] : (members.data?.items ?? []).filter(({ goneAt }) => goneAt === null);
  return (
    <section className="bind-picker" aria-label={t('departure.begin.who')}>
      <div className="members-filter">
        <SearchWords
          label={t('departure.begin.search')}
          words={words}
          onChange={(next) => {
            setWords(next);
            onChoose(undefined);
          }}
        />
      </div>
      {members.error !== null && (
        <FailureNotice error={members.error} onRetry={() => void members.refetch()} />
      )}
      {words !== '' && members.data !== undefined && !members.isPlaceholderData && found.length === 0 && (
        <p className="quiet bind-picker-hint" role="status">
          {t('plan.bind.none')}
        </p>
      )}
      {found.length > 0 && (
        <Radio.Group
          className="bind-people"
          aria-label={t('departure.begin.who')}
          value={chosen?.userId}
          onChange={({ target }) => onChoose(found.find(({ userId }) => userId === target.value))}
        >
          {found.map((member) => (
            <Radio
              key={member.userId}
              value={member.userId}
              className="bind-person"
              disabled={member.binding === null}
            >
              <span className="bind-person-name">{member.name ?? member.userId}</span>
              <span className="mono small">{member.userId}</span>
              <span className="small quiet">
                {member.departments
                  .map(({ name, departmentId }) => name ?? t('department.unnamed', { id: departmentId }))
                  .join(t('list.comma'))}
              </span>
              {member.status === 'disabled' && (
                <span className="small">
                  <MemberStatusMark member={member} />
                </span>
              )}
              {member.binding === null && <span className="small">{t('departure.begin.unbound')}</span>}
            </Radio>
          ))}
        </Radio.Group>
      )}
    </section>
  );
}
