import {
  CloudDownloadOutlined,
  DeleteOutlined,
  EditOutlined,
  PauseCircleOutlined,
  PlayCircleOutlined,
  PlusOutlined,
} from '@ant-design/icons';
import { useMutation, useQuery } from '@tanstack/react-query';
import { App, Button, Empty, Input } from 'antd';
import { Link } from 'react-router';
import {
  type AttendanceRule,
  attendanceRulesQuery,
  type AttendanceSettings,
  pauseAttendanceRule,
  removeAttendanceRule,
  resumeAttendanceRule,
} from '../api/attendance';
import type { Corp } from '../api/corps';
import { dayAfter, todayIn } from '../departures/days';
import { Minute } from '../departures/minute';
import { useLanguage } from '../language/use-language';
import '../messages/messages.css';
import { describeFailure } from '../parts/failure-notice';
import { Mark } from '../parts/mark';
import { QueryView } from '../parts/query-view';
import { TimeAgo } from '../parts/time';
import { PhaseMark } from '../runs/phase-mark';
import { useMay } from '../session/use-session';
import { Rhythm } from '../settings/schedules-card';
import { DayRangeWords } from './day-range-words';
import { BackFillButton } from './gap-alarm';
import { NextStep } from './next-step';
import { RuleDrawer } from './rule-drawer';
import { useAttendanceView } from './use-attendance-view';
import { useReadAttendanceAnew } from './use-read-anew';
import { useStartAttendanceRun } from './use-start-run';
import { whatIsRead } from './what-is-read';

interface RulesViewProps {
  readonly corp: Corp;
  readonly settings: AttendanceSettings;
}

/** Whose check-in data is read, and when. */
export function RulesView({ corp, settings }: RulesViewProps) {
  const { t } = useLanguage();
  const { edit, change } = useAttendanceView();
  const rules = useQuery(attendanceRulesQuery(corp.id));
  const mayWrite = useMay('settings:write');
  const add = mayWrite && (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => change({ edit: 'new' })}>
      {t('att.rule.add')}
    </Button>
  );
  const edited = rules.data?.find(({ ruleId }) => ruleId === edit);
  return (
    <>
      <div className="spread">
        <p className="quiet att-lead">{t('att.rules.lead')}</p>
        {(rules.data?.length ?? 0) > 0 && add}
      </div>
      <QueryView query={rules}>
        {(items) =>
          items.length === 0 ? (
            <Empty
              image={Empty.PRESENTED_IMAGE_SIMPLE}
              description={
                <div className="departure-empty">
                  <div>{t('att.rules.empty')}</div>
                  <div className="small quiet">{t('att.rules.empty.about')}</div>
                </div>
              }
            >
              {settings.configured ? add : <NextStep settings={settings} />}
            </Empty>
          ) : (
            <ul className="msg-rules" aria-label={t('att.view.rules')}>
              {items.map((rule) => (
                <Rule key={rule.ruleId} corp={corp} settings={settings} rule={rule} mayWrite={mayWrite} />
              ))}
            </ul>
          )
        }
      </QueryView>
      {rules.data !== undefined && edit !== undefined && (edit === 'new' || edited !== undefined) && (
        <RuleDrawer
          key={edit}
          corpId={corp.id}
          settings={settings}
          rule={edited}
          onClose={() => change({ edit: undefined })}
        />
      )}
    </>
  );
}

interface RuleProps extends RulesViewProps {
  readonly rule: AttendanceRule;
  readonly mayWrite: boolean;
}

