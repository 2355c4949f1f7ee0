import { useQuery } from '@tanstack/react-query';
import { Alert, Card, Tag } from 'antd';
import type { Corp } from '../api/corps';
import { fieldsQuery, type WecomField } from '../api/settings';
import { useLanguage } from '../language/use-language';
import { Mark } from '../parts/mark';
import { QueryView } from '../parts/query-view';
import { RecordList } from '../parts/record-list';
import { useFieldNames } from './field-names';

/** What WeCom really lets this corp's credentials read, write and match by. */
export function FieldsView({ corp }: { readonly corp: Corp }) {
  const { t } = useLanguage();
  const fields = useQuery(fieldsQuery(corp.id));
  return (
    <div className="stack">
      <Alert type="info" showIcon title={t('fields.about')} />
      <QueryView query={fields}>
        {(items) => (
          <>
            {items.every(({ seen }) => seen.of === 0) && (
              <Alert type="warning" showIcon title={t('fields.never-read')} />
            )}
            <Card>
              <Fields corp={corp} items={items} />
            </Card>
          </>
        )}
      </QueryView>
    </div>
  );
}

function Fields({ corp, items }: { readonly corp: Corp; readonly items: readonly WecomField[] }) {
  const { t, number } = useLanguage();
  const names = useFieldNames();
  return (
    <RecordList<WecomField>
      label={t('set.view.fields')}
      records={items}
      rowKey={({ field }) => field}
      empty={t('fields.none')}
      columns={[
        {
          key: 'field',
          title: t('fields.field'),
          role: 'heading',
          render: ({ field, label, note }) => (
            <>
              {label === field ? names.wecom(field) : label} <span className="mono small quiet">{field}</span>
              {note !== null && <div className="cell-words small quiet field-note">{note}</div>}
            </>
          ),
        },
        {
          key: 'read',
          title: t('fields.read'),
          render: ({ readableBy, seen }) =>
            readableBy.length === 0 ? (
              <Mark tone="quiet">{t('fields.read.none')}</Mark>
            ) : (
              <span className="row">
                <span>
                  {readableBy.map((credential) => (
                    <Tag key={credential}>{credentialName(credential, corp, t('fields.read.contacts'))}</Tag>
                  ))}
                </span>
                {seen.of > 0 && (
                  <span className="quiet small">
                    {t('fields.seen', { members: number(seen.members), of: number(seen.of) })}
                  </span>
                )}
              </span>
            ),
        },
        {
          key: 'write',
          title: t('fields.write'),
          render: ({ writable }) => (
            <Mark tone={writable ? 'good' : 'quiet'}>
              {t(writable ? 'fields.write.yes' : 'fields.write.no')}
            </Mark>
          ),
        },
        {
          key: 'match',
          title: t('fields.match'),
          render: ({ matchable }) => (
            <Mark
              tone={matchable === 'read' ? 'good' : matchable === 'look-up' ? 'warn' : 'quiet'}
              {...(matchable === 'look-up' ? { icon: 'info' as const } : {})}
            >
              {t(`fields.match.${matchable}`)}
            </Mark>
          ),
        },
      ]}
    />
  );
}

function credentialName(credential: string, corp: Corp, contacts: string): string {
  if (credential === 'contacts') return contacts;
  const id = credential.slice(credential.indexOf(':') + 1);
  return corp.apps.find((app) => app.id === id || String(app.agentId) === id)?.name ?? id;
}
