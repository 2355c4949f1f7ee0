import { DownloadOutlined } from '@ant-design/icons';
import {
  type InfiniteData,
  useInfiniteQuery,
  type UseInfiniteQueryResult,
  useMutation,
} from '@tanstack/react-query';
import { App, Button, Card, Dropdown, Empty, Segmented, Select, Skeleton } from 'antd';
import type { ReactNode } from 'react';
import {
  attendanceSources,
  type AttendanceRecord,
  type AttendanceReport,
  type AttendanceSettings,
  type AttendanceSource,
  exportFormats,
  type ExportFormat,
  fetchAttendanceFile,
  kindCodes,
  type Period,
  punchExceptions,
  type RecordFilter,
  recordsQuery,
  type RecordState,
  recordStates,
  reportExceptions,
  reportsQuery,
} from '../api/attendance';
import type { Page } from '../api/client';
import type { Corp } from '../api/corps';
import { FilterChips } from '../bindings/filter-chips';
import { dayIn } from '../departures/days';
import { Minute } from '../departures/minute';
import { type Translate, useLanguage } from '../language/use-language';
import { DayInput } from '../messages/day-input';
import { describeFailure, FailureNotice } from '../parts/failure-notice';
import { LoadMore } from '../parts/load-more';
import { Mark } from '../parts/mark';
import { type RecordColumn, RecordList } from '../parts/record-list';
import { saveFile } from '../parts/save-file';
import { SearchWords } from '../parts/search-words';
import { useZone } from '../parts/zone';
import { ExceptionMarks } from './exception-marks';
import { KindMark } from './kind-mark';
import { NextStep } from './next-step';
import { RecordDrawer } from './record-drawer';
import { ReportDrawer } from './report-drawer';
import { ReckoningWords } from './reckoning';
import { elsewhere, type ExceptionFilter, useAttendanceView } from './use-attendance-view';

interface RecordsViewProps {
  readonly corp: Corp;
  readonly settings: AttendanceSettings;
}

/** Every punch and report that was read, the newest first. */
export function RecordsView({ corp, settings }: RecordsViewProps) {
  const { t } = useLanguage();
  const view = useAttendanceView();
  const { show, change } = view;
  return (
    <Card>
      <div className="stack">
        <div className="spread">
          <Segmented<AttendanceSource>
            aria-label={t('att.show')}
            value={show}
            onChange={(next) =>
              change({ show: next === 'punches' ? undefined : next, kind: undefined, exception: undefined })
            }
            options={attendanceSources.map((value) => ({ value, label: t(`att.reads.${value}`) }))}
          />
          <ExportButton corpId={corp.id} />
        </div>
        <Filters />
        {show === 'punches' ? (
          <Punches corp={corp} settings={settings} />
        ) : (
          <Reports corp={corp} settings={settings} period={show} />
        )}
      </div>
    </Card>
  );
}

type View = ReturnType<typeof useAttendanceView>;

function filterOf({ show, q, user, kind, exception, from, to, state }: View): RecordFilter {
  return {
    ...{ q, userId: user, from, to },
    exception: exception === 'elsewhere' ? elsewhere.join() : exception,
    ...(show === 'punches' ? { kind } : {}),
    ...(state === 'current' ? {} : { state }),
  };
}

const filterNames = ['q', 'user', 'kind', 'exception', 'from', 'to', 'state'] as const;
const nothingChosen = Object.fromEntries(filterNames.map((name) => [name, undefined]));

