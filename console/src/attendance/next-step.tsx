import { Button } from 'antd';
import type { AttendanceSettings } from '../api/attendance';
import { useLanguage } from '../language/use-language';
import { useMay } from '../session/use-session';
import { useAttendanceView } from './use-attendance-view';

/** Where there is nothing to show: what would change that. */
export function NextStep({ settings }: { readonly settings: AttendanceSettings }) {
  const { t } = useLanguage();
  const { open } = useAttendanceView();
  const mayWrite = useMay('settings:write');
  const mayStart = useMay('runs:start');
  if (!settings.configured) {
    return mayWrite ? (
      <Button type="primary" onClick={() => open('settings')}>
        {t('att.next.settings')}
      </Button>
    ) : (
      <span className="quiet">{t('att.next.ask')}</span>
    );
  }
  return (
    <span className="row att-center">
      {mayWrite && (
        <Button type="primary" onClick={() => open('rules', { edit: 'new' })}>
          {t('att.next.rule')}
        </Button>
      )}
      {mayStart && <Button onClick={() => open('runs')}>{t('att.next.run')}</Button>}
    </span>
  );
}
