import { useQuery } from '@tanstack/react-query';
import { Alert, Collapse, Drawer } from 'antd';
import { Link } from 'react-router';
import { type AttendanceRecordDetails, type PastRecord, type RawRow, recordQuery } from '../api/attendance';
import { Minute } from '../departures/minute';
import { useLanguage } from '../language/use-language';
import { Facts } from '../parts/facts';
import { QueryView } from '../parts/query-view';
import { useNarrow } from '../parts/use-narrow';
import { useZone } from '../parts/zone';
import { ExceptionMarks } from './exception-marks';
import { KindMark } from './kind-mark';
import { Part } from './part';
import { Photos } from './photos';
import { changedFields } from './raw-changes';

interface RecordDrawerProps {
  readonly corpId: string;
  /** Undefined: closed. */
  readonly recordId: string | undefined;
  readonly onClose: () => void;
}

export function RecordDrawer({ corpId, recordId, onClose }: RecordDrawerProps) {
  const { t } = useLanguage();
  const narrow = useNarrow();
  return (
    <Drawer
      open={recordId !== undefined}
      onClose={onClose}
      size={narrow ? '100%' : 640}
      title={t('att.record')}
      destroyOnHidden
    >
      {recordId !== undefined && <OpenRecord key={recordId} corpId={corpId} recordId={recordId} />}
    </Drawer>
  );
}

function OpenRecord({ corpId, recordId }: { readonly corpId: string; readonly recordId: string }) {
  const { t } = useLanguage();
  const record = useQuery(recordQuery(corpId, recordId));
  return (
    <QueryView query={record}>
      {(data) => (
        <div className="stack">
          <div>
            <div className="row">
              <h2 className="member-name">{data.name ?? data.userId}</h2>
              <KindMark punch={data} />
              <ExceptionMarks codes={data.exceptions} />
            </div>
            <span className="mono small quiet">{data.userId}</span>
          </div>
          {data.state === 'superseded' && (
            <Alert
              type="info"
              showIcon
              title={t('att.superseded')}
              description={
                <>
                  {t('att.superseded.about')}
                  {data.supersededAt !== null && (
                    <>
                      {' · '}
                      <Minute at={data.supersededAt} />
                    </>
                  )}
                </>
              }
            />
          )}
          <RecordFacts corpId={corpId} record={data} />
          {data.mediaIds.length > 0 && (
            <Part title={t('att.photos')}>
              <Photos corpId={corpId} mediaIds={data.mediaIds} />
            </Part>
          )}
          {data.past.length > 0 && (
            <Part title={t('att.past')}>
              <Past record={data} />
            </Part>
          )}
          <Raw row={data.raw} />
        </div>
      )}
    </QueryView>
  );
}

function RecordFacts({
  corpId,
  record,
}: {
  readonly corpId: string;
  readonly record: AttendanceRecordDetails;
}) {
  const { t, number } = useLanguage();
  const text = (name: string) => {
    const value = record.raw[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const [wifi, notes, detail] = [text('wifiname'), text('notes'), text('location_detail')];
  const { userId, oaUserId, day, scheduledAt, exception, location, groupName, deviceId, version } = record;
  return (
    <div className="departure-facts">
      <Facts
        items={[
          [t('att.at'), <Minute at={record.at} />],
          [
            t('att.day'),
            <>
              {day} ·{' '}
              <Link
                to={`/corps/${corpId}/attendance?view=calendar&member=${encodeURIComponent(userId)}&month=${day.slice(0, 7)}&day=${day}`}
              >
                {t('att.record.calendar')}
              </Link>
            </>,
          ],
          scheduledAt !== null && [t('att.scheduled'), <Minute at={scheduledAt} />],
          exception !== null && exception !== '' && [t('att.exception.words'), exception],
          (location !== null || detail !== undefined) && [
            t('att.place'),
            <>
              {location ?? detail}
              {detail !== undefined && detail !== location && location !== null && (
                <div className="small quiet">{detail}</div>
              )}
            </>,
          ],
          wifi !== undefined && [t('att.wifi'), wifi],
          deviceId !== null && deviceId !== '' && [t('att.device'), <span className="mono">{deviceId}</span>],
          notes !== undefined && [t('att.notes'), notes],
          groupName !== null && [t('att.group'), groupName],
          [
            t('att.oa-user'),
            oaUserId === undefined ? (
              <>
                <span className="quiet">{t('att.oa-user.none')}</span> ·{' '}
                <Link to={`/corps/${corpId}/bindings?q=${encodeURIComponent(userId)}`}>
                  {t('att.oa.waiting.bind')}
                </Link>
              </>
            ) : (
              <span className="mono">{oaUserId}</span>
            ),
          ],
          version > 1 && [t('att.version'), number(version)],
        ]}
      />
    </div>
  );
}

/** What it was before WeCom changed it, the newest first; what differs stands beside it. */
function Past({ record: { raw, past } }: { readonly record: AttendanceRecordDetails }) {
  const { t } = useLanguage();
  return (
    <ol className="att-past">
      {past.map((one, index) => (
        <PastVersion key={one.version} past={one} next={index === 0 ? raw : (past[index - 1]?.raw ?? raw)} />
      ))}
      <li className="visually-hidden">{t('att.past.end')}</li>
    </ol>
  );
}

function PastVersion({ past, next }: { readonly past: PastRecord; readonly next: RawRow }) {
  const { t, maybe } = useLanguage();
  const changes = changedFields(past.raw, next, useZone());
  return (
    <li>
      <div className="row">
        <strong>{t(`att.became.${past.became}`)}</strong>
        <span className="small quiet">
          <Minute at={past.changedAt} /> · <Link to={`/runs/${past.runId}`}>{t('att.past.run')}</Link>
        </span>
      </div>
      {changes.length > 0 && (
        <ul className="att-changes">
          {changes.map(({ name, before, after }) => (
            <li key={name}>
              <span className="quiet">
                {maybe(`att.raw.${name}`) ?? <span className="mono">{name}</span>}
              </span>{' '}
              <del>{before}</del> → <ins>{after}</ins>
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}

export function Raw({ row }: { readonly row: RawRow }) {
  const { t } = useLanguage();
  return (
    <Collapse
      ghost
      size="small"
      items={[
        {
          key: 'raw',
          label: t('att.raw'),
          children: <pre className="raw-json">{JSON.stringify(row, null, 2)}</pre>,
        },
      ]}
    />
  );
}
