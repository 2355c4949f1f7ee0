import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Checkbox } from 'antd';
import type { MaintenanceWindow } from '../api/settings';
import { useLanguage } from '../language/use-language';
import { ClockInput } from './clock-input';
import type { InputProps } from './setting-fields';

const weekdays = [1, 2, 3, 4, 5, 6, 7] as const;
const usual: MaintenanceWindow = { days: [1, 2, 3, 4, 5], from: '09:00', to: '18:00' };

interface WindowsEditorProps extends InputProps<readonly MaintenanceWindow[]> {
  readonly disabled: boolean;
}

export function WindowsEditor({ id, value = [], onChange, disabled }: WindowsEditorProps) {
  const { t } = useLanguage();
  const change = (index: number, window: MaintenanceWindow) =>
    onChange?.(value.map((one, at) => (at === index ? window : one)));
  return (
    <div id={id} tabIndex={-1} className="rules">
      {value.length === 0 && <p className="quiet set-after">{t('window.none')}</p>}
      <ul className="rule-list">
        {value.map((window, index) => {
          const label = t('window.nth', { n: index + 1 });
          return (
            <li key={index} className="rule">
              <div className="window">
                <Checkbox.Group
                  aria-label={`${label}: ${t('window.days')}`}
                  value={[...window.days]}
                  onChange={(days) =>
                    change(index, { ...window, days: days.map(Number).sort((a, b) => a - b) })
                  }
                  options={weekdays.map((day) => ({ value: day, label: t(`weekday.${day}`) }))}
                />
                <span className="row">
                  <ClockInput
                    label={`${label}: ${t('window.from')}`}
                    value={window.from}
                    onChange={(from) => change(index, { ...window, from })}
                  />
                  <span aria-hidden>–</span>
                  <ClockInput
                    label={`${label}: ${t('window.to')}`}
                    value={window.to}
                    onChange={(to) => change(index, { ...window, to })}
                  />
                  {window.to < window.from && <span className="quiet">{t('window.overnight')}</span>}
                  {!disabled && (
                    <Button
                      type="text"
                      icon={<DeleteOutlined />}
                      aria-label={`${label}: ${t('window.remove')}`}
                      onClick={() => onChange?.(value.filter((_, at) => at !== index))}
                    />
                  )}
                </span>
              </div>
              {window.days.length === 0 && (
                <div className="small mark-bad rule-note">{t('window.no-days')}</div>
              )}
            </li>
          );
        })}
      </ul>
      {!disabled && (
        <Button
          icon={<PlusOutlined />}
          disabled={value.length >= 50}
          onClick={() => onChange?.([...value, usual])}
        >
          {t('window.add')}
        </Button>
      )}
    </div>
  );
}
