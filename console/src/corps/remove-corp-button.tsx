import { DeleteOutlined } from '@ant-design/icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { type Corp, removeCorp } from '../api/corps';
import { useLanguage } from '../language/use-language';
import { FailureNotice } from '../parts/failure-notice';

export function RemoveCorpButton({ corp }: { readonly corp: Corp }) {
  const { t } = useLanguage();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState('');
  const remove = useMutation({
    mutationFn: () => removeCorp(corp.id, corp.corpId),
    onSuccess: async () => {
      await navigate('/corps');
      queryClient.removeQueries({ queryKey: ['corps', corp.id] });
      await queryClient.invalidateQueries({ queryKey: ['corps'] });
    },
  });

  function close() {
    setOpen(false);
    setTyped('');
    remove.reset();
  }

  return (
    <>
      <Button danger icon={<DeleteOutlined />} onClick={() => setOpen(true)}>
        {t('connection.remove')}
      </Button>
      <Modal
        open={open}
        onCancel={close}
        title={t('connection.remove.title', { name: corp.name })}
        okText={t('connection.remove')}
        okButtonProps={{ danger: true, disabled: typed !== corp.corpId, loading: remove.isPending }}
        onOk={() => remove.mutate()}
      >
        <div className="stack">
          <p style={{ margin: 0 }}>{t('connection.remove.about')}</p>
          <Form layout="vertical">
            <Form.Item
              label={
                <span>
                  {t('connection.remove.type')} <span className="mono">{corp.corpId}</span>
                </span>
              }
              htmlFor="confirm-corp-id"
              style={{ marginBottom: 0 }}
            >
              <Input
                id="confirm-corp-id"
                value={typed}
                onChange={({ target }) => setTyped(target.value.trim())}
                autoComplete="off"
              />
            </Form.Item>
          </Form>
          {remove.error !== null && <FailureNotice error={remove.error} />}
        </div>
      </Modal>
    </>
  );
}
