import { Alert, Input, Modal } from 'antd';
import { useState } from 'react';
import type { DepartureDetails } from '../api/departures';
import { useLanguage } from '../language/use-language';
import { FailureNotice } from '../parts/failure-notice';
import { useDecide } from './use-decide';
import { nameOf } from './who';

interface DecideDialogProps {
  readonly corpId: string;
  readonly departure: DepartureDetails;
  readonly action: 'release' | 'restore' | 'cancel';
  readonly onClose: () => void;
}

/** Says what follows before it does. */
export function DecideDialog({ corpId, departure, action, onClose }: DecideDialogProps) {
  const { t } = useLanguage();
  const [comment, setComment] = useState('');
  const decide = useDecide(corpId, departure, action, onClose);
  const name = nameOf(departure);
  return (
    <Modal
      open
      title={t(`departure.${action}.title`, { name })}
      okText={t(`departure.do.${action}`)}
      cancelText={t('departure.back')}
      confirmLoading={decide.isPending}
      onCancel={onClose}
      onOk={() => decide.mutate(withComment(comment))}
    >
      <div className="stack">
        <p className="departure-lead">{t(`departure.${action}.about`)}</p>
        {action === 'release' && departure.reason !== null && (
          <Alert
            type="warning"
            showIcon
            title={t('departure.release.what')}
            description={
              <>
                <div>{departure.reason}</div>
                {departure.advice !== null && <div className="small">{departure.advice}</div>}
              </>
            }
          />
        )}
        <CommentField value={comment} onChange={setComment} />
        {decide.error !== null && <FailureNotice error={decide.error} />}
      </div>
    </Modal>
  );
}

interface CommentFieldProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
}

export function CommentField({ value, onChange }: CommentFieldProps) {
  const { t } = useLanguage();
  return (
    <label>
      <span>{t('departure.comment')}</span>
      <Input.TextArea
        rows={2}
        maxLength={500}
        value={value}
        onChange={({ target }) => onChange(target.value)}
      />
    </label>
  );
}

export function withComment(comment: string): { readonly comment?: string } {
  return comment.trim() === '' ? {} : { comment: comment.trim() };
}
