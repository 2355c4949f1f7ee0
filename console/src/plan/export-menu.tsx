import { DownloadOutlined, PrinterOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { App, Button, Dropdown } from 'antd';
import type { MouseEvent } from 'react';
import {
  approvalSheetAddress,
  type ChangeFilter,
  exportAddress,
  type ExportFormat,
  exportFormats,
  fetchApprovalSheet,
  fetchExport,
} from '../api/push';
import { useLanguage } from '../language/use-language';
import { describeFailure } from '../parts/failure-notice';
import { saveFile } from '../parts/save-file';

interface ExportMenuProps {
  readonly runId: string;
  readonly filter: ChangeFilter;
}

/** The files hold what the filter shows; the sheet is for a signature. */
export function ExportMenu({ runId, filter }: ExportMenuProps) {
  const { t } = useLanguage();
  const { message } = App.useApp();
  const file = useMutation({
    mutationFn: async (wanted: ExportFormat | 'sheet') => {
      if (wanted === 'sheet') {
        window.open(URL.createObjectURL((await fetchApprovalSheet(runId)).content), '_blank');
        return;
      }
      const { content, name } = await fetchExport(runId, wanted, filter);
      saveFile(content, name ?? `plan-${runId.slice(0, 8)}.${wanted}`);
    },
    onError: (error) => message.error(describeFailure(error, t).title),
  });
  const get = (wanted: ExportFormat | 'sheet') => (event: MouseEvent) => {
    event.preventDefault();
    file.mutate(wanted);
  };
  const isFiltered = Object.keys(filter).length > 0;
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items: [
          ...exportFormats.map((format) => ({
            key: format,
            icon: <DownloadOutlined />,
            label: (
              <a href={exportAddress(runId, format, filter)} onClick={get(format)}>
                {t(`plan.export.${format}`)}
              </a>
            ),
          })),
          ...(isFiltered
            ? [
                {
                  key: 'filtered',
                  disabled: true,
                  label: <span className="small">{t('plan.export.filtered')}</span>,
                },
              ]
            : []),
          { type: 'divider' as const },
          {
            key: 'sheet',
            icon: <PrinterOutlined />,
            label: (
              <a href={approvalSheetAddress(runId)} onClick={get('sheet')}>
                {t('plan.sheet')}
              </a>
            ),
          },
        ],
      }}
    >
      <Button icon={<DownloadOutlined />} loading={file.isPending}>
        {t('plan.export')}
      </Button>
    </Dropdown>
  );
}
