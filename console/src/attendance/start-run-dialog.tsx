import { Alert, DatePicker, Form, Modal, Select } from 'antd';
import dayjs from 'dayjs';
import { useState } from 'react';
import {
  type AttendanceRule,
  type AttendanceSettings,
  type AttendanceSource,
  type NewAttendanceRun,
  type PunchKinds,
} from '../api/attendance';
import { ApiError } from '../api/client';
import { dayAfter, todayIn } from '../departures/days';
import { useLanguage } from '../language/use-language';
import { FailureNotice } from '../parts/failure-notice';
import { MemberPicker } from '../settings/people-pickers';
import { landProblems } from '../settings/setting-problems';
import { daysIn, mostDays, rangeProblem } from './day-ranges';
import { fromReads, KindsInput, ReadsInput, toReads } from './reads-input';
import { problemAtInput } from './rule-drawer';
import { useStartAttendanceRun } from './use-start-run';

interface RunDraft {
  readonly ruleId?: string | undefined;
  readonly from: string;
  readonly to: string;
  readonly userIds: readonly string[];
  readonly kinds: PunchKinds;
  readonly reads: readonly AttendanceSource[];
}

interface StartRunDialogProps {
  readonly corpId: string;
  readonly settings: AttendanceSettings;
  readonly rules: readonly AttendanceRule[];
  readonly onClose: () => void;
}

/** One look at some days, or a back-fill of many. */
export function StartRunDialog({ corpId, settings, rules, onClose }: StartRunDialogProps) {
  const { t, number } = useLanguage();
  const today = todayIn(settings.timezone);
  const [form] = Form.useForm<RunDraft>();
  const [notice, setNotice] = useState<unknown>(null);
  const from = Form.useWatch('from', form) as string | undefined;
  const to = Form.useWatch('to', form) as string | undefined;
  const ruleId = Form.useWatch('ruleId', form);
  const reads = Form.useWatch('reads', form) as readonly AttendanceSource[] | undefined;
  const rule = rules.find((one) => one.ruleId === ruleId);
  const start = useStartAttendanceRun(corpId, onClose);
  const problem = from === undefined || to === undefined ? undefined : rangeProblem({ from, to }, today);

  function submit({ ruleId: chosen, userIds, ...draft }: RunDraft) {
    setNotice(null);
    const run: NewAttendanceRun = {
      from: draft.from,
      to: draft.to,
      ...(userIds.length === 0 ? {} : { userIds }),
      ...(chosen === undefined ? { reads: toReads(draft.reads), kinds: draft.kinds } : { ruleId: chosen }),
    };
    start.mutate(run, {
      onError: (error) => {
        const fields = error instanceof ApiError ? (error.body.fields ?? []) : [];
        if (fields.length > 0 && landProblems(form, fields.map(problemAtInput)).length > 0) setNotice(error);
      },
    });
  }

  return (
    <Modal
      open
      width={600}
      title={t('att.run.start')}
      okText={t('att.run.start.submit')}
      cancelText={t('action.cancel')}
      confirmLoading={start.isPending}
      okButtonProps={{ disabled: problem !== undefined }}
      onCancel={onClose}
      onOk={() => form.submit()}
    >
      <Form<RunDraft>
        form={form}
        layout="vertical"
        className="set-section"
        initialValues={{
          ...{ from: dayAfter(today, -6), to: today, userIds: [] },
          ...{ kinds: 'all', reads: fromReads({ punches: true, daily: false, monthly: false }) },
        }}
        onFinish={submit}
      >
        <p className="quiet att-lead att-gap">{t('att.run.start.about', { days: number(mostDays) })}</p>
        <div className="set-pair">
          <Form.Item
            name="from"
            label={t('att.from')}
            rules={[{ required: true, message: t('form.required') }]}
          >
            <DayField latest={today} />
          </Form.Item>
          <Form.Item name="to" label={t('att.to')} rules={[{ required: true, message: t('form.required') }]}>
            <DayField latest={today} />
          </Form.Item>
        </div>
        {problem !== undefined && (
          <Alert
            type="error"
            showIcon
            role="alert"
            className="set-consequence"
            title={t(`att.range.${problem}`)}
          />
        )}
        {problem === undefined && from !== undefined && to !== undefined && (
          <p className="small quiet att-lead att-gap" role="status">
            {t('att.range.days', { days: number(daysIn({ from, to })), timezone: settings.timezone })}
          </p>
        )}
        <Form.Item name="ruleId" label={t('att.rule')} extra={t('att.run.rule.about')}>
          <Select
            allowClear
            placeholder={t('att.run.rule.none')}
            options={rules.map(({ ruleId: value, name }) => ({ value, label: name }))}
          />
        </Form.Item>
        <Form.Item
          name="userIds"
          label={t('att.run.members')}
          extra={t(rule === undefined ? 'att.run.members.about' : 'att.run.members.rule')}
        >
          <MemberPicker corpId={corpId} />
        </Form.Item>
        {rule === undefined && (
          <>
            <Form.Item
              name="reads"
              label={t('att.reads')}
              rules={[{ required: true, message: t('att.reads.needed') }]}
            >
              <ReadsInput />
            </Form.Item>
            {reads?.includes('punches') !== false && (
              <Form.Item name="kinds" label={t('att.kinds')}>
                <KindsInput />
              </Form.Item>
            )}
          </>
        )}
      </Form>
      {notice !== null && <FailureNotice error={notice} />}
    </Modal>
  );
}

interface DayFieldProps {
  readonly id?: string;
  readonly value?: string;
  readonly onChange?: (day: string | undefined) => void;
  readonly latest: string;
}

function DayField({ id, value, onChange, latest }: DayFieldProps) {
  return (
    <DatePicker
      {...(id === undefined ? {} : { id })}
      className="att-day-field"
      allowClear={false}
      value={value === undefined ? null : dayjs(value)}
      maxDate={dayjs(latest)}
      onChange={(day) => onChange?.(day?.format('YYYY-MM-DD'))}
    />
  );
}
