import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, Modal } from 'antd';
import { decideDrift, type Drift, type DriftDecision } from '../api/drift';
import { useLanguage } from '../language/use-language';
import { FailureNotice } from '../parts/failure-notice';
import { nameOf } from './drift-row';

interface DriftDialogProps {
  readonly corpId: string;
  /** For which the decision is possible. */
  readonly rows: readonly Drift[];
  /** How many of the chosen ones it is not possible for. */
  readonly left: number;
  readonly decision: DriftDecision;
  readonly onClose: () => void;
  readonly onDecided: (runId: string | undefined) => void;
}

const listedUpTo = 12;
/** The API takes no more at once. */
const decidedAtOnce = 200;

/** Says in words what will be written where, before anything is. */
export function DriftDialog({ corpId, rows: wanted, left, decision, onClose, onDecided }: DriftDialogProps) {
  const { t, number } = useLanguage();
  const client = useQueryClient();
  const rows = wanted.slice(0, decidedAtOnce);
  const later = wanted.length - rows.length;
  const decided = useMutation({
    mutationFn: () =>
      decideDrift(
        corpId,
        rows.map(({ driftId }) => driftId),
        decision,
      ),
    onSuccess: (answer) => onDecided(answer.runId ?? undefined),
    onSettled: async () => {
      await client.invalidateQueries({ queryKey: ['corps', corpId, 'drift'] });
      await client.invalidateQueries({ queryKey: ['runs', 'list'] });
      await client.invalidateQueries({ queryKey: ['overview'] });
    },
  });
  const line = (row: Drift) => {
    const what = { name: nameOf(row), field: row.fieldName };
    const value = (given: string | null) => given ?? t('drift.value.none');
    switch (decision) {
      case 'accept':
        return t('drift.becomes.oa', { ...what, value: value(row.after) });
      case 'revert':
        return t('drift.becomes.wecom', { ...what, value: value(row.revertsTo ?? row.before) });
      case 'ignore':
        return t('drift.becomes.kept', { ...what, value: value(row.after) });
    }
  };
  return (
    <Modal
      open
      width={600}
      title={t(`drift.${decision}.title`, { count: number(rows.length) })}
      okText={t(`drift.${decision}`)}
      cancelText={t('action.cancel')}
      confirmLoading={decided.isPending}
      onCancel={onClose}
      onOk={() => decided.mutate()}
    >
      <div className="stack">
        <div>
          {t(`drift.${decision}.about`)}
          <ul className="drift-lines">
            {rows.slice(0, listedUpTo).map((row) => (
              <li key={row.driftId} className="wrap-anywhere">
                {line(row)}
              </li>
            ))}
            {rows.length > listedUpTo && (
              <li className="quiet">{t('drift.more', { count: number(rows.length - listedUpTo) })}</li>
            )}
          </ul>
        </div>
        {left > 0 && <p className="quiet drift-lead">{t('drift.left', { count: number(left) })}</p>}
        {later > 0 && <p className="quiet drift-lead">{t('drift.later', { count: number(later) })}</p>}
        {decision !== 'ignore' && <Alert type="info" showIcon title={t(`drift.${decision}.run`)} />}
        {decided.error !== null && <FailureNotice error={decided.error} />}
      </div>
    </Modal>
  );
}
