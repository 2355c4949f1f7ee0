import { ArrowDownOutlined, ArrowUpOutlined, DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { fieldsQuery, type MatchRule } from '../api/settings';
import { useLanguage } from '../language/use-language';
import { Mark } from '../parts/mark';
import { matchedFields, useFieldNames, useOaFields } from './field-names';
import { FieldSelect } from './field-select';
import type { InputProps } from './setting-fields';

interface MatchEditorProps extends InputProps<readonly MatchRule[]> {
  readonly corpId: string;
  readonly disabled: boolean;
}

/** Tried from top to bottom, so their order can be changed. */
export function MatchEditor({ id, value = [], onChange, corpId, disabled }: MatchEditorProps) {
  const { t } = useLanguage();
  const names = useFieldNames();
  const oaFields = useOaFields();
  const fields = useQuery({ ...fieldsQuery(corpId), retry: false });
  const matchable = new Map(fields.data?.map((field) => [field.field, field.matchable]));
  const change = (index: number, rule: MatchRule) =>
    onChange?.(value.map((one, at) => (at === index ? rule : one)));
  const swap = (index: number, other: number) =>
    onChange?.(
      value.map((rule, at) => (at === index ? value[other] : at === other ? value[index] : rule) ?? rule),
    );

  return (
    <div id={id} tabIndex={-1} className="rules">
      <ol className="rule-list">
        {value.map((rule, index) => {
          const label = t('set.match.nth', { n: index + 1 });
          const how = matchable.get(rule.wecomField);
          return (
            <li key={index} className="rule">
              <div className="rule-fields">
                <span className="rule-number" aria-hidden>
                  {index + 1}
                </span>
                <FieldSelect
                  label={`${label}: ${t('set.match.oa')}`}
                  value={rule.oaField}
                  fields={oaFields}
                  nameOf={(field) => `OA ${names.oa(field)}`}
                  typed={(words) => (words.startsWith('custom.') ? words : `custom.${words}`)}
                  onChange={(oaField) => change(index, { ...rule, oaField })}
                />
                <span className="rule-equals" aria-hidden>
                  =
                </span>
                <FieldSelect
                  label={`${label}: ${t('set.match.wecom')}`}
                  value={rule.wecomField}
                  fields={[
                    ...matchedFields,
                    ...[...matchable].filter(([, match]) => match !== 'no').map(([field]) => field),
                  ]}
                  nameOf={(field) => names.wecom(field)}
                  typed={(words) => (words.startsWith('extattr.') ? words : `extattr.${words}`)}
                  onChange={(wecomField) => change(index, { ...rule, wecomField })}
                />
                {!disabled && (
                  <span className="rule-buttons">
                    <Button
                      type="text"
                      icon={<ArrowUpOutlined />}
                      aria-label={`${label}: ${t('set.match.up')}`}
                      disabled={index === 0}
                      onClick={() => swap(index, index - 1)}
                    />
                    <Button
                      type="text"
                      icon={<ArrowDownOutlined />}
                      aria-label={`${label}: ${t('set.match.down')}`}
                      disabled={index === value.length - 1}
                      onClick={() => swap(index, index + 1)}
                    />
                    <Button
                      type="text"
                      icon={<DeleteOutlined />}
                      aria-label={`${label}: ${t('set.match.remove')}`}
                      title={value.length === 1 ? t('set.match.at-least-one') : undefined}
                      disabled={value.length === 1}
                      onClick={() => onChange?.(value.filter((_, at) => at !== index))}
                    />
                  </span>
                )}
              </div>
              {how !== undefined && (
                <div className="small rule-note">
                  <Mark
                    tone={how === 'read' ? 'good' : how === 'look-up' ? 'warn' : 'bad'}
                    {...(how === 'look-up' ? { icon: 'info' as const } : {})}
                  >
                    {t(`set.match.${how}`)}
                  </Mark>
                </div>
              )}
            </li>
          );
        })}
      </ol>
      {!disabled && (
        <Button
          icon={<PlusOutlined />}
          onClick={() => onChange?.([...value, { oaField: 'mobile', wecomField: 'mobile' }])}
          disabled={value.length >= 10}
        >
          {t('set.match.add')}
        </Button>
      )}
    </div>
  );
}
