import type { ChangeRow } from '../api/push';
import { useLanguage } from '../language/use-language';
import { ExactDay } from './exact-day';

/** From where to where; one path where nothing moves. */
export function PathChange({ row }: { readonly row: Pick<ChangeRow, 'pathFrom' | 'pathTo'> }) {
  const { t } = useLanguage();
  const { pathFrom, pathTo } = row;
  if (pathFrom === null && pathTo === null) return <span className="quiet">—</span>;
  if (pathFrom === null || pathTo === null || pathFrom === pathTo) {
    const path = pathTo ?? pathFrom ?? '';
    return (
      <span className="two-lines small" title={path}>
        {path}
      </span>
    );
  }
  return (
    <>
      <span className="one-line small quiet" title={pathFrom}>
        {pathFrom}
      </span>
      <span className="one-line small" title={pathTo}>
        <span aria-hidden>→ </span>
        <span className="visually-hidden">{t('plan.path.to')}</span>
        {pathTo}
      </span>
    </>
  );
}

const previewed = 2;

/** How many fields, and the first of them. */
export function ChangedFields({ row }: { readonly row: Pick<ChangeRow, 'fieldCount' | 'preview'> }) {
  const { t } = useLanguage();
  const { fieldCount, preview } = row;
  if (fieldCount === 0) return <span className="quiet">—</span>;
  const shown = preview.slice(0, previewed);
  return (
    <>
      {shown.map(({ field, label, before, after }) => (
        <span key={field} className="one-line small" title={`${label}: ${worded(before)} → ${worded(after)}`}>
          <span className="quiet">{label}</span>{' '}
          {before !== null && before !== '' && <s className="old-value">{before}</s>} {worded(after)}
        </span>
      ))}
      {fieldCount > shown.length && (
        <span className="small quiet">{t('plan.fields.more', { count: fieldCount - shown.length })}</span>
      )}
    </>
  );
}

export function worded(value: string | null): string {
  return value === null || value === '' ? '—' : value;
}

export function TakesEffect({ row }: { readonly row: Pick<ChangeRow, 'takesEffect' | 'leftOut'> }) {
  const { t } = useLanguage();
  if (row.leftOut) return <span className="small quiet">{t('plan.effect.never')}</span>;
  const { kind, at, deleteAt } = row.takesEffect;
  return (
    <span className="small">
      {kind === 'at' && at != null ? <ExactDay at={at} /> : t(`plan.effect.${kind}`)}
      {deleteAt != null && (
        <span className="mark-bad one-line">
          {t('plan.effect.delete-at')} <ExactDay at={deleteAt} />
        </span>
      )}
    </span>
  );
}