function Rule({ corp, settings, rule, mayWrite }: RuleProps) {
  const { t, number } = useLanguage();
  const { modal } = App.useApp();
  const { change, open } = useAttendanceView();
  const mayStart = useMay('runs:start');
  const readAnew = useReadAttendanceAnew(corp.id);
  const { ruleId, name, reads, kinds, schedule, enabled, paused, pauseNote, nextRuns, lastRun } = rule;
  const failed = (error: Error) => {
    const { title, advice } = describeFailure(error, t);
    modal.error({ title, content: advice });
  };
  const remove = useMutation({
    mutationFn: () => removeAttendanceRule(corp.id, ruleId),
    onError: failed,
    onSettled: readAnew,
  });
  const hold = useMutation({
    mutationFn: (note: string | null) =>
      note === null ? resumeAttendanceRule(corp.id, ruleId) : pauseAttendanceRule(corp.id, ruleId, note),
    onError: failed,
    onSettled: readAnew,
  });
  const start = useStartAttendanceRun(corp.id, () => open('runs'));
  const today = todayIn(settings.timezone);

  function confirmRemoval() {
    modal.confirm({
      title: t('att.rule.remove.title', { name }),
      content: t('att.rule.remove.about'),
      okText: t('action.remove'),
      okButtonProps: { danger: true },
      cancelText: t('action.cancel'),
      onOk: () => remove.mutate(),
    });
  }

  function pause() {
    let note = '';
    modal.confirm({
      title: t('att.rule.pause.title', { name }),
      content: (
        <div className="stack">
          <span>{t('att.rule.pause.about')}</span>
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
      onOk: () => hold.mutate(note.trim()),
    });
  }

  const scheduled = enabled && schedule !== null;
  return (
    <li className={enabled && !paused ? 'msg-rule' : 'msg-rule msg-rule-off'}>
      <div className="msg-rule-words">
        <div className="row">
          {mayWrite ? (
            <Button type="link" className="bind-open msg-rule-name" onClick={() => change({ edit: ruleId })}>
              {name}
            </Button>
          ) : (
            <span className="msg-rule-name">{name}</span>
          )}
          {!enabled && (
            <Mark tone="quiet" icon="stopped">
              {t('att.rule.off')}
            </Mark>
          )}
          {scheduled && paused && (
            <Mark tone="warn" icon="paused">
              {t('schedules.paused')}
            </Mark>
          )}
        </div>
        <div className="att-rule-facts">
          <span>
            <ScopeWords rule={rule} />
          </span>
          <span>{whatIsRead(reads, kinds, t)}</span>
          <span>
            {schedule === null ? (
              t('att.rule.by-hand')
            ) : (
              <Rhythm cron={schedule.cron} timezone={schedule.timezone} />
            )}
          </span>
          <span className="quiet">{t('att.rule.look-back', { days: number(rule.lookBackDays) })}</span>
        </div>
        {paused && pauseNote !== null && pauseNote !== '' && (
          <div className="small quiet">
            {t('schedules.note')}: {pauseNote}
          </div>
        )}
        <div className="att-rule-runs small">
          {scheduled && !paused && nextRuns[0] !== undefined && (
            <span>
              <span className="quiet">{t('att.rule.next')}</span> <Minute at={nextRuns[0]} />
            </span>
          )}
          <span className="row">
            <span className="quiet">{t('schedules.last')}</span>
            {lastRun === null ? (
              <span className="quiet">{t('schedules.never')}</span>
            ) : (
              <>
                <Link to={`/runs/${lastRun.id}`}>
                  <PhaseMark phase={lastRun.phase} />
                </Link>
                <span className="quiet">
                  <TimeAgo at={lastRun.startedAt} />
                </span>
              </>
            )}
          </span>
        </div>
        {rule.openGaps.length > 0 && (
          <ul className="att-gaps att-rule-gaps" aria-label={t('att.gap.title')}>
            {rule.openGaps.map((gap) => (
              <li key={gap.from}>
                <span>
                  <Mark tone="bad" icon="warn">
                    {t('att.gap.not-read')}
                  </Mark>{' '}
                  <DayRangeWords range={gap} />
                </span>
                <BackFillButton corpId={corp.id} gap={{ ...gap, ruleId }} />
              </li>
            ))}
          </ul>
        )}
      </div>
      <div className="msg-rule-actions">
        {mayStart && settings.configured && (
          <Button
            size="small"
            icon={<CloudDownloadOutlined />}
            loading={start.isPending}
            aria-label={t('att.rule.now.what', { name })}
            onClick={() => start.mutate({ ruleId, from: dayAfter(today, -rule.lookBackDays), to: today })}
          >
            {t('att.rule.now')}
          </Button>
        )}
        {mayWrite && (
          <>
            {scheduled && (
              <Button
                size="small"
                icon={paused ? <PlayCircleOutlined /> : <PauseCircleOutlined />}
                loading={hold.isPending}
                aria-label={t(paused ? 'schedules.resume.what' : 'schedules.pause.what', { what: name })}
                onClick={() => (paused ? hold.mutate(null) : pause())}
              >
                {t(paused ? 'schedules.resume' : 'schedules.pause')}
              </Button>
            )}
            <Button
              type="text"
              icon={<EditOutlined />}
              aria-label={t('msg.rule.edit', { name })}
              onClick={() => change({ edit: ruleId })}
            />
            <Button
              type="text"
              danger
              icon={<DeleteOutlined />}
              loading={remove.isPending}
              aria-label={t('msg.rule.remove', { name })}
              onClick={confirmRemoval}
            />
          </>
        )}
        <Button type="link" size="small" onClick={() => open('runs', { rule: ruleId })}>
          {t('att.rule.runs')}
        </Button>
      </div>
    </li>
  );
}

function ScopeWords({ rule: { scope, people } }: { readonly rule: AttendanceRule }) {
  const { t, number } = useLanguage();
  const { departments, userIds, excludeUserIds } = scope;
  const parts = [
    ...(departments.length > 0
      ? [t('att.scope.departments.count', { count: number(departments.length) })]
      : []),
    ...(userIds.length > 0 ? [t('att.scope.members.count', { count: number(userIds.length) })] : []),
  ];
  return (
    <>
      {parts.length === 0 ? t('att.scope.everybody') : parts.join(t('list.comma'))}
      {excludeUserIds.length > 0 && ` (${t('att.scope.without', { count: number(excludeUserIds.length) })})`}
      {' · '}
      {people === 0 ? (
        <Mark tone="warn" icon="warn">
          {t('att.scope.nobody')}
        </Mark>
      ) : (
        t('att.people.count', { count: number(people) })
      )}
    </>
  );
}
