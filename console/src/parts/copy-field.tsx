import { CheckOutlined, CopyOutlined } from '@ant-design/icons';
import { App, Button } from 'antd';
import { useEffect, useState } from 'react';
import { useLanguage } from '../language/use-language';
import { copyText } from './copy-text';

interface CopyFieldProps {
  readonly value: string;
  /** What is copied, for people who don't see the value beside the button. */
  readonly label: string;
  readonly tall?: boolean;
}

const thanksForMs = 2_000;

export function CopyField({ value, label, tall = false }: CopyFieldProps) {
  const { t } = useLanguage();
  const { message } = App.useApp();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), thanksForMs);
    return () => clearTimeout(timer);
  }, [copied]);

  async function copy() {
    if (await copyText(value)) setCopied(true);
    else message.warning(t('copy.failed'));
  }

  return (
    <div className="copy-row">
      <span className={tall ? 'copy-value copy-value-tall mono' : 'copy-value mono'}>{value}</span>
      <Button
        icon={copied ? <CheckOutlined /> : <CopyOutlined />}
        onClick={() => void copy()}
        aria-label={t('copy.what', { what: label })}
      >
        {copied ? t('copy.done') : t('copy.action')}
      </Button>
    </div>
  );
}
