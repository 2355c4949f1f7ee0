import { DeleteOutlined, UploadOutlined } from '@ant-design/icons';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Card, Upload } from 'antd';
import type { CorpKind } from '../api/corps';
import {
  removeVerificationFile,
  uploadVerificationFile,
  type VerificationFile,
  verificationFilesQuery,
} from '../api/verification-files';
import { useLanguage } from '../language/use-language';
import { describeFailure, FailureNotice } from '../parts/failure-notice';
import { QueryView } from '../parts/query-view';
import { RecordList } from '../parts/record-list';
import { TimeAgo } from '../parts/time';
import { useMay } from '../session/use-session';

export function VerificationFilesTab({ kind }: { readonly kind: CorpKind }) {
  const { t } = useLanguage();
  const { message } = App.useApp();
  const queryClient = useQueryClient();
  const mayWrite = useMay('settings:write');
  const files = useQuery(verificationFilesQuery);
  const refresh = () => queryClient.invalidateQueries({ queryKey: verificationFilesQuery.queryKey });
  const upload = useMutation({
    mutationFn: async (file: File) =>
      uploadVerificationFile({ name: file.name, content: (await file.text()).trim() }),
    onSuccess: async ({ name }) => {
      message.success(t('domain.uploaded', { name }));
      await refresh();
    },
  });
  return (
    <div className="stack">
      {kind === 'private' && <Alert type="info" showIcon title={t('domain.private')} />}
      <Card
        title={t('domain.title')}
        extra={
          mayWrite && (
            <Upload
              accept=".txt"
              showUploadList={false}
              beforeUpload={(file) => {
                upload.mutate(file);
                return false;
              }}
            >
              <Button type="primary" icon={<UploadOutlined />} loading={upload.isPending}>
                {t('domain.upload')}
              </Button>
            </Upload>
          )
        }
      >
        <div className="stack">
          <p className="quiet" style={{ margin: 0 }}>
            {t('domain.about')}
          </p>
          {upload.error !== null && <FailureNotice error={upload.error} />}
          <QueryView query={files}>
            {(items) => <Files items={items} onChange={refresh} mayWrite={mayWrite} />}
          </QueryView>
        </div>
      </Card>
    </div>
  );
}

interface FilesProps {
  readonly items: readonly VerificationFile[];
  readonly onChange: () => Promise<void>;
  readonly mayWrite: boolean;
}

function Files({ items, onChange, mayWrite }: FilesProps) {
  const { t } = useLanguage();
  const { modal, message } = App.useApp();
  const remove = useMutation({
    mutationFn: removeVerificationFile,
    onSuccess: onChange,
    onError: (error) => message.error(describeFailure(error, t).title),
  });
  return (
    <RecordList
      label={t('domain.title')}
      records={items}
      rowKey={({ name }) => name}
      empty={t('domain.empty')}
      columns={[
        {
          key: 'name',
          title: t('domain.file'),
          role: 'heading',
          render: ({ name }) => (
            <a href={`/${encodeURIComponent(name)}`} target="_blank" rel="noreferrer" className="mono">
              {name}
            </a>
          ),
        },
        {
          key: 'createdAt',
          title: t('domain.at'),
          render: ({ createdAt }) => (createdAt === undefined ? null : <TimeAgo at={createdAt} />),
        },
        ...(mayWrite
          ? [
              {
                key: 'actions',
                title: '',
                role: 'actions' as const,
                align: 'right' as const,
                render: ({ name }: VerificationFile) => (
                  <Button
                    type="text"
                    danger
                    icon={<DeleteOutlined />}
                    onClick={() =>
                      void modal.confirm({
                        title: t('domain.remove.title', { name }),
                        okText: t('action.remove'),
                        okButtonProps: { danger: true },
                        cancelText: t('action.cancel'),
                        onOk: () => remove.mutate(name),
                      })
                    }
                  >
                    {t('action.remove')}
                  </Button>
                ),
              },
            ]
          : []),
      ]}
    />
  );
}
