import { DeleteOutlined, EditOutlined, PlusOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useState } from 'react';
import type { FieldMapping } from '../api/settings';
import { useLanguage } from '../language/use-language';
import { ExpressionDrawer } from './expression-drawer';
import { type MappingKind, useMappingSides } from './mapping-sides';
import { FieldSelect } from './field-select';
import type { InputProps } from './setting-fields';

interface MappingEditorProps extends InputProps<readonly FieldMapping[]> {
  readonly kind: MappingKind;
  readonly corpId: string;
  readonly disabled: boolean;
}

/** No field has this name: choosing it opens the editor. */
const expressionChoice = '=';

export function MappingEditor({ id, value = [], onChange, kind, corpId, disabled }: MappingEditorProps) {
  const { t } = useLanguage();
  const { to: target, from: source } = useMappingSides(kind);
  const [editing, setEditing] = useState<number | undefined>();
  const edited = editing === undefined ? undefined : value[editing];
  const change = (index: number, mapping: FieldMapping) =>
    onChange?.(value.map((one, at) => (at === index ? mapping : one)));

  function add() {
    const free = target.fields.find((field) => value.every(({ to }) => to !== field));
    onChange?.([...value, { to: target.isGuessed ? (free ?? '') : '', from: 'position' }]);
  }

  return (
    <div id={id} tabIndex={-1} className="rules">
      {value.length === 0 && <p className="quiet set-after">{t('set.mapping.none')}</p>}
      <ul className="rule-list">
        {value.map((mapping, index) => {
          const label = t('set.mapping.nth', { n: index + 1 });
          const { to, from } = mapping;
          const twice = to !== '' && value.some((other, at) => at !== index && other.to === to);
          return (
            <li key={index} className="rule">
              <div className="rule-fields">
                <FieldSelect
                  label={`${label}: ${target.label}`}
                  value={to}
                  fields={target.fields}
                  nameOf={target.nameOf}
                  typed={target.typed}
                  status={twice || to === '' ? 'error' : undefined}
                  onChange={(field) => change(index, { ...mapping, to: field })}
                />
                <span className="rule-equals">←</span>
                {typeof from === 'string' ? (
                  <FieldSelect
                    label={`${label}: ${t('set.mapping.from')}`}
                    value={from}
                    fields={source.fields}
                    nameOf={source.nameOf}
                    typed={source.typed}
                    others={[{ value: expressionChoice, label: t('set.mapping.expression') }]}
                    onChange={(field) =>
                      field === expressionChoice
                        ? setEditing(index)
                        : change(index, { ...mapping, from: field })
                    }
                  />
                ) : (
                  <button
                    type="button"
                    className="rule-expression mono"
                    onClick={() => setEditing(index)}
                    title={t('set.mapping.edit-expression')}
                    aria-label={`${label}: ${t('set.mapping.edit-expression')}`}
                  >
                    <span>{from.expression}</span>
                    <EditOutlined aria-hidden />
                  </button>
                )}
                {!disabled && (
                  <span className="rule-buttons">
                    <Button
                      type="text"
                      icon={<DeleteOutlined />}
                      aria-label={`${label}: ${t('set.match.remove')}`}
                      onClick={() => onChange?.(value.filter((_, at) => at !== index))}
                    />
                  </span>
                )}
              </div>
              {twice && <div className="small mark-bad rule-note">{target.twice}</div>}
            </li>
          );
        })}
      </ul>
      {!disabled && (
        <Button icon={<PlusOutlined />} onClick={add} disabled={value.length >= 100}>
          {t('set.mapping.add')}
        </Button>
      )}
      <ExpressionDrawer
        open={editing !== undefined}
        corpId={corpId}
        disabled={disabled}
        target={edited === undefined ? '' : target.nameOf(edited.to)}
        mapping={edited}
        variables={source.variables}
        onOaPerson={kind !== 'to-oa'}
        onClose={() => setEditing(undefined)}
        onUse={(from) => {
          if (editing !== undefined && edited !== undefined) change(editing, { ...edited, from });
          setEditing(undefined);
        }}
      />
    </div>
  );
}
