import { Empty, Skeleton, Table } from 'antd';
import type { Key, ReactNode } from 'react';
import { useNarrow } from './use-narrow';

export interface RecordColumn<T> {
  readonly key: string;
  readonly title: string;
  readonly render: (record: T) => ReactNode;
  readonly width?: number;
  readonly align?: 'left' | 'right';
  /** The heading of the card where the list is narrow; the buttons stand at its foot. */
  readonly role?: 'heading' | 'actions';
}

interface RecordListProps<T> {
  readonly records: readonly T[];
  readonly columns: readonly RecordColumn<T>[];
  readonly rowKey: (record: T) => Key;
  readonly label: string;
  readonly empty: ReactNode;
  readonly loading?: boolean;
  /** A click anywhere on the row; something in it has to do the same for the keyboard. */
  readonly onOpen?: (record: T) => void;
}

export function RecordList<T extends object>(props: RecordListProps<T>) {
  const narrow = useNarrow();
  if (props.records.length === 0) {
    // A table would say “no data” of what is on its way, and cards would say nothing.
    if (props.loading === true) return <Skeleton active paragraph={{ rows: 4 }} />;
    return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={props.empty} />;
  }
  return narrow ? <Cards {...props} /> : <Wide {...props} />;
}

function Wide<T extends object>({
  records,
  columns,
  rowKey,
  label,
  loading = false,
  onOpen,
}: RecordListProps<T>) {
  return (
    <Table<T>
      aria-label={label}
      dataSource={[...records]}
      rowKey={rowKey}
      columns={columns.map(({ key, title, render, width, align }) => ({
        key,
        title,
        render: (_: unknown, record: T) => render(record),
        ...(width === undefined ? {} : { width }),
        ...(align === undefined ? {} : { align }),
      }))}
      pagination={false}
      loading={loading}
      scroll={{ x: 'max-content' }}
      size="middle"
      {...(onOpen === undefined
        ? {}
        : {
            rowClassName: 'record-open',
            onRow: (record: T) => ({
              onClick: ({ target }) => {
                // Links and buttons of the row do what they say.
                if (target instanceof Element && target.closest('a, button') === null) onOpen(record);
              },
            }),
          })}
    />
  );
}

function Cards<T extends object>({ records, columns, rowKey, label }: RecordListProps<T>) {
  const heading = columns.find(({ role }) => role === 'heading');
  const actions = columns.find(({ role }) => role === 'actions');
  const facts = columns.filter(({ role }) => role === undefined);
  return (
    <ul className="cards" aria-label={label}>
      {records.map((record) => (
        <li className="record-card" key={rowKey(record)}>
          {heading && <div className="record-card-title">{heading.render(record)}</div>}
          <dl>
            {facts.map(({ key, title, render }) => (
              <Fact key={key} title={title}>
                {render(record)}
              </Fact>
            ))}
          </dl>
          {actions && <div className="record-card-actions">{actions.render(record)}</div>}
        </li>
      ))}
    </ul>
  );
}

function Fact({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <>
      <dt>{title}</dt>
      <dd>{children}</dd>
    </>
  );
}
