import { CloudUploadOutlined, DownOutlined, SendOutlined } from '@ant-design/icons';
import { App, Button, Dropdown, Space } from 'antd';
import { useLanguage } from '../language/use-language';
import { useMay } from '../session/use-session';
import { useStartPush } from './use-start-push';

interface PushButtonProps {
  readonly corpId: string;
  readonly type?: 'primary' | 'default';
}

/** Simulating is one click; writing is asked for apart. */
export function PushButton({ corpId, type = 'default' }: PushButtonProps) {
  const { t } = useLanguage();
  const { modal } = App.useApp();
  const mayStart = useMay('runs:start');
  const push = useStartPush(corpId);
  if (!mayStart) return null;
  const ask = () => {
    modal.confirm({
      title: t('push.apply.title'),
      content: t('push.apply.about'),
      okText: t('push.apply'),
      cancelText: t('action.cancel'),
      onOk: () => push.start('apply'),
    });
  };
  return (
    <Space.Compact>
      <Button
        type={type}
        icon={<CloudUploadOutlined />}
        loading={push.isPending}
        onClick={() => push.start('simulate')}
      >
        {t('push.simulate')}
      </Button>
      <Dropdown
        trigger={['click']}
        placement="bottomRight"
        menu={{
          items: [
            {
              key: 'simulate',
              icon: <CloudUploadOutlined />,
              label: t('push.simulate'),
              onClick: () => push.start('simulate'),
            },
            { key: 'apply', icon: <SendOutlined />, label: t('push.apply.ask'), onClick: ask },
          ],
        }}
      >
        <Button type={type} icon={<DownOutlined />} aria-label={t('push.more')} />
      </Dropdown>
    </Space.Compact>
  );
}
