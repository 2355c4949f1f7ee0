import { CheckCircleOutlined, CloseCircleOutlined, WarningOutlined } from '@ant-design/icons';
import { Button, Tag } from 'antd';
import { useEffect, useRef } from 'react';
import type { Candidate, Conflict } from '../api/bindings';
import { useLanguage } from '../language/use-language';
import { MemberStatusMark } from '../members/member-status-mark';
import { TimeAgo } from '../parts/time';
import { compareCandidate, type ComparedField } from './compare-candidate';

interface ConflictCaseProps {
  readonly conflict: Conflict;
  readonly current: boolean;
  /** Somebody went there; a page that opens stays at its top. */
  readonly follow: boolean;
  readonly mayDecide: boolean;
  readonly busy: boolean;
  readonly onFocus: () => void;
  readonly onOpen: () => void;
  readonly onChoose: (candidate: Candidate) => void;
  readonly onNone: () => void;
}

/** The member on the left, who may be meant on the right. */
export function ConflictCase(props: ConflictCaseProps) {
  const { conflict, current, follow, mayDecide, busy, onFocus, onOpen, onChoose, onNone } = props;
  const { t, number } = useLanguage();
  const { member, candidates } = conflict;
  const name = member.name ?? member.userId;
  const box = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (!current || !follow) return;
    box.current?.scrollIntoView({ block: 'nearest' });
    // The button that was pressed has gone with its case: whoever tabs goes on from here.
    if (document.activeElement === document.body) box.current?.focus({ preventScroll: true });
  }, [current, follow]);
  return (
    <li
      ref={box}
      className={current ? 'desk-case desk-case-on' : 'desk-case'}
      aria-current={current}
      tabIndex={-1}
      onFocus={onFocus}
      onClick={onFocus}
    >
      <div className="desk-member">
        <div className="quiet small">{t('conflict.member')}</div>
        <Button type="link" className="desk-name" onClick={onOpen}>
          {name}
        </Button>
        <MemberStatusMark member={{ status: member.status, goneAt: null }} />
        <dl className="desk-facts">
          <Fact label={t('member.user-id')} value={member.userId} mono />
          <Fact label={t('member.departments')} value={member.departments.join(t('list.comma'))} />
          <Fact label={t('member.mobile')} value={member.mobile} />
          <Fact label={t('field.email')} value={member.email} />
          <Fact label={t('member.position')} value={member.position} />
        </dl>
        <p className="desk-why">
          <WarningOutlined aria-hidden /> {conflict.reason}
        </p>
        <span className="quiet small">
          {t('conflict.found')} <TimeAgo at={conflict.foundAt} />
        </span>
      </div>
      <div className="desk-side">
        <div className="quiet small">{t('conflict.candidates', { count: number(candidates.length) })}</div>
        <ol className="desk-candidates">
          {candidates.map((candidate, place) => (
            <CandidateCard
              key={candidate.oaUserId}
              conflict={conflict}
              candidate={candidate}
              place={place + 1}
              mayDecide={mayDecide}
              busy={busy}
              onChoose={() => onChoose(candidate)}
            />
          ))}
        </ol>
        {mayDecide && (
          <div className="desk-none">
            <Button disabled={busy} onClick={onNone}>
              <kbd aria-hidden>0</kbd> {t('conflict.none')}
            </Button>
            <Button type="link" onClick={onOpen}>
              {t('conflict.other')}
            </Button>
          </div>
        )}
      </div>
    </li>
  );
}

interface FactProps {
  readonly label: string;
  readonly value: string | null;
  readonly mono?: boolean;
}

function Fact({ label, value, mono = false }: FactProps) {
  if (value === null || value === '') return null;
  return (
    <>
      <dt>{label}</dt>
      <dd className={mono ? 'mono' : undefined}>{value}</dd>
    </>
  );
}

interface CandidateCardProps {
  readonly conflict: Conflict;
  readonly candidate: Candidate;
  readonly place: number;
  readonly mayDecide: boolean;
  readonly busy: boolean;
  readonly onChoose: () => void;
}

function CandidateCard({ conflict, candidate, place, mayDecide, busy, onChoose }: CandidateCardProps) {
  const { t } = useLanguage();
  const { name, boundTo, reasons, status, score } = candidate;
  const labels: Readonly<Record<ComparedField, string>> = {
    name: t('member.name'),
    login: t('conflict.login'),
    department: t('member.departments'),
    mobile: t('member.mobile'),
    position: t('member.position'),
  };
  return (
    <li className="desk-candidate">
      <div className="desk-candidate-head">
        {place <= 9 && <kbd aria-hidden>{place}</kbd>}
        <strong className="wrap-anywhere">{name}</strong>
        <span className="quiet small desk-score">{t('conflict.score', { score })}</span>
      </div>
      <div className="desk-tags">
        {reasons.map(({ code, text }) => (
          <Tag key={code} className="desk-reason">
            {text}
          </Tag>
        ))}
        {status === 'departed' && (
          <Tag className="desk-warning">
            <WarningOutlined aria-hidden /> {t('conflict.departed')}
          </Tag>
        )}
        {boundTo !== null && (
          <Tag className="desk-warning">
            <WarningOutlined aria-hidden /> {t('conflict.taken', { userId: boundTo })}
          </Tag>
        )}
      </div>
      <dl className="desk-facts">
        {compareCandidate(conflict.member, candidate).map(({ field, value, same }) => (
          <div
            key={field}
            className={
              same === undefined ? 'desk-fact' : same ? 'desk-fact desk-same' : 'desk-fact desk-other'
            }
          >
            <dt>{labels[field]}</dt>
            <dd>
              <span className={field === 'login' ? 'mono' : undefined}>{value}</span>
              {same !== undefined && (
                <span className="desk-verdict">
                  {same ? <CheckCircleOutlined aria-hidden /> : <CloseCircleOutlined aria-hidden />}{' '}
                  {t(same ? 'conflict.same' : 'conflict.different')}
                </span>
              )}
            </dd>
          </div>
        ))}
      </dl>
      {mayDecide && status === 'active' && (
        <Button
          block
          {...(boundTo === null ? { type: 'primary', ghost: true } : { danger: true })}
          aria-label={t('conflict.choose.who', { n: place, name })}
          disabled={busy}
          onClick={onChoose}
        >
          {t(boundTo === null ? 'conflict.choose' : 'conflict.take')}
        </Button>
      )}
    </li>
  );
}
