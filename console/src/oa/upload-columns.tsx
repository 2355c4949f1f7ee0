import { Card, Select } from 'antd';
import type { UploadField, UploadKind, UploadMapping } from '../api/oa';
import { useLanguage } from '../language/use-language';

interface UploadColumnsProps {
  readonly kind: UploadKind;
  readonly headers: readonly string[];
  readonly mapping: UploadMapping;
  readonly fields: readonly UploadField[];
  readonly onMapping: (mapping: UploadMapping) => void;
}

const unused = '';
const custom = 'custom.';

/** What each column means; a change makes a new preview. */
export function UploadColumns({ kind, headers, mapping, fields, onMapping }: UploadColumnsProps) {
  const { t } = useLanguage();
  const nameOf = (field: string) =>
    field.startsWith(custom) ? t('set.mapping.custom', { name: field.slice(custom.length) }) : field;
  return (
    <Card title={t('upload.columns')}>
      <p className="quiet" style={{ marginTop: 0 }}>
        {t('upload.columns.about')}
      </p>
      <div className="upload-columns">
        {[...new Set(headers)].map((header) => {
          // Not said so far: the API goes by the name of the column.
          const now = Object.hasOwn(mapping, header) ? (mapping[header] ?? unused) : undefined;
          const own = [...(kind === 'users' ? [`${custom}${header}`] : []), now ?? unused].filter(
            (field, index, all) =>
              field !== unused &&
              all.indexOf(field) === index &&
              fields.every((known) => known.field !== field),
          );
          return (
            <div key={header} className="upload-column">
              <strong>{header}</strong>
              <span aria-hidden>→</span>
              <Select<string>
                aria-label={header}
                {...(now === undefined ? {} : { value: now })}
                placeholder={t('upload.column.guessed')}
                onChange={(field) => onMapping(withColumn(mapping, header, field === unused ? null : field))}
                options={[
                  { value: unused, label: t('upload.column.unused') },
                  ...fields.map(({ field, label, required }) => ({
                    value: field,
                    label: required ? `${label} *` : label,
                  })),
                  ...own.map((field) => ({ value: field, label: nameOf(field) })),
                ]}
                popupMatchSelectWidth={false}
              />
            </div>
          );
        })}
      </div>
    </Card>
  );
}

/** A field stands in one column: chosen for another, it leaves the first. */
function withColumn(mapping: UploadMapping, header: string, field: string | null): UploadMapping {
  const others = Object.entries(mapping).map(
    ([column, before]) => [column, field !== null && before === field ? null : before] as const,
  );
  return { ...Object.fromEntries(others), [header]: field };
}
