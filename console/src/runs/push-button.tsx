import { CloudUploadOutlined } from '@ant-design/icons';
import { useMay } from '../session/use-session';
import { PlanButton } from './plan-button';
import { useMaster } from './use-master';

interface PushButtonProps {
  readonly corpId: string;
  readonly type?: 'primary' | 'default';
}

/** Where WeCom is the master nothing is pushed to it. */
export function PushButton({ corpId, type = 'default' }: PushButtonProps) {
  const mayStart = useMay('runs:start');
  const { master } = useMaster(corpId);
  if (!mayStart || master === 'wecom') return null;
  return <PlanButton corpId={corpId} direction="push" type={type} icon={<CloudUploadOutlined />} />;
}
