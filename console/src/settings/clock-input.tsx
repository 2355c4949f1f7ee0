import { TimePicker } from 'antd';
import dayjs from 'dayjs';

interface ClockInputProps {
  readonly label: string;
  /** HH:MM */
  readonly value: string;
  readonly onChange: (time: string) => void;
}

/** The browser's own input would follow its language, also into a.m. and p.m. */
export function ClockInput({ label, value, onChange }: ClockInputProps) {
  const moment = dayjs(`2000-01-01T${value}:00`);
  return (
    <TimePicker
      className="clock-input"
      aria-label={label}
      format="HH:mm"
      allowClear={false}
      needConfirm={false}
      showNow={false}
      value={moment.isValid() ? moment : null}
      onChange={(time) => {
        if (time !== null && !Array.isArray(time)) onChange(time.format('HH:mm'));
      }}
    />
  );
}
