import { useMutation } from '@tanstack/react-query';
import { App, Button, Drawer, Form, Input, InputNumber, Switch } from 'antd';
import { useState } from 'react';
import {
  type AttendanceRule,
  type AttendanceScope,
  type AttendanceSettings,
  type AttendanceSource,
  createAttendanceRule,
  type NewAttendanceRule,
  type PunchKinds,
  replaceAttendanceRule,
} from '../api/attendance';
import { ApiError, type FieldProblem } from '../api/client';
import type { Schedule } from '../api/settings';
import { useLanguage } from '../language/use-language';
import { FailureNotice } from '../parts/failure-notice';
import { useNarrow } from '../parts/use-narrow';
import { MemberPicker } from '../settings/people-pickers';
import { ScheduleEditor } from '../settings/schedule-editor';
import { landProblems } from '../settings/setting-problems';
import { DepartmentInput } from './department-input';
import { fromReads, KindsInput, ReadsInput, toReads } from './reads-input';
import { useReadAttendanceAnew } from './use-read-anew';

interface RuleDraft {
  readonly name: string;
  readonly scope: AttendanceScope;
  readonly kinds: PunchKinds;
  readonly reads: readonly AttendanceSource[];
  readonly schedule: Schedule | null;
  readonly lookBackDays: number;
  readonly enabled: boolean;
}

const mostLookBackDays = 30;

interface RuleDrawerProps {
  readonly corpId: string;
  readonly settings: AttendanceSettings;
  /** Undefined: a new one. */
  readonly rule: AttendanceRule | undefined;
  readonly onClose: () => void;
}

export function RuleDrawer({ corpId, settings, rule, onClose }: RuleDrawerProps) {
  const { t } = useLanguage();
  const { modal } = App.useApp();
  const narrow = useNarrow();
  const [edited, setEdited] = useState(false);

  function close() {
    if (!edited) return onClose();
    modal.confirm({
      title: t('leave.title'),
      content: t('leave.about'),
      okText: t('leave.stay'),
      cancelText: t('leave.go'),
      cancelButtonProps: { danger: true },
      onCancel: onClose,
    });
  }

  return (
    <Drawer
      open
      onClose={close}
      size={narrow ? '100%' : 720}
      title={rule === undefined ? t('att.rule.add') : rule.name}
      destroyOnHidden
    >
      <RuleForm
        corpId={corpId}
        settings={settings}
        rule={rule}
        onEdited={() => setEdited(true)}
        onSaved={onClose}
        onCancel={close}
      />
    </Drawer>
  );
}

interface RuleFormProps extends Omit<RuleDrawerProps, 'onClose'> {
  readonly onEdited: () => void;
  readonly onSaved: () => void;
  readonly onCancel: () => void;
}