function Filters() {
  const { t } = useLanguage();
  const view = useAttendanceView();
  const { show, change } = view;
  const codes: readonly ExceptionFilter[] = [
    'any',
    ...(show === 'punches' ? punchExceptions : reportExceptions),
    // A tile of today leads to several at once.
    ...(view.exception === 'elsewhere' ? (['elsewhere'] as const) : []),
  ];
  return (
    <search className="stack" aria-label={t('att.filter')}>
      <FilterChips<ExceptionFilter | 'all'>
        label={t('att.exception')}
        chips={[
          { value: 'all', label: t('att.show.all') },
          ...codes.map((value) => ({ value, label: t(`att.exception.${value}`) })),
        ]}
        chosen={view.exception ?? 'all'}
        onChoose={(next) => change({ exception: next === 'all' ? undefined : next })}
      />
      <div className="members-filter">
        <SearchWords
          key={view.q ?? ''}
          label={t('att.search')}
          words={view.q ?? ''}
          onChange={(q) => change({ q })}
        />
        {show === 'punches' && (
          <Select
            allowClear
            aria-label={t('att.kind')}
            placeholder={t('att.kind.all')}
            value={view.kind}
            onChange={(kind: string | undefined) => change({ kind })}
            options={kindCodes.map((value) => ({ value, label: t(`att.kind.${value}`) }))}
          />
        )}
        <DayInput label={t('att.from')} value={view.from} onChange={(from) => change({ from })} />
        <DayInput label={t('att.to')} value={view.to} onChange={(to) => change({ to })} />
        <Select<RecordState>
          aria-label={t('att.state')}
          value={view.state}
          onChange={(state) => change({ state: state === 'current' ? undefined : state })}
          options={recordStates.map((value) => ({ value, label: t(`att.state.${value}`) }))}
        />
      </div>
      {view.user !== undefined && (
        <div className="row">
          <span>
            {t('att.only')} <span className="mono">{view.user}</span>
          </span>
          <Button size="small" onClick={() => change({ user: undefined })}>
            {t('att.only.all')}
          </Button>
        </div>
      )}
    </search>
  );
}

/** The same rows as on the page, all of them. */
function ExportButton({ corpId }: { readonly corpId: string }) {
  const { t } = useLanguage();
  const { modal } = App.useApp();
  const view = useAttendanceView();
  const period = view.show === 'punches' ? undefined : view.show;
  const file = useMutation({
    mutationFn: async (format: ExportFormat) => {
      const { content, name } = await fetchAttendanceFile(corpId, period, filterOf(view), format);
      saveFile(content, name ?? `attendance-${view.show}.${format}`);
    },
    onError: (error) => {
      const { title, advice } = describeFailure(error, t);
      modal.error({ title, content: advice });
    },
  });
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items: exportFormats.map((key) => ({
          key,
          icon: <DownloadOutlined />,
          label: t(`att.export.${key}`),
          onClick: () => file.mutate(key),
        })),
      }}
    >
      <Button icon={<DownloadOutlined />} loading={file.isPending}>
        {t('att.export')}
      </Button>
    </Dropdown>
  );
}

function Punches({ corp, settings }: RecordsViewProps) {
  const { t } = useLanguage();
  const view = useAttendanceView();
  const { change } = view;
  const records = useInfiniteQuery({
    ...recordsQuery(corp.id, filterOf(view)),
    placeholderData: (before) => before,
  });
  const open = ({ recordId }: AttendanceRecord) => change({ record: recordId });
  return (
    <>
      <Rows<AttendanceRecord>
        query={records}
        label={t('att.reads.punches')}
        rowKey={({ recordId }) => recordId}
        columns={punchColumns(t, open)}
        onOpen={open}
        settings={settings}
      />
      <RecordDrawer corpId={corp.id} recordId={view.record} onClose={() => change({ record: undefined })} />
    </>
  );
}

function Reports({ corp, settings, period }: RecordsViewProps & { readonly period: Period }) {
  const { t } = useLanguage();
  const view = useAttendanceView();
  const { change } = view;
  const reports = useInfiniteQuery({
    ...reportsQuery(corp.id, period, filterOf(view)),
    placeholderData: (before) => before,
  });
  const rows = reports.data?.pages.flatMap(({ items }) => items) ?? [];
  const open = ({ reportId }: AttendanceReport) => change({ record: reportId });
  return (
    <>
      <Rows<AttendanceReport>
        query={reports}
        label={t(`att.reads.${period}`)}
        rowKey={({ reportId }) => reportId}
        columns={reportColumns(t, open)}
        onOpen={open}
        settings={settings}
      />
      <ReportDrawer
        corpId={corp.id}
        report={rows.find(({ reportId }) => reportId === view.record)}
        onClose={() => change({ record: undefined })}
      />
    </>
  );
}

interface RowsProps<T> {
  readonly query: UseInfiniteQueryResult<InfiniteData<Page<T>>>;
  readonly label: string;
  readonly rowKey: (row: T) => string;
  readonly columns: readonly RecordColumn<T>[];
  readonly onOpen: (row: T) => void;
  readonly settings: AttendanceSettings;
}

