import { DownOutlined, SendOutlined } from '@ant-design/icons';
import { App, Button, Dropdown, Space } from 'antd';
import type { ReactNode } from 'react';
import type { PlanDirection } from '../api/runs';
import { useLanguage } from '../language/use-language';
import { useStartPlan } from './use-start-plan';

interface PlanButtonProps {
  readonly corpId: string;
  readonly direction: PlanDirection;
  readonly icon: ReactNode;
  readonly type: 'primary' | 'default';
}

/** Simulating is one click; writing is asked for apart. */
export function PlanButton({ corpId, direction, icon, type }: PlanButtonProps) {
  const { t } = useLanguage();
  const { modal } = App.useApp();
  const plan = useStartPlan(corpId, direction);
  const words = direction === 'push' ? 'push' : 'oa-sync';
  const ask = () => {
    modal.confirm({
      title: t(`${words}.apply.title`),
      content: t(`${words}.apply.about`),
      okText: t(`${words}.apply`),
      cancelText: t('action.cancel'),
      onOk: () => plan.start('apply'),
    });
  };
  return (
    <Space.Compact>
      <Button type={type} icon={icon} loading={plan.isPending} onClick={() => plan.start('simulate')}>
        {t(`${words}.simulate`)}
      </Button>
      <Dropdown
        trigger={['click']}
        placement="bottomRight"
        menu={{
          items: [
            {
              key: 'simulate',
              icon,
              label: t(`${words}.simulate`),
              onClick: () => plan.start('simulate'),
            },
            { key: 'apply', icon: <SendOutlined />, label: t(`${words}.apply.ask`), onClick: ask },
          ],
        }}
      >
        <Button type={type} icon={<DownOutlined />} aria-label={t(`${words}.more`)} />
      </Dropdown>
    </Space.Compact>
  );
}
