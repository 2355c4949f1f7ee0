import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Card, Form, type FormInstance, Input, Radio, Switch } from 'antd';
import { useMemo, useState } from 'react';
import { useNavigate } from 'react-router';
import { ApiError, type FieldProblem } from '../api/client';
import type { Corp } from '../api/corps';
import {
  createRule,
  type MessageRule,
  type NewRule,
  replaceRule,
  rulesKey,
  type RuleOptions,
} from '../api/messages';
import { useLanguage } from '../language/use-language';
import { FailureNotice } from '../parts/failure-notice';
import { useMay } from '../session/use-session';
import { landProblems } from '../settings/setting-problems';
import { useUnsavedGuard } from '../settings/use-unsaved-guard';
import { DigestInput, QuietHoursInput, SourceInput } from './rule-inputs';
import { TargetEditor } from './target-editor';
import { type TargetDraft, toDraft, toTarget } from './template-defaults';

interface RuleDraft {
  readonly name: string;
  readonly source: string;
  readonly enabled: boolean;
  readonly targets: readonly TargetDraft[];
  readonly options: RuleOptions;
}

const newTarget: TargetDraft = toDraft({
  ...{ type: 'textcard', title: null, content: null, buttonText: null, imageUrl: null, url: null },
});

const newDraft: RuleDraft = {
  name: '',
  source: 'all',
  enabled: true,
  targets: [newTarget],
  options: { onTooLong: 'cut', quietHours: null, digest: null },
};

const mostTargets = 50;

interface RuleFormProps {
  /** Undefined: a new one. */
  readonly rule: MessageRule | undefined;
  readonly corps: readonly Corp[];
}

