import { Select } from 'antd';
import { useLanguage } from '../language/use-language';
import type { InputProps } from './setting-fields';

const zones = Intl.supportedValuesOf('timeZone').map((zone) => ({ value: zone, label: zone }));

export function ZoneSelect({ id, value, onChange }: InputProps<string>) {
  const { t } = useLanguage();
  return (
    <Select<string>
      {...(id === undefined ? { 'aria-label': t('schedule.timezone') } : { id })}
      showSearch
      // A zone of the server that this browser does not know by that name.
      options={
        value === undefined || zones.some((zone) => zone.value === value)
          ? zones
          : [{ value, label: value }, ...zones]
      }
      {...(value === undefined ? {} : { value })}
      onChange={(zone) => onChange?.(zone)}
    />
  );
}
