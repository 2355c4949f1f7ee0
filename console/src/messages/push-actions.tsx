import { useMutation } from '@tanstack/react-query';
import { App, Button, Checkbox, Modal } from 'antd';
import { useState } from 'react';
import { type PushDetails, recallPush, resendPush, type ResendState, resendStates } from '../api/messages';
import { useLanguage } from '../language/use-language';
import { FailureNotice } from '../parts/failure-notice';
import { useMay } from '../session/use-session';
import { RecallLeft } from './recall-left';
import { useMessageView } from './use-message-view';
import { useReadMessagesAnew } from './use-read-anew';

/** What its state allows and the reader may. */
export function PushActions({ push }: { readonly push: PushDetails }) {
  const { t } = useLanguage();
  const may = useMay('events:write');
  const [asked, setAsked] = useState<'recall' | 'resend' | undefined>();
  if (!may || (!push.can.recall && !push.can.resend)) return null;
  const onClose = () => setAsked(undefined);
  return (
    <div className="row" role="group" aria-label={t('msg.actions')}>
      {push.can.recall && (
        <Button danger onClick={() => setAsked('recall')}>
          {t('msg.do.recall')}
        </Button>
      )}
      {push.can.resend && <Button onClick={() => setAsked('resend')}>{t('msg.do.resend')}</Button>}
      {asked === 'recall' && <RecallDialog push={push} onClose={onClose} />}
      {asked === 'resend' && <ResendDialog push={push} onClose={onClose} />}
    </div>
  );
}

interface DialogProps {
  readonly push: PushDetails;
  readonly onClose: () => void;
}

/** Says what is taken back from whom before it is. */
function RecallDialog({ push, onClose }: DialogProps) {
  const { t, number } = useLanguage();
  const { message } = App.useApp();
  const readAnew = useReadMessagesAnew();
  const recall = useMutation({
    mutationFn: () => recallPush(push.pushId),
    onSuccess: ({ recall: { state } }) => {
      if (state === 'partly-recalled') message.warning(t('msg.recall.partly'));
      else message.success(t(state === 'cancelled' ? 'msg.recall.cancelled' : 'msg.recall.done'));
      onClose();
    },
    onSettled: readAnew,
  });
  const { sent, queued, sending, gathered } = push.counts;
  return (
    <Modal
      open
      title={t('msg.recall.title')}
      okText={t('msg.do.recall')}
      okButtonProps={{ danger: true }}
      cancelText={t('action.cancel')}
      confirmLoading={recall.isPending}
      onCancel={onClose}
      onOk={() => recall.mutate()}
    >
      <div className="stack">
        <p className="msg-lead">
          {t('msg.recall.about', {
            sent: number(sent + sending),
            waiting: number(queued + gathered),
          })}
        </p>
        {push.recallUntil !== null && (
          <p className="msg-lead">
            {t('msg.recall.left')}
            {': '}
            <RecallLeft push={push} />
          </p>
        )}
        <p className="small quiet msg-lead">{t('msg.recall.rest')}</p>
        {recall.error !== null && <FailureNotice error={recall.error} />}
      </div>
    </Modal>
  );
}

/** To whom it is sent once more. Those who may have got it are never chosen by themselves. */
function ResendDialog({ push, onClose }: DialogProps) {
  const { t, number } = useLanguage();
  const { message } = App.useApp();
  const { change } = useMessageView();
  const readAnew = useReadMessagesAnew();
  const offered = resendStates.filter((state) => push.counts[state] > 0);
  const [states, setStates] = useState<readonly ResendState[]>(
    offered.filter((state) => state !== 'unknown'),
  );
  const resend = useMutation({
    mutationFn: () => resendPush(push.pushId, states),
    onSuccess: ({ pushId, recipients }) => {
      message.success(t('msg.resend.done', { count: number(recipients) }));
      onClose();
      change({ push: pushId });
    },
    onSettled: readAnew,
  });
  return (
    <Modal
      open
      title={t('msg.resend.title')}
      okText={t('msg.do.resend')}
      okButtonProps={{ disabled: offered.length > 0 && states.length === 0 }}
      cancelText={t('action.cancel')}
      confirmLoading={resend.isPending}
      onCancel={onClose}
      onOk={() => resend.mutate()}
    >
      <div className="stack">
        <p className="msg-lead">{t(offered.length === 0 ? 'msg.resend.all' : 'msg.resend.about')}</p>
        {offered.length > 0 && (
          <Checkbox.Group
            className="msg-choices"
            value={[...states]}
            onChange={(values) => setStates(resendStates.filter((state) => values.includes(state)))}
          >
            {offered.map((state) => (
              <Checkbox key={state} value={state}>
                {t(`msg.to.${state}`)} <span className="quiet">{number(push.counts[state])}</span>
                {state === 'unknown' && <div className="small mark-warn">{t('msg.resend.unknown')}</div>}
              </Checkbox>
            ))}
          </Checkbox.Group>
        )}
        {resend.error !== null && <FailureNotice error={resend.error} />}
      </div>
    </Modal>
  );
}
