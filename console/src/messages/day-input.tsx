import { DatePicker } from 'antd';
import dayjs from 'dayjs';

interface DayInputProps {
  readonly label: string;
  /** YYYY-MM-DD */
  readonly value: string | undefined;
  readonly onChange: (day: string | undefined) => void;
}

export function DayInput({ label, value, onChange }: DayInputProps) {
  return (
    <DatePicker
      aria-label={label}
      placeholder={label}
      value={value === undefined ? null : dayjs(value)}
      onChange={(day) => onChange(day === null ? undefined : day.format('YYYY-MM-DD'))}
    />
  );
}
