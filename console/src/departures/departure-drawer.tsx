import { ExportOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Drawer } from 'antd';
import { type ReactNode } from 'react';
import { Link } from 'react-router';
import type { Departure, DepartureDetails } from '../api/departures';
import { departureQuery } from '../api/departures';
import { useBindingWords } from '../bindings/use-binding-words';
import { useLanguage } from '../language/use-language';
import { Facts } from '../parts/facts';
import { describeWecomAnswer } from '../parts/failure-notice';
import { QueryView } from '../parts/query-view';
import { useNarrow } from '../parts/use-narrow';
import '../settings/settings.css';
import { DaysLeft } from './days-left';
import { DepartureActions } from './departure-actions';
import { DepartureStateMark } from './departure-state-mark';
import './departures.css';
import { HandOverList } from './hand-over-list';
import { LifeLine } from './life-line';
import { Minute } from './minute';
import { useTellOthers } from './use-decide';
import { nameOf } from './who';

interface DepartureDrawerProps {
  readonly corpId: string;
  /** Undefined: closed. */
  readonly userId: string | undefined;
  readonly onClose: () => void;
}

export function DepartureDrawer({ corpId, userId, onClose }: DepartureDrawerProps) {
  const { t } = useLanguage();
  const narrow = useNarrow();
  return (
    <Drawer
      open={userId !== undefined}
      onClose={onClose}
      size={narrow ? '100%' : 640}
      title={t('departure.title')}
      destroyOnHidden
    >
      {userId !== undefined && <OpenDeparture key={userId} corpId={corpId} userId={userId} />}
    </Drawer>
  );
}

function OpenDeparture({ corpId, userId }: { readonly corpId: string; readonly userId: string }) {
  const { t } = useLanguage();
  const departure = useQuery(departureQuery(corpId, userId));
  const { state, deleteAt } = departure.data ?? {};
  useTellOthers(corpId, state && `${state} ${deleteAt}`, ['list', 'summary', 'calendar']);
  return (
    <QueryView query={departure}>
      {(data) => (
        <div className="stack">
          <div>
            <div className="row">
              <h2 className="member-name">{nameOf(data)}</h2>
              <DepartureStateMark state={data.state} />
            </div>
            <span className="mono small quiet">{data.userId}</span>
          </div>
          <Reason departure={data} />
          <DepartureActions corpId={corpId} departure={data} />
          <Dates departure={data} />
          <Part title={t('departure.hand-over')}>
            <HandOverList corpId={corpId} departure={data} />
          </Part>
          <Part title={t('departure.life')}>
            <LifeLine events={data.events} />
          </Part>
          <div className="row">
            {data.runId !== null && <Link to={`/runs/${data.runId}`}>{t('departure.run.see')}</Link>}
            {data.temporalUrl !== null && (
              <Button icon={<ExportOutlined />} href={data.temporalUrl} target="_blank" rel="noreferrer">
                {t('run.temporal')}
              </Button>
            )}
            <Link to={`/corps/${corpId}/members?q=${encodeURIComponent(data.userId)}`}>
              {t('departure.member')}
            </Link>
          </div>
          <Earlier departures={data.earlier} />
        </div>
      )}
    </QueryView>
  );
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section>
      <h3 className="set-subheading">{title}</h3>
      {children}
    </section>
  );
}

function Reason({
  departure: { state, reason, advice, wecom, closedAt, runId },
}: {
  readonly departure: Departure;
}) {
  const { t } = useLanguage();
  // How it ended stands among the dates.
  if (reason === null || closedAt !== null) return null;
  return (
    <Alert
      type={state === 'held' ? 'warning' : 'info'}
      showIcon
      title={reason}
      description={
        (advice !== null || wecom !== null || runId !== null) && (
          <>
            {advice !== null && <div style={{ whiteSpace: 'pre-line' }}>{advice}</div>}
            {wecom !== null && <div className="quiet small mono">{describeWecomAnswer(wecom, t)}</div>}
            {/* There it is approved, or says what went wrong. */}
            {runId !== null && <Link to={`/runs/${runId}`}>{t('departure.run.see')}</Link>}
          </>
        )
      }
    />
  );
}

function Dates({ departure }: { readonly departure: DepartureDetails }) {
  const { t, maybe, number } = useLanguage();
  const { actor } = useBindingWords();
  const { afterDays, postponedDays, deleteAt, noticeAt, noticedAt, origin, startedBy, closedAt, decidedBy } =
    departure;
  const begun = maybe(`departure.origin.${origin}`) ?? origin;
  // What is being restored waits for no day.
  const isAhead = closedAt === null && departure.state !== 'restoring';
  return (
    <div className="departure-facts">
      <Facts
        items={[
          [
            t('departure.disabled-at'),
            departure.disabledAt === null ? (
              t('departure.disabled.not-yet')
            ) : (
              <Minute at={departure.disabledAt} />
            ),
          ],
          closedAt === null && [t('departure.delete-at'), <DaysLeft departure={departure} />],
          isAhead &&
            afterDays !== null && [
              t('departure.after'),
              postponedDays === 0
                ? t('departure.after.days', { days: number(afterDays) })
                : t('departure.after.postponed', {
                    days: number(afterDays),
                    postponed: number(postponedDays),
                  }),
            ],
          // A deletion that somebody made earlier than its notice has none.
          isAhead &&
            noticeAt !== null &&
            (noticedAt !== null || (deleteAt !== null && noticeAt < deleteAt)) && [
              t('departure.notice'),
              <>
                <Minute at={noticedAt ?? noticeAt} />{' '}
                {noticedAt !== null && <span className="quiet">{t('departure.notice.sent')}</span>}
              </>,
            ],
          closedAt !== null && [
            t('departure.ended-at'),
            <>
              <Minute at={closedAt} />
              {decidedBy !== null && ` · ${actor(decidedBy)}`}
            </>,
          ],
          closedAt !== null && departure.reason !== null && [t('departure.reason'), departure.reason],
          [
            t('departure.begun'),
            <>
              {begun}
              {startedBy !== null && ` · ${actor(startedBy)}`} · <Minute at={departure.createdAt} />
            </>,
          ],
          [t('departure.oa-user'), <span className="mono">{departure.oaUserId}</span>],
        ]}
      />
    </div>
  );
}

function Earlier({ departures }: { readonly departures: readonly Departure[] }) {
  const { t } = useLanguage();
  if (departures.length === 0) return null;
  return (
    <Part title={t('departure.earlier')}>
      <ul className="departure-earlier">
        {departures.map(({ departureId, state, createdAt, closedAt, reason }) => (
          <li key={departureId}>
            <DepartureStateMark state={state} />
            <span className="small quiet">
              <Minute at={createdAt} />
              {closedAt !== null && (
                <>
                  {' – '}
                  <Minute at={closedAt} />
                </>
              )}
            </span>
            {reason !== null && <span className="small">{reason}</span>}
          </li>
        ))}
      </ul>
    </Part>
  );
}
