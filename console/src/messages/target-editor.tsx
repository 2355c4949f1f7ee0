import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Form, Input, Radio, Select } from 'antd';
import { type ReactNode, useRef, useState } from 'react';
import { Link } from 'react-router';
import type { Corp } from '../api/corps';
import {
  type FieldLength,
  type MessageField,
  type MessagePreview,
  messageTypes,
  previewQuery,
  type RuleOptions,
  type TargetTemplate,
} from '../api/messages';
import { useLanguage } from '../language/use-language';
import { FailureNotice } from '../parts/failure-notice';
import { Mark } from '../parts/mark';
import { useSettled } from '../parts/use-settled';
import { useMay } from '../session/use-session';
import { MessageBubble, type OwnPicture } from './message-bubble';
import { PictureUpload } from './picture-upload';
import {
  defaultOf,
  hasField,
  isNeverEmpty,
  messageFields,
  type TargetDraft,
  toTemplate,
  withType,
} from './template-defaults';

const typingPauseMs = 300;

/** Written into a template by a click. */
const variables = [
  'event.title',
  'event.content',
  'event.module',
  'event.type',
  'event.id',
  'event.url',
  'recipient.name',
  'recipient.jobNumber',
  'recipient.departmentName',
  'recipient.position',
] as const;

interface TargetEditorProps {
  readonly index: number;
  readonly corps: readonly Corp[];
}

/** Through which app, as what, in which words; and beside it what comes of that in WeCom. */
export function TargetEditor({ index, corps }: TargetEditorProps) {
  const { t } = useLanguage();
  const form = Form.useFormInstance();
  const at = (field: keyof TargetDraft) => ['targets', index, field];
  const draft = Form.useWatch<TargetDraft | undefined>(
    ['targets', index],
    // Also what this type does not show: another type may.
    { form, preserve: true },
  );
  const onTooLong = Form.useWatch<RuleOptions['onTooLong'] | undefined>(['options', 'onTooLong']) ?? 'cut';
  const corp = corps.find(({ apps }) => apps.some(({ id }) => id === draft?.appId));
  const app = corp?.apps.find(({ id }) => id === draft?.appId);
  const preview = usePreview(draft, corp?.id, onTooLong);
  // Where a variable goes that is clicked: the last field somebody was in.
  const place = useRef<{ readonly field: MessageField; readonly start: number; readonly end: number }>(
    undefined,
  );
  const [picture, setPicture] = useState<OwnPicture | undefined>();
  if (draft === undefined) return null;
  const fields = messageFields.filter((field) => hasField(draft.type, field));

  function insert(variable: string) {
    const current = form.getFieldsValue(true) as { readonly targets: readonly TargetDraft[] };
    const now = current.targets[index];
    if (now === undefined) return;
    const field =
      place.current !== undefined && fields.includes(place.current.field) ? place.current.field : 'content';
    const text = now[field];
    const { start, end } =
      place.current?.field === field ? place.current : { start: text.length, end: text.length };
    const piece = `{{ ${variable} }}`;
    form.setFieldValue(at(field), text.slice(0, start) + piece + text.slice(end));
    place.current = { field, start: start + piece.length, end: start + piece.length };
  }

  return (
    <div className="msg-target">
      <div className="msg-target-fields">
        <Form.Item
          name={[index, 'appId']}
          label={t('msg.target.app')}
          rules={[{ required: true, message: t('form.required') }]}
        >
          <Select
            placeholder={t('msg.target.app.choose')}
            options={corps.map(({ id, name, apps }) => ({
              key: id,
              label: name,
              options: apps.map((one) => ({ value: one.id, label: `${name} · ${one.name}` })),
            }))}
            notFoundContent={t('msg.target.no-app')}
          />
        </Form.Item>
        <Form.Item label={t('msg.type')} name={[index, 'type']}>
          <TypeInput onChosen={(type) => form.setFieldValue(['targets', index], withType(draft, type))} />
        </Form.Item>
        {draft.type === 'template_card' && (
          <Alert
            type={app !== undefined && !app.callbackConfigured ? 'warning' : 'info'}
            showIcon
            className="set-consequence"
            title={
              app !== undefined && !app.callbackConfigured
                ? t('msg.type.template_card.no-callback')
                : t('msg.type.template_card.todos')
            }
            description={
              app !== undefined &&
              corp !== undefined &&
              !app.callbackConfigured && (
                <Link to={`/corps/${corp.id}/apps`}>{t('msg.type.template_card.callback')}</Link>
              )
            }
          />
        )}
        {fields.map((field) => (
          <TemplateField
            key={field}
            index={index}
            field={field}
            draft={draft}
            preview={preview.data}
            onPlace={(start, end) => {
              place.current = { field, start, end };
            }}
          >
            {field === 'imageUrl' && (
              <PictureUpload
                corpId={corp?.id}
                appId={app?.id}
                onUploaded={(uploaded) => {
                  setPicture(uploaded);
                  form.setFieldValue(at('imageUrl'), uploaded.url);
                }}
              />
            )}
          </TemplateField>
        ))}
        <div className="msg-variables" role="group" aria-label={t('msg.variables')}>
          <span className="small quiet">{t('msg.variables')}</span>
          {variables.map((variable) => (
            <Button
              key={variable}
              size="small"
              title={`{{ ${variable} }}`}
              // The field keeps the focus, and with it the place.
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => insert(variable)}
            >
              {t(`msg.variable.${variable}`)}
            </Button>
          ))}
        </div>
        <p className="small quiet msg-lead">{t('msg.variables.about')}</p>
      </div>
      <section className="msg-target-preview" aria-label={t('msg.preview')}>
        <div className="set-subheading">{t('msg.preview')}</div>
        {preview.error !== null && (
          <FailureNotice error={preview.error} onRetry={() => void preview.refetch()} />
        )}
        {preview.data !== undefined && (
          <div className={preview.isPlaceholderData ? 'msg-old' : undefined}>
            <Preview preview={preview.data} appName={app?.name} picture={picture} />
          </div>
        )}
        <p className="small quiet msg-lead">{t('msg.preview.about')}</p>
      </section>
    </div>
  );
}

