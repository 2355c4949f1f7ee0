import { PauseCircleOutlined, PlayCircleOutlined } from '@ant-design/icons';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Card, Input } from 'antd';
import { Link } from 'react-router';
import { pauseSchedule, resumeSchedule, type ScheduleState, schedulesQuery } from '../api/settings';
import { useLanguage } from '../language/use-language';
import { Facts } from '../parts/facts';
import { describeFailure } from '../parts/failure-notice';
import { Mark } from '../parts/mark';
import { QueryView } from '../parts/query-view';
import { TimeAgo } from '../parts/time';
import { PhaseMark } from '../runs/phase-mark';
import { useMay } from '../session/use-session';
import { rhythmOf } from './cron';
import { Moments } from './moments';
import './settings.css';

/** On the corp's page: what runs by itself, and when next. */
export function SchedulesCard({ corpId }: { readonly corpId: string }) {
  const { t } = useLanguage();
  const schedules = useQuery(schedulesQuery(corpId));
  return (
    <Card title={t('schedules.title')}>
      <QueryView query={schedules}>
        {(items) =>
          items.length === 0 ? (
            <span className="quiet">
              {t('schedules.none')} · <Link to={`/corps/${corpId}/settings`}>{t('schedules.set-up')}</Link>
            </span>
          ) : (
            <Schedules corpId={corpId} items={items} />
          )
        }
      </QueryView>
    </Card>
  );
}

/** Beside the settings: only where there is something that was saved before. */
export function SchedulesInForce({ corpId }: { readonly corpId: string }) {
  const { t } = useLanguage();
  const schedules = useQuery(schedulesQuery(corpId));
  if (schedules.data === undefined || schedules.data.length === 0) return null;
  return (
    <div className="in-force">
      <div className="set-label">{t('schedules.title')}</div>
      <Schedules corpId={corpId} items={schedules.data} />
    </div>
  );
}

interface SchedulesProps {
  readonly corpId: string;
  readonly items: readonly ScheduleState[];
}

function Schedules({ corpId, items }: SchedulesProps) {
  return (
    <ul className="schedule-list">
      {items.map((schedule) => (
        <li key={schedule.direction}>
          <OneSchedule corpId={corpId} schedule={schedule} />
        </li>
      ))}
    </ul>
  );
}

function OneSchedule({ corpId, schedule }: { readonly corpId: string; readonly schedule: ScheduleState }) {
  const { t } = useLanguage();
  const { direction, cron, timezone, paused, note, lastRun, nextRuns } = schedule;
  return (
    <>
      <div className="spread">
        <strong>{t(`schedules.${direction}`)}</strong>
        <span className="row">
          <Mark tone={paused ? 'warn' : 'good'} {...(paused ? { icon: 'paused' as const } : {})}>
            {t(paused ? 'schedules.paused' : 'schedules.active')}
          </Mark>
          <PauseButton corpId={corpId} schedule={schedule} />
        </span>
      </div>
      <Facts
        items={[
          [t('schedules.rhythm'), <Rhythm cron={cron} timezone={timezone} />],
          [
            t('schedules.last'),
            lastRun === null ? (
              <span className="quiet">{t('schedules.never')}</span>
            ) : (
              <span className="row">
                <Link to={`/runs/${lastRun.id}`}>
                  <PhaseMark phase={lastRun.phase} />
                </Link>
                <span className="quiet small">
                  <TimeAgo at={lastRun.startedAt} />
                </span>
              </span>
            ),
          ],
          note !== null && note !== '' && [t('schedules.note'), note],
        ]}
      />
      {!paused && nextRuns.length > 0 && (
        <Moments
          title={t('schedule.next')}
          moments={nextRuns.map((moment) => new Date(moment))}
          timezone={timezone}
        />
      )}
    </>
  );
}

/** In words where it is simple, else as it was written. */
export function Rhythm({ cron, timezone }: { readonly cron: string; readonly timezone: string }) {
  const { t } = useLanguage();
  const { frequency, everyHours, time, weekday } = rhythmOf(cron);
  const day = (weekday === 0 ? 7 : weekday) as 1 | 2 | 3 | 4 | 5 | 6 | 7;
  const words = {
    hourly: `${t('schedule.every', { hours: everyHours })} (:${time.slice(3)})`,
    daily: `${t('schedule.frequency.daily')} ${time}`,
    workdays: `${t('schedule.frequency.workdays')} ${time}`,
    weekly: `${t('schedule.frequency.weekly')} ${t(`weekday.${day}`)} ${time}`,
    custom: cron,
  }[frequency];
  return (
    <span>
      <span className={frequency === 'custom' ? 'mono' : ''}>{words}</span>{' '}
      <span className="quiet small">{timezone}</span>
    </span>
  );
}

function PauseButton({ corpId, schedule }: { readonly corpId: string; readonly schedule: ScheduleState }) {
  const { t } = useLanguage();
  const { modal, message } = App.useApp();
  const queryClient = useQueryClient();
  const mayWrite = useMay('settings:write');
  const what = t(`schedules.${schedule.direction}`);
  const change = useMutation({
    mutationFn: (note: string | null) =>
      note === null
        ? resumeSchedule(corpId, schedule.direction)
        : pauseSchedule(corpId, schedule.direction, note),
    onError: (error) => message.error(describeFailure(error, t).title),
    onSettled: () => queryClient.invalidateQueries({ queryKey: schedulesQuery(corpId).queryKey }),
  });
  if (!mayWrite) return null;

  function pause() {
    let note = '';
    modal.confirm({
      title: t('schedules.pause.title', { what }),
      content: (
        <div className="stack">
          <span>{t('schedules.pause.about')}</span>
          <Input
            aria-label={t('schedules.pause.note')}
            placeholder={t('schedules.pause.note')}
            maxLength={200}
            onChange={({ target }) => (note = target.value)}
          />
        </div>
      ),
      okText: t('schedules.pause'),
      cancelText: t('action.cancel'),
      onOk: () => change.mutate(note.trim()),
    });
  }

  return schedule.paused ? (
    <Button
      size="small"
      icon={<PlayCircleOutlined />}
      aria-label={t('schedules.resume.what', { what })}
      loading={change.isPending}
      onClick={() => change.mutate(null)}
    >
      {t('schedules.resume')}
    </Button>
  ) : (
    <Button
      size="small"
      icon={<PauseCircleOutlined />}
      aria-label={t('schedules.pause.what', { what })}
      loading={change.isPending}
      onClick={pause}
    >
      {t('schedules.pause')}
    </Button>
  );
}
