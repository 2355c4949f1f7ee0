import { Segmented, Select } from 'antd';
import {
  type DriftCoverage,
  type DriftFilter,
  type DriftFilterName,
  type DriftFilterState,
  driftKinds,
  driftStates,
} from '../api/drift';
import { useLanguage } from '../language/use-language';
import { SearchWords } from '../parts/search-words';
import { useNarrow } from '../parts/use-narrow';

interface DriftFiltersProps {
  readonly filter: DriftFilter;
  readonly coverage: DriftCoverage | undefined;
  readonly onChange: (name: DriftFilterName, value: string | undefined) => void;
}

export function DriftFilters({ filter, coverage, onChange }: DriftFiltersProps) {
  const { t } = useLanguage();
  const narrow = useNarrow();
  const states = driftStates.map((value) => ({ value, label: t(`drift.state.${value}`) }));
  return (
    <search className="stack" aria-label={t('drift.filter')}>
      {narrow ? (
        <Select<DriftFilterState>
          aria-label={t('drift.state')}
          value={filter.state}
          options={states}
          onChange={(value) => onChange('state', value)}
        />
      ) : (
        <Segmented<DriftFilterState>
          aria-label={t('drift.state')}
          className="drift-states"
          value={filter.state}
          options={states}
          onChange={(value) => onChange('state', value)}
        />
      )}
      <div className="members-filter">
        <SearchWords
          label={t('drift.search')}
          key={filter.q ?? ''}
          words={filter.q ?? ''}
          onChange={(q) => onChange('q', q)}
        />
        <Select
          allowClear
          aria-label={t('drift.kind')}
          placeholder={t('drift.filter.kind')}
          value={filter.kind}
          options={driftKinds.map((value) => ({ value, label: t(`drift.kind.${value}`) }))}
          onChange={(value: string | undefined) => onChange('kind', value)}
        />
        <Select
          allowClear
          showSearch={{ optionFilterProp: 'label' }}
          aria-label={t('drift.field')}
          placeholder={t('drift.filter.field')}
          value={filter.field}
          options={fieldsToChoose(coverage, filter.field)}
          onChange={(value: string | undefined) => onChange('field', value)}
          popupMatchSelectWidth={false}
        />
      </div>
    </search>
  );
}

/** With what the address names, also where nothing is known of it. */
function fieldsToChoose(coverage: DriftCoverage | undefined, chosen: string | undefined) {
  const known = new Map(coverage?.fields.map(({ field, fieldName }) => [field, fieldName]));
  if (chosen !== undefined && !known.has(chosen)) known.set(chosen, chosen);
  return [...known].map(([value, label]) => ({ value, label }));
}
