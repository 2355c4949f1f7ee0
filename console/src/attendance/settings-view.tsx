import { SafetyCertificateOutlined } from '@ant-design/icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Card, Form, Input, Radio, Select } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import {
  type AttendanceSettings,
  attendanceSettingsQuery,
  checkAttendance,
  saveAttendanceSettings,
} from '../api/attendance';
import type { Corp } from '../api/corps';
import { todayIn } from '../departures/days';
import { useLanguage } from '../language/use-language';
import { describeWecomAnswer, FailureNotice } from '../parts/failure-notice';
import { showFieldProblems } from '../parts/form-problems';
import { TimeAgo } from '../parts/time';
import { Verdict } from '../parts/verdict';
import { useMay } from '../session/use-session';
import { ClockInput } from '../settings/clock-input';
import { ZoneSelect } from '../settings/zone-select';
import { boundaryExample } from './day-boundary';
import { type CredentialWay, credentialWays, type SettingsDraft, settingsOf } from './settings-draft';
import { useAttendanceView } from './use-attendance-view';
import { useReadAttendanceAnew } from './use-read-anew';

interface SettingsViewProps {
  readonly corp: Corp;
  readonly settings: AttendanceSettings;
}

/** With what check-in data is read, and where the corp's days begin. */
export function SettingsView({ corp, settings }: SettingsViewProps) {
  return (
    <>
      <LastCheck corpId={corp.id} settings={settings} />
      <SettingsForm corp={corp} settings={settings} />
    </>
  );
}

function LastCheck({
  corpId,
  settings: { check, configured, advice, credential },
}: {
  readonly corpId: string;
  readonly settings: AttendanceSettings;
}) {
  const { t } = useLanguage();
  const client = useQueryClient();
  const mayCheck = useMay('settings:write');
  const readAnew = useReadAttendanceAnew(corpId);
  const look = useMutation({
    mutationFn: () => checkAttendance(corpId),
    onSuccess: (settings) => client.setQueryData(attendanceSettingsQuery(corpId).queryKey, settings),
    onSettled: readAnew,
  });
  const tone = !configured ? 'warn' : check === null ? 'quiet' : check.ok ? 'good' : 'bad';
  return (
    <>
      <Verdict
        tone={tone}
        title={
          !configured
            ? t('att.check.missing')
            : check === null
              ? t('att.check.never')
              : t(check.ok ? 'att.check.ok' : 'att.check.refused')
        }
        actions={
          mayCheck &&
          configured && (
            <Button
              icon={<SafetyCertificateOutlined />}
              loading={look.isPending}
              onClick={() => look.mutate()}
            >
              {t('att.check.now')}
            </Button>
          )
        }
      >
        {check?.ok === false && (
          <>
            {check.message !== null && <div>{check.message}</div>}
            {check.wecom !== null && (
              <div className="quiet small mono">{describeWecomAnswer(check.wecom, t)}</div>
            )}
          </>
        )}
        {check?.ok === false && (check.advice ?? advice) !== null && (
          <div className="finding-advice">
            <span className="bind-label">{t('check.what-to-do')}</span> {check.advice ?? advice}
          </div>
        )}
        {configured && (
          <span className="quiet small">
            {credential !== null && t(`att.way.${credential}`)}
            {check !== null && (
              <>
                {' · '}
                {t('check.last')} <TimeAgo at={check.at} />
              </>
            )}
          </span>
        )}
      </Verdict>
      {look.error !== null && <FailureNotice error={look.error} />}
    </>
  );
}