function usePreview(
  draft: TargetDraft | undefined,
  corpId: string | undefined,
  onTooLong: RuleOptions['onTooLong'],
) {
  const mayAsk = useMay('settings:write');
  const target = draft && {
    ...toTemplate(draft),
    ...(corpId === undefined || draft.appId === undefined ? {} : { corpId, appId: draft.appId }),
  };
  const asked = useSettled(target === undefined ? '' : JSON.stringify(target), typingPauseMs);
  return useQuery({
    ...previewQuery(asked === '' ? nothing : (JSON.parse(asked) as TargetTemplate), onTooLong),
    enabled: mayAsk && asked !== '',
  });
}

const nothing: TargetTemplate = {
  ...{ type: 'text', title: null, content: null, buttonText: null, imageUrl: null, url: null },
};

interface TypeInputProps {
  readonly id?: string;
  readonly value?: TargetDraft['type'];
  readonly onChange?: (type: TargetDraft['type']) => void;
  readonly onChosen: (type: TargetDraft['type']) => void;
}

function TypeInput({ value, onChange, onChosen }: TypeInputProps) {
  const { t } = useLanguage();
  return (
    <Radio.Group
      aria-label={t('msg.type')}
      optionType="button"
      {...(value === undefined ? {} : { value })}
      onChange={({ target }) => {
        const type = target.value as TargetDraft['type'];
        onChange?.(type);
        onChosen(type);
      }}
      options={messageTypes.map((type) => ({ value: type, label: t(`msg.type.${type}`) }))}
    />
  );
}

interface TemplateFieldProps {
  readonly index: number;
  readonly field: MessageField;
  readonly draft: TargetDraft;
  readonly preview: MessagePreview | undefined;
  readonly onPlace: (start: number, end: number) => void;
  /** What else fills the field. */
  readonly children?: ReactNode;
}

function TemplateField({ index, field, draft, preview, onPlace, children }: TemplateFieldProps) {
  const { t, maybe } = useLanguage();
  const form = Form.useFormInstance();
  const isRefused = form.getFieldError(['targets', index, field]).length > 0;
  const problems = isRefused ? [] : (preview?.problems.filter(({ path }) => path === field) ?? []);
  // Of addresses that is the event's as a rule, and nobody writes one that long.
  const length =
    field === 'url' || field === 'imageUrl' ? undefined : preview?.lengths.find((one) => one.field === field);
  const note = (element: HTMLInputElement | HTMLTextAreaElement) =>
    onPlace(element.selectionStart ?? element.value.length, element.selectionEnd ?? element.value.length);
  const shared = {
    autoComplete: 'off',
    className: 'mono',
    onSelect: ({ currentTarget }: React.SyntheticEvent<HTMLInputElement | HTMLTextAreaElement>) =>
      note(currentTarget),
    onBlur: () => {
      if (isNeverEmpty(field) && draft[field].trim() === '') {
        form.setFieldValue(['targets', index, field], defaultOf(field, draft.type));
      }
    },
  };
  return (
    <Form.Item
      name={[index, field]}
      label={
        <span className="msg-field-label">
          {t(`msg.field.${field}`)}
          {length !== undefined && <Length length={length} isCut={preview?.cut.includes(field) === true} />}
        </span>
      }
      extra={
        <>
          {problems.map(({ code, message }) => (
            <div key={code}>
              <Mark tone="bad">{message}</Mark>
            </div>
          ))}
          {maybe(`msg.field.${field}.about.${draft.type}`) ?? maybe(`msg.field.${field}.about`)}
          {children}
        </>
      }
    >
      {field === 'content' ? (
        <Input.TextArea autoSize={{ minRows: 2, maxRows: 10 }} {...shared} />
      ) : (
        <Input {...shared} placeholder={field === 'url' || field === 'imageUrl' ? 'https://' : ''} />
      )}
    </Form.Item>
  );
}

/** Of what comes out of it with the sample. */
function Length({
  length: { length, max, unit },
  isCut,
}: {
  readonly length: FieldLength;
  readonly isCut: boolean;
}) {
  const { t, number } = useLanguage();
  const words = t(`msg.length.${unit}`, { length: number(length), max: number(max) });
  return isCut || length > max ? (
    <span className="small">
      <Mark tone="warn">
        {words} · {t('msg.length.cut')}
      </Mark>
    </span>
  ) : (
    <span className="small quiet">{words}</span>
  );
}

interface PreviewProps {
  readonly preview: MessagePreview;
  readonly appName: string | undefined;
  readonly picture: OwnPicture | undefined;
}

function Preview({ preview: { type, fields, body, problems }, appName, picture }: PreviewProps) {
  const { t } = useLanguage();
  return (
    <div className="stack">
      {fields !== null && (
        <MessageBubble message={{ type, fields, body }} appName={appName} picture={picture} />
      )}
      {problems.length > 0 && (
        <Alert
          type="warning"
          showIcon
          role="status"
          title={fields === null ? t('msg.preview.none') : t('msg.preview.problems')}
          description={
            <ul className="msg-problems">
              {problems.map(({ path, code, message }) => (
                <li key={`${path} ${code}`}>{message}</li>
              ))}
            </ul>
          }
        />
      )}
    </div>
  );
}
