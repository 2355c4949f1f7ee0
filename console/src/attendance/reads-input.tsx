import { Checkbox, Radio } from 'antd';
import {
  attendanceSources,
  type AttendanceSource,
  type AttendanceSources,
  punchKinds,
  type PunchKinds,
} from '../api/attendance';
import { useLanguage } from '../language/use-language';
import type { InputProps } from '../settings/setting-fields';

export const fromReads = (reads: AttendanceSources): readonly AttendanceSource[] =>
  attendanceSources.filter((source) => reads[source]);

export const toReads = (chosen: readonly AttendanceSource[]): AttendanceSources => ({
  punches: chosen.includes('punches'),
  daily: chosen.includes('daily'),
  monthly: chosen.includes('monthly'),
});

export function ReadsInput({ id, value = [], onChange }: InputProps<readonly AttendanceSource[]>) {
  const { t } = useLanguage();
  return (
    <div
      {...(id === undefined ? {} : { id })}
      tabIndex={-1}
      className="att-reads"
      role="group"
      aria-label={t('att.reads')}
    >
      {attendanceSources.map((source) => (
        <Checkbox
          key={source}
          checked={value.includes(source)}
          onChange={({ target }) =>
            onChange?.(
              attendanceSources.filter((one) => (one === source ? target.checked : value.includes(one))),
            )
          }
        >
          {t(`att.reads.${source}`)} <span className="small quiet">{t(`att.reads.${source}.about`)}</span>
        </Checkbox>
      ))}
    </div>
  );
}

export function KindsInput({ id, value, onChange }: InputProps<PunchKinds>) {
  const { t } = useLanguage();
  return (
    <Radio.Group
      {...(id === undefined ? {} : { id })}
      aria-label={t('att.kinds')}
      optionType="button"
      value={value}
      onChange={({ target }) => onChange?.(target.value as PunchKinds)}
      options={punchKinds.map((kinds) => ({ value: kinds, label: t(`att.kinds.${kinds}`) }))}
    />
  );
}
