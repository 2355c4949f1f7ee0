import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, InputNumber, Modal } from 'antd';
import { useState } from 'react';
import { confirmLoss, type OaDirectoryState, type OaLoss, oaDirectoryQuery } from '../api/oa';
import { useLanguage } from '../language/use-language';
import { FailureNotice } from '../parts/failure-notice';
import { TimeAgo } from '../parts/time';
import { Verdict } from '../parts/verdict';
import { useMay } from '../session/use-session';

/** What came from the OA last, and whether it can be believed. */
export function FeedStatus({ state }: { readonly state: OaDirectoryState }) {
  const { t, number } = useLanguage();
  const { version, updatedAt, subcompanies, departments, users, unconfirmed } = state;
  if (version === 0 && users.active === 0 && departments === 0) {
    return <Verdict tone="quiet" icon="info" title={t('oa.state.empty')} />;
  }
  return (
    <>
      {unconfirmed !== null && <Loss loss={unconfirmed} />}
      <Verdict
        tone={unconfirmed === null ? 'good' : 'quiet'}
        {...(unconfirmed === null ? {} : { icon: 'info' as const })}
        title={t('oa.state.ok', {
          active: number(users.active),
          departments: number(departments),
          subcompanies: number(subcompanies),
        })}
      >
        <span className="quiet">
          {t('oa.state.version', { version: number(version) })}
          {updatedAt !== null && (
            <>
              {' · '}
              {t('oa.state.fed')} <TimeAgo at={updatedAt} />
            </>
          )}
          {users.departed > 0 && ` · ${t('oa.state.departed', { departed: number(users.departed) })}`}
        </span>
      </Verdict>
    </>
  );
}

function Loss({ loss }: { readonly loss: OaLoss }) {
  const { t, number } = useLanguage();
  const mayConfirm = useMay('settings:write');
  const [asking, setAsking] = useState(false);
  return (
    <Verdict
      tone="warn"
      title={t('oa.loss.title', { lost: number(loss.lost), of: number(loss.of) })}
      actions={mayConfirm && <Button onClick={() => setAsking(true)}>{t('oa.loss.confirm')}</Button>}
    >
      <div>{t('oa.loss.about')}</div>
      <ConfirmLoss lost={loss.lost} open={asking} onClose={() => setAsking(false)} />
    </Verdict>
  );
}

interface ConfirmLossProps {
  readonly lost: number;
  readonly open: boolean;
  readonly onClose: () => void;
}

/** The number is typed: nobody confirms a mass departure by a click. */
function ConfirmLoss({ lost, open, onClose }: ConfirmLossProps) {
  const { t, number } = useLanguage();
  const { message } = App.useApp();
  const queryClient = useQueryClient();
  const [typed, setTyped] = useState<number | null>(null);
  const confirm = useMutation({
    mutationFn: () => confirmLoss(lost),
    onSuccess: (state) => {
      queryClient.setQueryData(oaDirectoryQuery.queryKey, state);
      message.success(t('oa.loss.confirmed'));
      onClose();
    },
  });
  return (
    <Modal
      open={open}
      onCancel={onClose}
      title={t('oa.loss.confirm.title', { lost: number(lost) })}
      okText={t('oa.loss.confirm')}
      cancelText={t('action.cancel')}
      okButtonProps={{ danger: true, disabled: typed !== lost, loading: confirm.isPending }}
      onOk={() => confirm.mutate()}
      destroyOnHidden
      afterClose={() => setTyped(null)}
    >
      <div className="stack">
        <span>{t('oa.loss.confirm.about')}</span>
        <InputNumber
          aria-label={t('oa.loss.number')}
          value={typed}
          min={0}
          precision={0}
          controls={false}
          onChange={setTyped}
        />
        {confirm.error !== null && <FailureNotice error={confirm.error} />}
      </div>
    </Modal>
  );
}
