import { Alert, Form, Input, InputNumber, Radio, Switch } from 'antd';
import type { ReactNode } from 'react';
import type { ConsoleText } from '../../../i18n/console';
import { useLanguage } from '../language/use-language';
import { Mark } from '../parts/mark';

type PathOf<K> = K extends `set.${infer P}` ? P : never;

/** A setting that has a name in the catalogue: `set.<path>`. */
export type SettingPath = PathOf<ConsoleText>;

export const nameOf = (path: string): string[] => path.split('.');

interface FieldProps {
  readonly path: SettingPath;
  /** Below the explanation. */
  readonly children?: ReactNode;
}

export function SwitchField({ path, children }: FieldProps) {
  const { t, maybe } = useLanguage();
  return (
    <div className="set-row">
      <div className="set-row-words">
        <div className="set-label">{t(`set.${path}`)}</div>
        <div className="set-about">{maybe(`set.${path}.about`)}</div>
        {children}
      </div>
      <Form.Item name={nameOf(path)} valuePropName="checked" className="set-row-control">
        <Switch
          aria-label={t(`set.${path}`)}
          checkedChildren={t('set.on')}
          unCheckedChildren={t('set.off')}
        />
      </Form.Item>
    </div>
  );
}

interface ChoiceFieldProps extends FieldProps {
  readonly values: readonly string[];
  readonly recommended?: string;
}

/** One of a few, each with what it means; what cannot be taken back says so where it is chosen. */
export function ChoiceField({ path, values, recommended, children }: ChoiceFieldProps) {
  const { t, maybe } = useLanguage();
  const chosen = Form.useWatch<string | undefined>(nameOf(path));
  const danger = chosen === undefined ? undefined : maybe(`set.${path}=${chosen}.danger`);
  return (
    <>
      <Form.Item
        name={nameOf(path)}
        label={<span className="set-label">{t(`set.${path}`)}</span>}
        extra={maybe(`set.${path}.about`)}
        className={danger === undefined ? undefined : 'set-tight'}
      >
        <Radio.Group className="choices">
          {values.map((value) => (
            <Radio key={value} value={value} className="choice">
              <span className="choice-title">
                {maybe(`set.${path}=${value}`) ?? value}
                {value === recommended && <span className="choice-tag">{t('set.recommended')}</span>}
                {maybe(`set.${path}=${value}.danger`) !== undefined && (
                  <span className="small">
                    <Mark tone="bad" icon="warn">
                      {t('set.danger')}
                    </Mark>
                  </span>
                )}
              </span>
              <span className="choice-about">{maybe(`set.${path}=${value}.about`)}</span>
            </Radio>
          ))}
        </Radio.Group>
      </Form.Item>
      {danger !== undefined && <Alert type="error" showIcon className="set-consequence" title={danger} />}
      {children}
    </>
  );
}

interface NumberFieldProps extends FieldProps {
  readonly suffix: string;
  readonly min?: number;
  readonly max?: number;
  /** What an empty field means; without it the field has to be filled in. */
  readonly empty?: string;
}

export function NumberField({ path, suffix, min = 0, max, empty, children }: NumberFieldProps) {
  const { t, maybe } = useLanguage();
  const message =
    max === undefined ? t('form.whole-number', { min }) : t('form.whole-number.between', { min, max });
  return (
    <>
      <Form.Item
        name={nameOf(path)}
        label={<span className="set-label">{t(`set.${path}`)}</span>}
        extra={maybe(`set.${path}.about`)}
        rules={[
          ...(empty === undefined ? [{ required: true, message: t('form.required') }] : []),
          // Refused rather than bent into shape: nobody would see that 1.5 days became 2, or that -1 became never.
          { type: 'integer', min, ...(max === undefined ? {} : { max }), message },
        ]}
      >
        <InputNumber
          suffix={suffix}
          {...(empty === undefined ? {} : { placeholder: empty })}
          className="set-number"
        />
      </Form.Item>
      {children}
    </>
  );
}

export function TextField({ path }: Pick<FieldProps, 'path'>) {
  const { t, maybe } = useLanguage();
  return (
    <Form.Item
      name={nameOf(path)}
      label={<span className="set-label">{t(`set.${path}`)}</span>}
      extra={maybe(`set.${path}.about`)}
      rules={[{ required: true, whitespace: true, message: t('form.required') }]}
    >
      <Input autoComplete="off" />
    </Form.Item>
  );
}

/** A setting with an input of its own. */
export function CustomField({
  path,
  required = false,
  children,
}: {
  readonly path: SettingPath;
  readonly required?: boolean;
  /** The input; gets `value`, `onChange` and `id`. */
  readonly children: ReactNode;
}) {
  const { t, maybe } = useLanguage();
  return (
    <Form.Item
      name={nameOf(path)}
      label={<span className="set-label">{t(`set.${path}`)}</span>}
      extra={maybe(`set.${path}.about`)}
      {...(required ? { rules: [{ required: true, message: t('form.required') }] } : {})}
    >
      {children}
    </Form.Item>
  );
}

/** What an input of our own gets from the form. */
export interface InputProps<T> {
  readonly id?: string;
  readonly value?: T;
  readonly onChange?: (value: T) => void;
}