function SettingsForm({ corp, settings }: SettingsViewProps) {
  const { t } = useLanguage();
  const { message } = App.useApp();
  const client = useQueryClient();
  const mayWrite = useMay('settings:write');
  const { open } = useAttendanceView();
  const [form] = Form.useForm<SettingsDraft>();
  const [notice, setNotice] = useState<unknown>(null);
  const readAnew = useReadAttendanceAnew(corp.id);
  const way = Form.useWatch('way', form) ?? settings.credential ?? 'app';
  const dayStartsAt = Form.useWatch('dayStartsAt', form) ?? settings.dayStartsAt;
  const timezone = Form.useWatch('timezone', form) ?? settings.timezone;
  const save = useMutation({
    mutationFn: (draft: SettingsDraft) => saveAttendanceSettings(corp.id, settingsOf(draft)),
    onSuccess: async (saved) => {
      const first = !settings.configured;
      client.setQueryData(attendanceSettingsQuery(corp.id).queryKey, saved);
      form.resetFields(['secret']);
      message.success(t('att.settings.saved'));
      await readAnew();
      // The next thing to do is on another view.
      if (first) open('rules', { edit: 'new' });
    },
    onError: (error) => setNotice(showFieldProblems(form, error) ? error : null),
  });
  return (
    <Form<SettingsDraft>
      form={form}
      layout="vertical"
      disabled={!mayWrite}
      className="stack set-section"
      initialValues={{
        way: settings.credential ?? 'app',
        // The usual corp has one.
        appId: settings.appId ?? (corp.apps.length === 1 ? corp.apps[0]?.id : undefined),
        timezone: settings.timezone,
        dayStartsAt: settings.dayStartsAt,
      }}
      onFinish={(draft) => {
        setNotice(null);
        save.mutate(draft);
      }}
    >
      <Card title={<h2 className="set-heading">{t('att.credential')}</h2>}>
        <p className="set-lead">{t('att.credential.about')}</p>
        <Form.Item name="way" label={<span className="set-label">{t('att.way')}</span>}>
          <Radio.Group className="choices">
            {credentialWays.map((value) => (
              <Radio key={value} value={value} className="choice">
                <span className="choice-title">
                  {t(`att.way.${value}`)}
                  {value === 'app' && <span className="choice-tag">{t('set.recommended')}</span>}
                </span>
                <span className="choice-about">{t(`att.way.${value}.about`)}</span>
              </Radio>
            ))}
          </Radio.Group>
        </Form.Item>
        {way === 'app' ? (
          <Form.Item
            name="appId"
            label={t('att.way.app.which')}
            extra={
              corp.apps.length === 0 && <Link to={`/corps/${corp.id}/apps`}>{t('att.way.app.add')}</Link>
            }
            rules={[{ required: true, message: t('att.way.app.needed') }]}
          >
            <Select
              placeholder={t(corp.apps.length === 0 ? 'att.way.app.none' : 'att.way.app.choose')}
              options={corp.apps.map(({ id, name, agentId }) => ({
                value: id,
                label: `${name} · ${agentId}`,
              }))}
            />
          </Form.Item>
        ) : (
          <Form.Item
            name="secret"
            label={t('att.way.system-secret.secret')}
            rules={
              settings.hasSecret ? [] : [{ required: true, whitespace: true, message: t('form.required') }]
            }
          >
            <Input.Password
              autoComplete="new-password"
              placeholder={settings.hasSecret ? t('att.secret.keep') : ''}
            />
          </Form.Item>
        )}
        <HowTo way={way} />
      </Card>
      <Card title={<h2 className="set-heading">{t('att.days.title')}</h2>}>
        <div className="set-pair">
          <Form.Item name="timezone" label={t('set.timezone')}>
            <ZoneSelect />
          </Form.Item>
          <Form.Item name="dayStartsAt" label={t('att.day-starts')}>
            <DayStartInput />
          </Form.Item>
        </div>
        <BoundaryWords dayStartsAt={dayStartsAt} timezone={timezone} />
      </Card>
      {notice !== null && <FailureNotice error={notice} />}
      {mayWrite && (
        <div className="row">
          <Button type="primary" htmlType="submit" loading={save.isPending}>
            {t('att.settings.save')}
          </Button>
          <span className="small quiet">{t('att.settings.save.about')}</span>
        </div>
      )}
    </Form>
  );
}

const stepsOf = {
  app: ['open', 'apps', 'range', 'save'],
  'system-secret': ['open', 'secret', 'ip', 'save'],
} as const;

/** What to click in WeCom's admin console. */
function HowTo({ way }: { readonly way: CredentialWay }) {
  const { t } = useLanguage();
  return (
    <div className="example">
      <div className="example-case">{t('att.how')}</div>
      <ol className="where-list">
        {way === 'app'
          ? stepsOf.app.map((step) => <li key={step}>{t(`att.how.app.${step}`)}</li>)
          : stepsOf['system-secret'].map((step) => <li key={step}>{t(`att.how.system-secret.${step}`)}</li>)}
      </ol>
    </div>
  );
}

function DayStartInput({
  value = '00:00',
  onChange,
}: {
  readonly value?: string;
  readonly onChange?: (time: string) => void;
}) {
  const { t } = useLanguage();
  return (
    // Enter takes the time that was typed; what else is in the form is saved by its button.
    <div onKeyDown={(event) => event.key === 'Enter' && event.preventDefault()}>
      <ClockInput label={t('att.day-starts')} value={value} onChange={(time) => onChange?.(time)} />
    </div>
  );
}

function BoundaryWords({ dayStartsAt, timezone }: Pick<AttendanceSettings, 'dayStartsAt' | 'timezone'>) {
  const { t } = useLanguage();
  const { lateNight, firstOfDay } = boundaryExample(dayStartsAt, todayIn(timezone));
  return (
    <p className="set-about att-lead" role="status">
      {lateNight === undefined
        ? t('att.day-starts.midnight')
        : t('att.day-starts.example', { ...lateNight, first: firstOfDay.clock })}
    </p>
  );
}
