import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { Button, Card, Switch } from 'antd';
import { useState } from 'react';
import {
  applyImport,
  type ImportApplied,
  type ImportPreview,
  type ImportResult,
  importResults,
  type ImportRow,
  importRowsQuery,
  type LinkField,
} from '../api/bindings';
import type { Corp } from '../api/corps';
import { useLanguage } from '../language/use-language';
import { FailureNotice } from '../parts/failure-notice';
import { LoadMore } from '../parts/load-more';
import { Mark, type MarkIcon, type Tone } from '../parts/mark';
import { RecordList } from '../parts/record-list';
import { Verdict } from '../parts/verdict';
import { FilterChips } from './filter-chips';

interface ImportReviewProps {
  readonly corp: Corp;
  readonly preview: ImportPreview;
  readonly fileName: string;
  readonly field: LinkField;
  readonly onOtherFile: () => void;
  readonly onApplied: (applied: ImportApplied) => void;
}

const looks: Readonly<Record<ImportResult, { readonly tone: Tone; readonly icon?: MarkIcon }>> = {
  bind: { tone: 'good' },
  rebind: { tone: 'warn' },
  'unknown-member': { tone: 'bad' },
  'unknown-value': { tone: 'bad' },
  ambiguous: { tone: 'bad' },
  taken: { tone: 'bad' },
  departed: { tone: 'bad' },
  repeated: { tone: 'bad' },
  empty: { tone: 'quiet' },
  unchanged: { tone: 'quiet', icon: 'good' },
};

const problems = importResults.filter((result) => looks[result].tone === 'bad');

/** Row by row what the file would do; nothing is done before the button is pressed. */
export function ImportReview(props: ImportReviewProps) {
  const { corp, preview, fileName, field, onOtherFile, onApplied } = props;
  const { t, number } = useLanguage();
  const { counts } = preview;
  const [replace, setReplace] = useState(false);
  const count = (result: ImportResult) => counts[result] ?? 0;
  const wrong = problems.reduce((sum, result) => sum + count(result), 0);
  const rebinds = count('rebind');
  const will = count('bind') + (replace ? rebinds : 0);
  const apply = useMutation({
    mutationFn: () => applyImport(corp.id, preview.previewId, replace),
    onSuccess: onApplied,
  });
  return (
    <>
      <div className="spread">
        <span className="wrap-anywhere">
          <strong>{fileName}</strong> <span className="quiet">· {t(`import.field.${field}`)}</span>
        </span>
        <Button onClick={onOtherFile} disabled={apply.isPending}>
          {t('import.other-file')}
        </Button>
      </div>
      <Verdict
        tone={will === 0 ? 'quiet' : wrong > 0 ? 'warn' : 'good'}
        title={will === 0 ? t('import.verdict.nothing') : t('import.verdict.ready', { count: number(will) })}
        actions={
          <Button
            type="primary"
            disabled={will === 0}
            loading={apply.isPending}
            onClick={() => apply.mutate()}
          >
            {t('import.apply', { count: number(will) })}
          </Button>
        }
      >
        <div>
          {wrong > 0
            ? t('import.verdict.problems', { count: number(wrong) })
            : t('import.verdict.no-problems')}
        </div>
      </Verdict>
      {apply.error !== null && <FailureNotice error={apply.error} />}
      {rebinds > 0 && (
        <Card size="small">
          <label className="bind-switch">
            <Switch checked={replace} disabled={apply.isPending} onChange={setReplace} />
            <span>
              <strong>{t('import.replace', { count: number(rebinds) })}</strong>
              <span className="quiet bind-switch-about">{t('import.replace.about')}</span>
            </span>
          </label>
        </Card>
      )}
      <Rows corpId={corp.id} preview={preview} />
    </>
  );
}

function Rows({ corpId, preview }: { readonly corpId: string; readonly preview: ImportPreview }) {
  const { t, maybe, number } = useLanguage();
  const { counts } = preview;
  const present = importResults.filter((result) => (counts[result] ?? 0) > 0);
  const worst = present.find((result) => problems.includes(result));
  // What needs somebody's eyes is shown first.
  const [shown, setShown] = useState<ImportResult | 'all'>(worst ?? 'all');
  const rows = useInfiniteQuery({
    ...importRowsQuery(corpId, preview.previewId, shown === 'all' ? undefined : shown),
    placeholderData: (before) => before,
  });
  const all = present.reduce((sum, result) => sum + (counts[result] ?? 0), 0);
  const look = (result: string): { readonly tone: Tone; readonly icon?: MarkIcon } =>
    Object.hasOwn(looks, result) ? looks[result as ImportResult] : { tone: 'quiet' };
  return (
    <>
      <FilterChips
        label={t('import.filter')}
        chosen={shown}
        onChoose={setShown}
        chips={[
          { value: 'all' as const, label: t('import.filter.all'), count: number(all) },
          ...present.map((value) => ({
            value,
            label: <Mark {...looks[value]}>{t(`import.result.${value}`)}</Mark>,
            count: number(counts[value] ?? 0),
          })),
        ]}
      />
      {rows.error !== null && <FailureNotice error={rows.error} onRetry={() => void rows.refetch()} />}
      <RecordList<ImportRow>
        label={t('import.rows')}
        records={rows.data?.pages.flatMap((page) => page.rows) ?? []}
        rowKey={({ row }) => row}
        empty={t('import.rows.none')}
        loading={rows.isPending || rows.isPlaceholderData}
        columns={[
          { key: 'row', title: t('import.column.row'), width: 72, render: ({ row }) => number(row) },
          {
            key: 'userId',
            title: t('import.column.member'),
            role: 'heading',
            render: ({ userId }) => <span className="mono">{userId === '' ? '—' : userId}</span>,
          },
          {
            key: 'value',
            title: t('import.column.value'),
            render: ({ value }) => (value === '' ? '—' : value),
          },
          {
            key: 'result',
            title: t('import.column.result'),
            render: ({ result }) => (
              <Mark {...look(result)}>{maybe(`import.result.${result}`) ?? result}</Mark>
            ),
          },
          {
            key: 'why',
            title: t('import.column.why'),
            render: ({ oaName, message }) => (
              <span className="cell-words bind-why">
                {oaName !== undefined && <span>{t('import.person', { oa: oaName })}</span>}
                {message !== undefined && <span>{message}</span>}
                {oaName === undefined && message === undefined && '—'}
              </span>
            ),
          },
        ]}
      />
      <LoadMore {...rows} />
    </>
  );
}
