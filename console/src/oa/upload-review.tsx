import { useMutation } from '@tanstack/react-query';
import { Alert, Button, Card, InputNumber, Modal } from 'antd';
import { useState } from 'react';
import {
  applyUpload,
  type FeedResult,
  type UploadKind,
  type UploadMapping,
  type UploadMode,
  type UploadPreview,
  type UploadProblem,
} from '../api/oa';
import { useLanguage } from '../language/use-language';
import { FailureNotice } from '../parts/failure-notice';
import { Verdict } from '../parts/verdict';
import { UploadColumns } from './upload-columns';

interface UploadReviewProps {
  readonly kind: UploadKind;
  readonly mode: UploadMode;
  readonly preview: UploadPreview;
  readonly onMapping: (mapping: UploadMapping) => void;
  readonly onApplied: (result: FeedResult) => void;
}

/** What the file says, what is wrong with it, and what storing it would do. */
export function UploadReview({ kind, mode, preview, onMapping, onApplied }: UploadReviewProps) {
  const { t, number } = useLanguage();
  const { columns, mapping, fields, rows, counts, errors, totalErrors, applicable, unconfirmed } = preview;
  const [asking, setAsking] = useState(false);
  const apply = useMutation({ mutationFn: () => applyUpload(preview.previewId), onSuccess: onApplied });
  const leaving = counts.departed + counts.removed;

  return (
    <>
      <Verdict
        tone={!applicable ? 'bad' : leaving > 0 ? 'warn' : 'good'}
        title={
          applicable
            ? t('upload.verdict.ok', { rows: number(counts.rows) })
            : t('upload.verdict.bad', { errors: number(totalErrors) })
        }
        actions={
          <Button
            type="primary"
            disabled={!applicable}
            loading={apply.isPending}
            onClick={() => (leaving > 0 ? setAsking(true) : apply.mutate())}
          >
            {t('upload.apply')}
          </Button>
        }
      >
        {kind === 'users' && leaving > 0 && (
          <div className="mark-warn">{t('upload.verdict.lost', { departed: number(leaving) })}</div>
        )}
      </Verdict>
      {apply.error !== null && <FailureNotice error={apply.error} />}
      {unconfirmed !== null && (
        <Alert
          type="warning"
          showIcon
          title={t('upload.loss', { lost: number(unconfirmed.lost), of: number(unconfirmed.of) })}
        />
      )}
      <UploadCounts kind={kind} preview={preview} />
      {errors.length > 0 && <Problems errors={errors} total={totalErrors} />}
      <UploadColumns
        kind={kind}
        headers={columns.map(({ header }) => header)}
        mapping={mapping}
        fields={fields}
        onMapping={onMapping}
      />
      {rows.length > 0 && <Rows preview={preview} />}
      <ConfirmReplace
        kind={kind}
        mode={mode}
        leaving={leaving}
        open={asking}
        onClose={() => setAsking(false)}
        onConfirm={() => {
          setAsking(false);
          apply.mutate();
        }}
      />
    </>
  );
}

const countOrder = [
  'wrong',
  'departed',
  'removed',
  'created',
  'updated',
  'returned',
  'unchanged',
  'rows',
] as const;
/** What can happen to people cannot happen to departments, and the other way round. */
const notOf: { readonly [K in UploadKind]: readonly string[] } = {
  users: ['removed'],
  departments: ['departed', 'returned'],
  subcompanies: ['departed', 'returned'],
};

function UploadCounts({ kind, preview }: Pick<UploadReviewProps, 'kind' | 'preview'>) {
  const { t, number } = useLanguage();
  const { counts, applicable } = preview;
  // Before every row can be used, nobody knows what storing them would change.
  const known = countOrder.filter((name) =>
    applicable ? !notOf[kind].includes(name) : name === 'wrong' || name === 'rows',
  );
  return (
    <ul className="tiles">
      {known.map((name) => (
        <li key={name} className={counts[name] === 0 ? 'tile tile-zero' : 'tile'}>
          <span className="tile-number">{number(counts[name])}</span>
          <span className="tile-label">{t(`upload.counts.${name}`)}</span>
        </li>
      ))}
    </ul>
  );
}

interface ProblemsProps {
  readonly errors: readonly UploadProblem[];
  readonly total: number;
}

function Problems({ errors, total }: ProblemsProps) {
  const { t, number } = useLanguage();
  return (
    <Card title={t('upload.errors')}>
      <div className="table-box">
        <table className="upload-rows upload-problems">
          <thead>
            <tr>
              <th scope="col">{t('upload.errors.row')}</th>
              <th scope="col">{t('upload.errors.column')}</th>
              <th scope="col">{t('upload.errors.message')}</th>
            </tr>
          </thead>
          <tbody>
            {errors.map(({ row, column, message }, index) => (
              <tr key={index}>
                <td>{row === null ? t('upload.errors.whole') : number(row)}</td>
                <td>{column ?? '—'}</td>
                <td>{message}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {total > errors.length && (
        <p className="quiet">{t('upload.errors.more', { count: number(total - errors.length) })}</p>
      )}
    </Card>
  );
}

function Rows({ preview }: Pick<UploadReviewProps, 'preview'>) {
  const { t, number } = useLanguage();
  const { rows, columns, fields } = preview;
  const used = columns.flatMap(({ field }) => (field === null ? [] : [field]));
  const labels = new Map(fields.map(({ field, label }) => [field, label]));
  return (
    <Card title={t('upload.rows', { count: number(rows.length) })}>
      <p className="quiet" style={{ marginTop: 0 }}>
        {t('upload.rows.about')}
      </p>
      <div className="table-box upload-rows-box" tabIndex={0}>
        <table className="upload-rows">
          <thead>
            <tr>
              <th scope="col">{t('upload.errors.row')}</th>
              {used.map((field) => (
                <th scope="col" key={field}>
                  {labels.get(field) ?? field}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ row, values, errors }) => (
              <tr
                key={row}
                className={errors.length > 0 ? 'upload-wrong' : ''}
                title={errors.map(({ message }) => message).join('\n')}
              >
                <td>{row}</td>
                {used.map((field) => (
                  <td key={field}>{values[field] ?? ''}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}

interface ConfirmReplaceProps {
  readonly kind: UploadKind;
  readonly mode: UploadMode;
  readonly leaving: number;
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onConfirm: () => void;
}

function ConfirmReplace({ kind, mode, leaving, open, onClose, onConfirm }: ConfirmReplaceProps) {
  const { t, number } = useLanguage();
  const [typed, setTyped] = useState<number | null>(null);
  return (
    <Modal
      open={open}
      onCancel={onClose}
      title={t(mode === 'whole' ? 'upload.apply.title' : 'upload.apply.title.patch', {
        kind: t(`upload.kind.${kind}`),
      })}
      okText={t('upload.apply')}
      cancelText={t('action.cancel')}
      okButtonProps={{ danger: true, disabled: kind === 'users' && typed !== leaving }}
      onOk={onConfirm}
      afterClose={() => setTyped(null)}
      destroyOnHidden
    >
      {kind === 'users' ? (
        <div className="stack">
          <span>{t('upload.apply.type', { departed: number(leaving) })}</span>
          <InputNumber
            aria-label={t('oa.loss.number')}
            min={0}
            precision={0}
            controls={false}
            value={typed}
            onChange={setTyped}
          />
        </div>
      ) : (
        <span>{t('upload.apply.removed', { removed: number(leaving) })}</span>
      )}
    </Modal>
  );
}