function Rows<T extends object>({ query, label, rowKey, columns, onOpen, settings }: RowsProps<T>) {
  const { t } = useLanguage();
  const view = useAttendanceView();
  const { data, error, isPending, isPlaceholderData, refetch } = query;
  const narrowed = filterNames.some((name) => name !== 'state' && view[name] !== undefined);
  const empty: ReactNode = narrowed ? (
    <>
      <p>{t('att.records.filtered')}</p>
      <Button onClick={() => view.change(nothingChosen)}>{t('att.filter.clear')}</Button>
    </>
  ) : (
    t(view.show === 'punches' ? 'att.records.empty' : 'att.reports.empty')
  );
  const rows = data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <>
      {error !== null && <FailureNotice error={error} onRetry={() => void refetch()} />}
      {isPending && error === null && <Skeleton active paragraph={{ rows: 4 }} />}
      {data !== undefined && rows.length === 0 && (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={empty}>
          {!narrowed && <NextStep settings={settings} />}
        </Empty>
      )}
      {rows.length > 0 && (
        <div aria-busy={isPlaceholderData} className={isPlaceholderData ? 'departure-old' : undefined}>
          <RecordList<T>
            label={label}
            records={rows}
            rowKey={rowKey}
            columns={columns}
            onOpen={onOpen}
            empty={null}
          />
          <LoadMore {...query} />
        </div>
      )}
    </>
  );
}

interface WhoProps {
  readonly row: Pick<AttendanceRecord, 'name' | 'userId' | 'state'>;
  readonly onOpen: () => void;
}

function Who({ row: { name, userId, state }, onOpen }: WhoProps) {
  const { t } = useLanguage();
  return (
    <span className="bind-cell">
      <Button
        type="link"
        className="bind-open"
        aria-label={t('att.record.open', { name: name ?? userId })}
        onClick={onOpen}
      >
        {name ?? userId}
      </Button>
      <span className="mono small quiet">{userId}</span>
      {state === 'superseded' && (
        <span className="small">
          <Mark tone="quiet" icon="stopped">
            {t('att.state.superseded')}
          </Mark>
        </span>
      )}
    </span>
  );
}

function punchColumns(
  t: Translate,
  onOpen: (record: AttendanceRecord) => void,
): readonly RecordColumn<AttendanceRecord>[] {
  return [
    {
      key: 'who',
      title: t('att.who'),
      role: 'heading',
      render: (record) => <Who row={record} onOpen={() => onOpen(record)} />,
    },
    {
      key: 'at',
      title: t('att.at'),
      render: ({ at, day }) => (
        <span className="bind-cell">
          <Minute at={at} />
          <AnotherDay at={at} day={day} />
        </span>
      ),
    },
    { key: 'kind', title: t('att.kind'), render: (record) => <KindMark punch={record} /> },
    {
      key: 'exceptions',
      title: t('att.exception'),
      render: ({ exceptions }) => <ExceptionMarks codes={exceptions} normal />,
    },
    {
      key: 'place',
      title: t('att.place'),
      render: ({ location, mediaIds }) => (
        <span className="cell-words att-place">
          {location ?? <span className="quiet">—</span>}
          {mediaIds.length > 0 && (
            <span className="small quiet"> · {t('att.photos.count', { count: mediaIds.length })}</span>
          )}
        </span>
      ),
    },
    {
      key: 'group',
      title: t('att.group'),
      render: ({ groupName }) => <span className="cell-words att-place">{groupName ?? '—'}</span>,
    },
  ];
}

/** A punch after midnight that still belongs to the day before. */
function AnotherDay({ at, day }: Pick<AttendanceRecord, 'at' | 'day'>) {
  const { t } = useLanguage();
  const zone = useZone();
  return dayIn(zone, new Date(at)) === day ? null : (
    <span className="small quiet">{t('att.day.of', { day })}</span>
  );
}

function reportColumns(
  t: Translate,
  onOpen: (report: AttendanceReport) => void,
): readonly RecordColumn<AttendanceReport>[] {
  return [
    {
      key: 'who',
      title: t('att.who'),
      role: 'heading',
      render: (report) => <Who row={report} onOpen={() => onOpen(report)} />,
    },
    {
      key: 'day',
      title: t('att.day'),
      render: ({ period, day }) => (period === 'monthly' ? day.slice(0, 7) : day),
    },
    {
      key: 'exceptions',
      title: t('att.exception'),
      render: ({ exceptions }) => <ExceptionMarks codes={exceptions} normal />,
    },
    { key: 'words', title: t('att.reckoning'), render: (report) => <ReckoningWords report={report} /> },
    {
      key: 'group',
      title: t('att.group'),
      render: ({ groupName }) => <span className="cell-words att-place">{groupName ?? '—'}</span>,
    },
  ];
}