function RuleForm({ corpId, settings, rule, onEdited, onSaved, onCancel }: RuleFormProps) {
  const { t, number } = useLanguage();
  const { message } = App.useApp();
  const [form] = Form.useForm<RuleDraft>();
  const [notice, setNotice] = useState<unknown>(null);
  const [homeless, setHomeless] = useState<readonly FieldProblem[]>([]);
  const readAnew = useReadAttendanceAnew(corpId);
  const reads = Form.useWatch('reads', form) as readonly AttendanceSource[] | undefined;
  const lookBackDays = Form.useWatch('lookBackDays', form) as number | null | undefined;
  const save = useMutation({
    mutationFn: ({ reads: chosen, ...draft }: RuleDraft) => {
      const body: NewAttendanceRule = { ...draft, name: draft.name.trim(), reads: toReads(chosen) };
      return rule === undefined
        ? createAttendanceRule(corpId, body)
        : replaceAttendanceRule(corpId, rule.ruleId, body);
    },
    onSuccess: async () => {
      message.success(t('form.saved'));
      await readAnew();
      onSaved();
    },
    onError: (error) => {
      const fields = error instanceof ApiError ? (error.body.fields ?? []) : [];
      setHomeless(landProblems(form, fields.map(problemAtInput)));
      setNotice(fields.length === 0 ? error : null);
    },
  });
  return (
    <Form<RuleDraft>
      form={form}
      layout="vertical"
      className="set-section"
      initialValues={rule === undefined ? newDraft(settings) : draftOf(rule)}
      onValuesChange={onEdited}
      onFinish={(draft) => {
        setNotice(null);
        setHomeless([]);
        save.mutate({ ...draft, kinds: draft.kinds ?? rule?.kinds ?? 'all' });
      }}
      scrollToFirstError={{ block: 'center' }}
    >
      <Form.Item
        name="name"
        label={<span className="set-label">{t('att.rule.name')}</span>}
        rules={[{ required: true, whitespace: true, message: t('form.required') }]}
      >
        <Input autoComplete="off" maxLength={100} placeholder={t('att.rule.name.example')} />
      </Form.Item>

      <h3 className="set-subheading">{t('att.scope')}</h3>
      <p className="set-about set-after">{t('att.scope.about')}</p>
      <Form.Item name={['scope', 'departments']} label={t('att.scope.departments')}>
        <DepartmentInput corpId={corpId} />
      </Form.Item>
      <div className="set-pair">
        <Form.Item name={['scope', 'userIds']} label={t('att.scope.members')}>
          <MemberPicker corpId={corpId} />
        </Form.Item>
        <Form.Item name={['scope', 'excludeUserIds']} label={t('att.scope.excluded')}>
          <MemberPicker corpId={corpId} />
        </Form.Item>
      </div>

      <Form.Item
        name="reads"
        label={<span className="set-label">{t('att.reads')}</span>}
        rules={[{ required: true, message: t('att.reads.needed') }]}
      >
        <ReadsInput />
      </Form.Item>
      {reads?.includes('punches') !== false && (
        <Form.Item name="kinds" label={<span className="set-label">{t('att.kinds')}</span>}>
          <KindsInput />
        </Form.Item>
      )}

      <Form.Item
        name="schedule"
        label={<span className="set-label">{t('att.schedule')}</span>}
        extra={t('att.schedule.about')}
      >
        <ScheduleEditor label={t('att.schedule')} timezone={settings.timezone} disabled={false} />
      </Form.Item>
      <Form.Item
        name="lookBackDays"
        label={<span className="set-label">{t('att.look-back')}</span>}
        extra={
          <>
            {t('att.look-back.about')}
            {typeof lookBackDays === 'number' && (
              <div>{t('att.look-back.example', { days: number(lookBackDays + 1) })}</div>
            )}
          </>
        }
        rules={[
          { required: true, message: t('form.required') },
          {
            type: 'integer',
            min: 0,
            max: mostLookBackDays,
            message: t('form.whole-number.between', { min: 0, max: mostLookBackDays }),
          },
        ]}
      >
        <InputNumber suffix={t('att.look-back.unit')} className="set-number" />
      </Form.Item>
      <Form.Item
        name="enabled"
        label={<span className="set-label">{t('att.rule.enabled')}</span>}
        valuePropName="checked"
      >
        <Switch checkedChildren={t('set.on')} unCheckedChildren={t('set.off')} />
      </Form.Item>

      {notice !== null && (
        <div className="form-notice">
          <FailureNotice error={notice} />
        </div>
      )}
      {homeless.map(({ path, message: words }) => (
        <p key={path} role="alert" className="mark-bad att-lead">
          {words} <span className="mono small">{path}</span>
        </p>
      ))}
      <div className="row">
        <Button type="primary" htmlType="submit" loading={save.isPending}>
          {t('action.save')}
        </Button>
        <Button onClick={onCancel}>{t('action.cancel')}</Button>
      </div>
    </Form>
  );
}

const newDraft = ({ timezone }: AttendanceSettings): RuleDraft => ({
  name: '',
  scope: { departments: [], userIds: [], excludeUserIds: [] },
  kinds: 'all',
  reads: ['punches'],
  schedule: { cron: '0 2 * * *', timezone },
  lookBackDays: 3,
  enabled: true,
});

const draftOf = ({
  name,
  scope,
  kinds,
  reads,
  schedule,
  lookBackDays,
  enabled,
}: AttendanceRule): RuleDraft => ({
  ...{ name, scope, kinds, schedule, lookBackDays, enabled },
  reads: fromReads(reads),
});

/** Places in lists are written in more than one way. */
export function problemAtInput({ path, message }: FieldProblem): FieldProblem {
  return { path: path.replace(/\[(\d+)\]/g, '.$1'), message };
}
