import { Input, Select, Switch } from 'antd';
import { useMemo, useState } from 'react';
import type { Schedule } from '../api/settings';
import { useLanguage } from '../language/use-language';
import { ClockInput } from './clock-input';
import { cronOf, type Frequency, frequencies, hourSteps, isCron, nextRuns, rhythmOf } from './cron';
import { Moments } from './moments';
import type { InputProps } from './setting-fields';
import { ZoneSelect } from './zone-select';

interface ScheduleEditorProps extends InputProps<Schedule | null> {
  readonly label: string;
  /** Of a schedule that is switched on. */
  readonly timezone: string;
  readonly disabled: boolean;
}

const shownRuns = 5;
const weekdays = [1, 2, 3, 4, 5, 6, 7] as const;

export function ScheduleEditor(props: ScheduleEditorProps) {
  const { id, value = null, onChange, label, timezone, disabled } = props;
  const { t } = useLanguage();
  return (
    <div id={id} tabIndex={-1} className="schedule">
      <Switch
        aria-label={label}
        checked={value !== null}
        disabled={disabled}
        checkedChildren={t('set.on')}
        unCheckedChildren={t('set.off')}
        onChange={(on) => onChange?.(on ? { cron: '0 2 * * *', timezone } : null)}
      />
      {value !== null && <EditRhythm label={label} value={value} onChange={(next) => onChange?.(next)} />}
    </div>
  );
}

interface EditRhythmProps {
  readonly label: string;
  readonly value: Schedule;
  readonly onChange: (value: Schedule) => void;
}

function EditRhythm({ label, value, onChange }: EditRhythmProps) {
  const { t } = useLanguage();
  const read = useMemo(() => rhythmOf(value.cron), [value.cron]);
  // Whoever asked for the expression keeps it, also while it says something simple.
  const [asCron, setAsCron] = useState(read.frequency === 'custom');
  const rhythm = asCron ? { ...read, frequency: 'custom' as const } : read;
  const { frequency } = rhythm;

  function choose(next: Frequency) {
    setAsCron(next === 'custom');
    if (next !== 'custom') onChange({ ...value, cron: cronOf({ ...read, frequency: next }) });
  }
  const change = (part: { time?: string; weekday?: number; everyHours?: number }) => {
    if (frequency !== 'custom') onChange({ ...value, cron: cronOf({ ...rhythm, ...part, frequency }) });
  };

  return (
    <div className="schedule-parts">
      <Select<Frequency>
        aria-label={`${label}: ${t('schedule.frequency')}`}
        value={frequency}
        onChange={choose}
        options={frequencies.map((one) => ({ value: one, label: t(`schedule.frequency.${one}`) }))}
        popupMatchSelectWidth={false}
      />
      {frequency === 'weekly' && (
        <Select<number>
          aria-label={`${label}: ${t('schedule.weekday')}`}
          value={rhythm.weekday === 0 ? 7 : rhythm.weekday}
          onChange={(day) => change({ weekday: day % 7 })}
          options={weekdays.map((day) => ({ value: day, label: t(`weekday.${day}`) }))}
        />
      )}
      {frequency === 'hourly' && (
        <Select<number>
          aria-label={`${label}: ${t('schedule.frequency')}`}
          value={rhythm.everyHours}
          onChange={(everyHours) => change({ everyHours })}
          options={hourSteps.map((hours) => ({ value: hours, label: t('schedule.every', { hours }) }))}
        />
      )}
      {(frequency === 'daily' || frequency === 'workdays' || frequency === 'weekly') && (
        <ClockInput
          label={`${label}: ${t('schedule.at')}`}
          value={rhythm.time}
          onChange={(time) => change({ time })}
        />
      )}
      {frequency === 'custom' && (
        <Input
          className="mono schedule-cron"
          aria-label={`${label}: ${t('schedule.cron')}`}
          placeholder="0 2 * * *"
          value={value.cron}
          status={isCron(value.cron) ? '' : 'error'}
          onChange={({ target }) => onChange({ ...value, cron: target.value })}
        />
      )}
      <ZoneSelect value={value.timezone} onChange={(zone) => onChange({ ...value, timezone: zone })} />
      {frequency === 'custom' && <div className="small quiet schedule-wide">{t('schedule.cron')}</div>}
      {isCron(value.cron) ? (
        <div className="schedule-wide">
          <NextRuns schedule={value} />
        </div>
      ) : (
        <div className="small mark-bad schedule-wide">{t('schedule.cron.wrong')}</div>
      )}
    </div>
  );
}

function NextRuns({ schedule: { cron, timezone } }: { readonly schedule: Schedule }) {
  const { t } = useLanguage();
  const runs = useMemo(() => nextRuns(cron, timezone, new Date(), shownRuns), [cron, timezone]);
  if (runs.length === 0) return <span className="mark-bad">{t('schedule.next.never')}</span>;
  return <Moments title={t('schedule.next')} moments={runs} timezone={timezone} />;
}
