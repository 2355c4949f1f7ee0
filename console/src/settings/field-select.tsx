import { Select } from 'antd';
import { useState } from 'react';
import { useLanguage } from '../language/use-language';

interface FieldSelectProps {
  readonly id?: string;
  readonly label: string;
  readonly value: string | undefined;
  readonly fields: readonly string[];
  readonly nameOf: (field: string) => string;
  readonly onChange: (field: string) => void;
  /** What a typed name becomes; without it only the known ones can be chosen. */
  readonly typed?: (words: string) => string;
  /** Entries that are no fields, at the end. */
  readonly others?: readonly { readonly value: string; readonly label: string }[];
  readonly status?: 'error' | undefined;
}

/** A field by its name for people; others by typing theirs. */
export function FieldSelect(props: FieldSelectProps) {
  const { id, label, value, fields, nameOf, onChange, typed, others = [], status } = props;
  const { t } = useLanguage();
  const [words, setWords] = useState('');
  const known = [...new Set([...fields, ...(value === undefined || value === '' ? [] : [value])])].filter(
    (field) => !others.some((other) => other.value === field),
  );
  const own = typed === undefined || words.trim() === '' ? undefined : typed(words.trim());
  return (
    <Select<string>
      {...(id === undefined ? {} : { id })}
      aria-label={label}
      showSearch={{
        optionFilterProp: 'search',
        onSearch: setWords,
      }}
      placeholder={t('field.choose')}
      {...(value === undefined || value === '' ? {} : { value })}
      {...(status === undefined ? {} : { status })}
      onChange={(field) => {
        setWords('');
        onChange(field);
      }}
      notFoundContent={t(typed === undefined ? 'people.none' : 'field.search')}
      options={[
        ...known.map((field) => ({
          value: field,
          label: nameOf(field),
          search: `${nameOf(field)} ${field}`,
        })),
        ...others.map((other) => ({ ...other, search: other.label })),
        ...(own === undefined || known.includes(own)
          ? []
          : [{ value: own, label: nameOf(own), search: `${nameOf(own)} ${own} ${words}` }]),
      ]}
      popupMatchSelectWidth={false}
    />
  );
}
