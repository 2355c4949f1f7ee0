import { FilterOutlined } from '@ant-design/icons';
import { Button, Checkbox, Select } from 'antd';
import { useState } from 'react';
import { type ChangeFilter, type ChangeFilterName, changeStatuses, risks } from '../api/push';
import type { Run } from '../api/runs';
import { useLanguage } from '../language/use-language';
import { SearchWords } from '../parts/search-words';
import { useNarrow } from '../parts/use-narrow';
import { BranchPicker } from './branch-picker';
import { knownFieldsOf, knownRulesOf } from './known-words';
import { SavedViews } from './saved-views-menu';
import { actionsOf } from './target';

interface ChangeFiltersProps {
  readonly run: Run;
  readonly filter: ChangeFilter;
  readonly onChange: (name: ChangeFilterName, value: string | undefined) => void;
  readonly onReplace: (filter: ChangeFilter) => void;
}

export function ChangeFilters({ run, filter, onChange, onReplace }: ChangeFiltersProps) {
  const { t, maybe, number } = useLanguage();
  const narrow = useNarrow();
  const set = Object.keys(filter).length;
  const [open, setOpen] = useState(false);
  const word = (kind: 'field' | 'rule', code: string) => maybe(`plan.${kind}.${code}`) ?? code;
  return (
    <search className="plan-filters" aria-label={t('plan.filter')}>
      <div className="members-filter">
        <SearchWords
          label={t('plan.search')}
          key={filter.q ?? ''}
          words={filter.q ?? ''}
          onChange={(q) => onChange('q', q)}
        />
        {narrow && (
          <Button icon={<FilterOutlined />} aria-expanded={open} onClick={() => setOpen(!open)}>
            {set === 0 ? t('plan.filter') : t('plan.filter.count', { count: set })}
          </Button>
        )}
        <SavedViews filter={filter} onChoose={onReplace} />
        {set > 0 && <Button onClick={() => onReplace({})}>{t('plan.filter.clear')}</Button>}
      </div>
      {(!narrow || open) && (
        <div className="members-filter">
          <Select
            mode="multiple"
            allowClear
            maxTagCount="responsive"
            aria-label={t('plan.column.action')}
            placeholder={t('plan.filter.action')}
            value={listed(filter.action)}
            onChange={(values: string[]) => onChange('action', values.join(','))}
            options={actionsOf(run).map((value) => ({
              value,
              label: `${t(`count.${value}`)} ${number(run.counts[value] ?? 0)}`,
            }))}
            popupMatchSelectWidth={false}
          />
          <Select
            mode="multiple"
            allowClear
            maxTagCount="responsive"
            aria-label={t('plan.column.status')}
            placeholder={t('plan.filter.status')}
            value={listed(filter.status)}
            onChange={(values: string[]) => onChange('status', values.join(','))}
            options={changeStatuses.map((value) => ({ value, label: t(`plan.status.${value}`) }))}
            popupMatchSelectWidth={false}
          />
          <BranchPicker
            runId={run.id}
            chosen={filter.department}
            onChoose={(key) => onChange('department', key)}
          />
          <Select
            allowClear
            showSearch={{ optionFilterProp: 'label' }}
            aria-label={t('plan.column.fields')}
            placeholder={t('plan.filter.field')}
            value={filter.field}
            onChange={(value: string | undefined) => onChange('field', value)}
            options={withChosen(knownFieldsOf(run), filter.field).map((value) => ({
              value,
              label: word('field', value),
            }))}
            popupMatchSelectWidth={false}
          />
          <Select
            allowClear
            showSearch={{ optionFilterProp: 'label' }}
            aria-label={t('plan.column.reason')}
            placeholder={t('plan.filter.rule')}
            value={filter.rule}
            onChange={(value: string | undefined) => onChange('rule', value)}
            options={withChosen(knownRulesOf(run), filter.rule).map((value) => ({
              value,
              label: word('rule', value),
            }))}
            popupMatchSelectWidth={false}
          />
          <Select
            allowClear
            aria-label={t('plan.risk')}
            placeholder={t('plan.filter.risk')}
            value={filter.risk}
            onChange={(value: string | undefined) => onChange('risk', value)}
            options={withChosen(risks, filter.risk).map((value) => ({
              value,
              label: maybe(`plan.risk.${value}`) ?? value,
            }))}
            popupMatchSelectWidth={false}
          />
          <span className="row plan-toggles">
            {(['held', 'new', 'leftOut'] as const).map((name) => (
              <Checkbox
                key={name}
                checked={filter[name] === 'true'}
                onChange={({ target }) => onChange(name, target.checked ? 'true' : undefined)}
              >
                {t(`plan.filter.${name}`)}
              </Checkbox>
            ))}
            {filter.limitGroup !== undefined && (
              <Checkbox checked onChange={() => onChange('limitGroup', undefined)}>
                {t('plan.filter.limit', {
                  group: maybe(`plan.limit.${filter.limitGroup}`) ?? filter.limitGroup,
                })}
              </Checkbox>
            )}
          </span>
        </div>
      )}
    </search>
  );
}

function listed(value: string | undefined): string[] {
  return value === undefined ? [] : value.split(',').filter((one) => one !== '');
}

/** What the address names is shown, also where this page doesn't know it. */
function withChosen(known: readonly string[], chosen: string | undefined): readonly string[] {
  return chosen === undefined || known.includes(chosen) ? known : [chosen, ...known];
}