export function RuleForm({ rule, corps }: RuleFormProps) {
  const { t } = useLanguage();
  const { message } = App.useApp();
  const navigate = useNavigate();
  const client = useQueryClient();
  const mayWrite = useMay('settings:write');
  const [form] = Form.useForm<RuleDraft>();
  const [edited, setEdited] = useState(false);
  const [notice, setNotice] = useState<unknown>(null);
  const [homeless, setHomeless] = useState<readonly FieldProblem[]>([]);
  const initial = useMemo<RuleDraft>(
    () => (rule === undefined ? newDraft : { ...rule, targets: rule.targets.map(toDraft) }),
    [rule],
  );
  const corpOfApp = useMemo(
    () => new Map(corps.flatMap(({ id, apps }) => apps.map((app) => [app.id, id] as const))),
    [corps],
  );
  useUnsavedGuard(edited);

  const save = useMutation({
    mutationFn: (draft: RuleDraft) => {
      const body: NewRule = {
        name: draft.name.trim(),
        source: draft.source.trim(),
        enabled: draft.enabled,
        targets: draft.targets.map((target) => toTarget(target, corpOfApp)),
        options: draft.options,
      };
      return rule === undefined ? createRule(body) : replaceRule(rule.ruleId, body);
    },
    onSuccess: async () => {
      setEdited(false);
      message.success(t('form.saved'));
      await client.invalidateQueries({ queryKey: rulesKey });
      await navigate('/messages');
    },
    onError: (error) => {
      const fields = error instanceof ApiError ? (error.body.fields ?? []) : [];
      const left = landProblems(form, fields.map(atInput));
      setHomeless(left);
      setNotice(fields.length === 0 ? error : null);
    },
  });

  return (
    <Form<RuleDraft>
      form={form}
      layout="vertical"
      initialValues={initial}
      disabled={!mayWrite}
      className="stack set-section"
      onValuesChange={(changed) => {
        setEdited(true);
        forgetRefusals(form, changed);
      }}
      onFinish={(draft) => {
        setNotice(null);
        setHomeless([]);
        save.mutate(draft);
      }}
      scrollToFirstError={{ block: 'center' }}
    >
      <Card>
        <div className="set-pair">
          <Form.Item
            name="name"
            label={t('msg.rule.name')}
            rules={[{ required: true, whitespace: true, message: t('form.required') }]}
          >
            <Input autoComplete="off" maxLength={100} placeholder={t('msg.rule.name.example')} />
          </Form.Item>
          <Form.Item name="enabled" label={t('msg.rule.state')} valuePropName="checked">
            <Switch checkedChildren={t('set.on')} unCheckedChildren={t('set.off')} />
          </Form.Item>
        </div>
        <Form.Item
          name="source"
          label={t('msg.source')}
          rules={[{ required: true, whitespace: true, message: t('msg.source.needed') }]}
          style={{ marginBottom: 0 }}
        >
          <SourceInput />
        </Form.Item>
      </Card>

      <Form.List name="targets">
        {(entries, { add, remove }) => (
          <>
            {entries.map(({ key, name }, index) => (
              <Card
                key={key}
                title={<h2 className="set-heading">{t('msg.target.nth', { n: index + 1 })}</h2>}
                extra={
                  mayWrite &&
                  entries.length > 1 && (
                    <Button
                      type="text"
                      danger
                      icon={<DeleteOutlined />}
                      aria-label={t('msg.target.remove', { n: index + 1 })}
                      onClick={() => remove(name)}
                    />
                  )
                }
              >
                <TargetEditor index={name} corps={corps} />
              </Card>
            ))}
            {mayWrite && (
              <div>
                <Button
                  icon={<PlusOutlined />}
                  disabled={entries.length >= mostTargets}
                  onClick={() => {
                    setEdited(true);
                    add(newTarget);
                  }}
                >
                  {t('msg.target.add')}
                </Button>
              </div>
            )}
          </>
        )}
      </Form.List>

      <Card title={<h2 className="set-heading">{t('msg.options')}</h2>}>
        <Form.Item
          name={['options', 'onTooLong']}
          label={<span className="set-label">{t('msg.too-long')}</span>}
        >
          <Radio.Group className="choices">
            {(['cut', 'refuse'] as const).map((value) => (
              <Radio key={value} value={value} className="choice">
                <span className="choice-title">{t(`msg.too-long.${value}`)}</span>
                <span className="choice-about">{t(`msg.too-long.${value}.about`)}</span>
              </Radio>
            ))}
          </Radio.Group>
        </Form.Item>
        <Form.Item name={['options', 'quietHours']} className="msg-option-item">
          <QuietHoursInput />
        </Form.Item>
        <Form.Item name={['options', 'digest']} className="msg-option-item">
          <DigestInput />
        </Form.Item>
      </Card>

      {notice !== null && <FailureNotice error={notice} />}
      {homeless.map(({ path, message: words }) => (
        <p key={path} role="alert" className="mark-bad msg-lead">
          {words} <span className="mono small">{path}</span>
        </p>
      ))}
      {mayWrite && (
        <div className="decision-bar">
          <span className="quiet small">{edited ? t('msg.rule.unsaved') : t('msg.rule.from-now')}</span>
          <span className="row">
            <Button onClick={() => void navigate('/messages')}>{t('action.cancel')}</Button>
            <Button type="primary" htmlType="submit" loading={save.isPending}>
              {t('action.save')}
            </Button>
          </span>
        </div>
      )}
    </Form>
  );
}

/** What was refused is being put right: the API judges it anew when it is saved. */
function forgetRefusals(form: FormInstance<RuleDraft>, changed: unknown): void {
  const refused = form
    .getFieldsError()
    .filter(({ errors, name }) => errors.length > 0 && isIn(changed, name));
  form.setFields(refused.map(({ name }) => ({ name: name as ['name'], errors: [] })));
}

function isIn(changed: unknown, [part, ...rest]: readonly (string | number)[]): boolean {
  if (part === undefined) return true;
  if (typeof changed !== 'object' || changed === null || !(part in changed)) return false;
  const inner = (changed as Readonly<Record<string | number, unknown>>)[part];
  // Another type has other fields, and other rules for them.
  if (typeof inner === 'object' && inner !== null && 'type' in inner) return true;
  return isIn(inner, rest);
}

/** The app brings its corp along: one input stands for both. Places in lists are written in more than one way. */
function atInput({ path, message }: FieldProblem): FieldProblem {
  return {
    path: path.replace(/\[(\d+)\]/g, '.$1').replace(/^(targets\.\d+)\.corpId$/, '$1.appId'),
    message,
  };
}
