import { DisconnectOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { App, Button, Input, Modal } from 'antd';
import { useState } from 'react';
import { unbindEverybody } from '../api/bindings';
import type { Corp } from '../api/corps';
import { useLanguage } from '../language/use-language';
import { FailureNotice } from '../parts/failure-notice';
import { Mark } from '../parts/mark';
import { useReadAnew } from './use-bind';

interface UnbindEverybodyProps {
  readonly corp: Corp;
  /** Undefined: not known. */
  readonly total: number | undefined;
}

export function UnbindEverybody({ corp, total }: UnbindEverybodyProps) {
  const { t } = useLanguage();
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button danger icon={<DisconnectOutlined />} disabled={total === 0} onClick={() => setAsking(true)}>
        {t('bind.clear')}
      </Button>
      <Question corp={corp} total={total} open={asking} onClose={() => setAsking(false)} />
    </>
  );
}

interface QuestionProps extends UnbindEverybodyProps {
  readonly open: boolean;
  readonly onClose: () => void;
}

/** What it does and what it does not, and the corp's own id to type: no habit presses through that. */
function Question({ corp, total, open, onClose }: QuestionProps) {
  const { t, number } = useLanguage();
  const { message } = App.useApp();
  const [typed, setTyped] = useState('');
  const readAnew = useReadAnew(corp.id);
  const unbind = useMutation({
    mutationFn: () => unbindEverybody(corp.id, typed.trim()),
    onSuccess: async ({ removed }) => {
      message.success(t('bind.clear.done', { count: number(removed) }));
      onClose();
      await readAnew();
    },
  });
  return (
    <Modal
      open={open}
      width={560}
      onCancel={onClose}
      title={t('bind.clear.title')}
      okText={t('bind.clear')}
      okButtonProps={{ danger: true, disabled: typed.trim() !== corp.corpId }}
      cancelText={t('action.cancel')}
      confirmLoading={unbind.isPending}
      onOk={() => unbind.mutate()}
      afterClose={() => {
        setTyped('');
        unbind.reset();
      }}
      destroyOnHidden
    >
      <div className="stack">
        <strong>
          {total === undefined
            ? t('bind.clear.count.unknown', { name: corp.name })
            : t('bind.clear.count', { name: corp.name, count: number(total) })}
        </strong>
        <div>
          <Mark tone="warn">{t('bind.clear.does')}</Mark>
          <ul className="bind-consequences">
            <li>{t('bind.clear.does.1')}</li>
            <li>{t('bind.clear.does.2')}</li>
            <li>{t('bind.clear.does.3')}</li>
          </ul>
        </div>
        <div>
          <Mark tone="good">{t('bind.clear.does-not')}</Mark>
          <ul className="bind-consequences">
            <li>{t('bind.clear.does-not.1')}</li>
          </ul>
        </div>
        <span className="quiet">{t('bind.clear.backup')}</span>
        <label>
          <span>{t('bind.clear.type', { corpId: corp.corpId })}</span>
          <Input
            aria-label={t('corp.corp-id')}
            autoComplete="off"
            className="mono"
            value={typed}
            onChange={({ target }) => setTyped(target.value)}
            onPressEnter={() => typed.trim() === corp.corpId && unbind.mutate()}
          />
        </label>
        {unbind.error !== null && <FailureNotice error={unbind.error} />}
      </div>
    </Modal>
  );
}
