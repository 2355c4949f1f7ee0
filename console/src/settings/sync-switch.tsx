import { Switch } from 'antd';
import { useLanguage } from '../language/use-language';

interface SyncSwitchProps {
  readonly id?: string;
  readonly checked?: boolean;
  readonly onChange?: (on: boolean) => void;
  /** Before it is switched on it has to be known which side is right. */
  readonly onAsk: () => void;
}

export function SyncSwitch({ id, checked = false, onChange, onAsk }: SyncSwitchProps) {
  const { t } = useLanguage();
  return (
    <Switch
      {...(id === undefined ? {} : { id })}
      aria-label={t('set.pull.syncToOa')}
      checked={checked}
      checkedChildren={t('set.on')}
      unCheckedChildren={t('set.off')}
      onChange={(on) => (on ? onAsk() : onChange?.(false))}
    />
  );
}
