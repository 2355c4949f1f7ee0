import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import type { MemberDetails } from '../api/members';
import { settingsQuery } from '../api/settings';
import { useLanguage } from '../language/use-language';
import { Facts } from '../parts/facts';
import { BeginDeparture } from './begin-departure';
import { DaysLeft } from './days-left';
import { DepartureStateMark } from './departure-state-mark';
import './departures.css';
import { Minute } from './minute';
import { useMayDecide } from './use-may-decide';

interface MemberDepartureProps {
  readonly corpId: string;
  readonly member: MemberDetails;
}

const ended: ReadonlySet<string> = new Set(['deleted', 'restored', 'cancelled']);

/** Since when the account is disabled, and what becomes of it; or the way to let somebody leave. */
export function MemberDeparture({ corpId, member }: MemberDepartureProps) {
  const { t } = useLanguage();
  const { departure = null } = member;
  const isOpen = departure !== null && !ended.has(departure.state);
  if (departure === null) return <BeginButton corpId={corpId} member={member} />;
  return (
    <section className="bind-box" aria-label={t('departure.title')}>
      <div className="spread">
        <span className="row">
          <strong>{t('departure.title')}</strong>
          <DepartureStateMark state={departure.state} />
        </span>
        <Link to={`/corps/${corpId}/departures?member=${encodeURIComponent(member.userId)}`}>
          {t('departure.see')}
        </Link>
      </div>
      <div className="departure-facts">
        <Facts
          items={[
            departure.disabledAt !== null && [
              t('departure.disabled-at'),
              <Minute at={departure.disabledAt} />,
            ],
            isOpen && [t('departure.delete-at'), <DaysLeft departure={departure} />],
            departure.reason !== null && [t('departure.reason'), departure.reason],
          ]}
        />
      </div>
      {!isOpen && <BeginButton corpId={corpId} member={member} />}
    </section>
  );
}

function BeginButton({ corpId, member }: MemberDepartureProps) {
  const { t } = useLanguage();
  const navigate = useNavigate();
  const [asking, setAsking] = useState(false);
  if (!useCanBegin(corpId, member)) return null;
  return (
    <div>
      <Button onClick={() => setAsking(true)}>{t('departure.begin')}</Button>
      {asking && (
        <BeginDeparture
          corpId={corpId}
          member={member}
          onClose={() => setAsking(false)}
          onBegun={({ userId }) =>
            void navigate(`/corps/${corpId}/departures?member=${encodeURIComponent(userId)}`)
          }
        />
      )}
    </div>
  );
}

/** What the API would refuse is not offered. */
function useCanBegin(corpId: string, { binding, goneAt }: MemberDetails): boolean {
  const may = useMayDecide();
  const settings = useQuery({ ...settingsQuery(corpId), staleTime: 30_000, enabled: may.begin });
  return (
    may.begin &&
    binding !== null &&
    goneAt === null &&
    settings.data?.access === 'read-write' &&
    settings.data.master === 'oa'
  );
}
