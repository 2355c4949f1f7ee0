import { DownloadOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { App, Button, Dropdown } from 'antd';
import { type ExportChoice, exportChoices, fetchMembersFile } from '../api/bindings';
import { useLanguage } from '../language/use-language';
import { describeFailure } from '../parts/failure-notice';
import { saveFile } from '../parts/save-file';

export function useExportMembers(corpId: string) {
  const { t } = useLanguage();
  const { modal } = App.useApp();
  return useMutation({
    mutationFn: async (only: ExportChoice) => {
      const { content, name } = await fetchMembersFile(corpId, only);
      saveFile(content, name ?? `members-${only}.xlsx`);
    },
    onError: (error) => {
      const { title, advice } = describeFailure(error, t);
      modal.error({ title, content: advice });
    },
  });
}

/** The same file that the import reads. */
export function ExportMembers({ corpId }: { readonly corpId: string }) {
  const { t } = useLanguage();
  const file = useExportMembers(corpId);
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items: exportChoices.map((key) => ({
          key,
          icon: <DownloadOutlined />,
          label: t(`bind.export.${key}`),
          onClick: () => file.mutate(key),
        })),
      }}
    >
      <Button icon={<DownloadOutlined />} loading={file.isPending}>
        {t('bind.export')}
      </Button>
    </Dropdown>
  );
}
