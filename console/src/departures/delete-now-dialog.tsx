import { Alert, Input, Modal } from 'antd';
import { useState } from 'react';
import type { DepartureDetails } from '../api/departures';
import { useLanguage } from '../language/use-language';
import { FailureNotice } from '../parts/failure-notice';
import { CommentField, withComment } from './decide-dialog';
import { useDecide } from './use-decide';
import { nameOf } from './who';

interface DeleteNowDialogProps {
  readonly corpId: string;
  readonly departure: DepartureDetails;
  readonly onClose: () => void;
}

/** The userid to type: no habit presses through that. */
export function DeleteNowDialog({ corpId, departure, onClose }: DeleteNowDialogProps) {
  const { t } = useLanguage();
  const [typed, setTyped] = useState('');
  const [comment, setComment] = useState('');
  const remove = useDecide(corpId, departure, 'deleteNow', onClose);
  const { userId } = departure;
  const confirmed = typed.trim() === userId;
  const submit = () => remove.mutate(withComment(comment));
  return (
    <Modal
      open
      title={t('departure.deleteNow.title', { name: nameOf(departure) })}
      okText={t('departure.do.deleteNow')}
      okButtonProps={{ danger: true, disabled: !confirmed }}
      cancelText={t('departure.back')}
      confirmLoading={remove.isPending}
      onCancel={onClose}
      onOk={submit}
    >
      <div className="stack">
        <Alert type="error" showIcon title={t('departure.deleteNow.lost')} />
        <p className="departure-lead">{t('departure.deleteNow.about')}</p>
        <label>
          <span>{t('departure.deleteNow.type', { userId })}</span>
          <Input
            autoFocus
            aria-label={t('member.user-id')}
            autoComplete="off"
            className="mono"
            value={typed}
            onChange={({ target }) => setTyped(target.value)}
            onPressEnter={() => confirmed && !remove.isPending && submit()}
          />
        </label>
        <CommentField value={comment} onChange={setComment} />
        {remove.error !== null && <FailureNotice error={remove.error} />}
      </div>
    </Modal>
  );
}
