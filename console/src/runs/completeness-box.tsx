import { Progress } from 'antd';
import type { Completeness, Extent } from '../api/runs';
import { useLanguage } from '../language/use-language';
import { Mark } from '../parts/mark';

interface CompletenessBoxProps {
  readonly completeness: Completeness;
  /** While reading, a gap is not yet a gap. */
  readonly settled: boolean;
}

export function CompletenessBox({ completeness, settled }: CompletenessBoxProps) {
  const { t } = useLanguage();
  const { scope, departments, members, details, complete, reasons } = completeness;
  return (
    <div>
      {settled &&
        (complete ? (
          <Mark tone="good">{t('completeness.complete')}</Mark>
        ) : (
          <Mark tone="warn">{t('completeness.incomplete')}</Mark>
        ))}
      <ExtentBar label={t('completeness.departments')} extent={departments} settled={settled} />
      <ExtentBar label={t('completeness.members')} extent={members} settled={settled} />
      <ExtentBar label={t('completeness.details')} extent={details} settled={settled} />
      {scope === 'app-range' && <p className="quiet">{t('completeness.app-range')}</p>}
      {reasons.length > 0 && (
        <ul className="where-list">
          {reasons.map(({ code, message }) => (
            <li key={`${code} ${message}`}>{message}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

interface ExtentBarProps {
  readonly label: string;
  readonly extent: Extent;
  readonly settled: boolean;
}

function ExtentBar({ label, extent: { expected, read }, settled }: ExtentBarProps) {
  const { t, number } = useLanguage();
  const whole = read >= expected;
  const percent = expected === 0 ? (settled ? 100 : 0) : Math.min(100, (read / expected) * 100);
  return (
    <div className="extent">
      <div className="spread">
        <span>{label}</span>
        <strong>{t('completeness.extent', { read: number(read), expected: number(expected) })}</strong>
      </div>
      <Progress
        percent={percent}
        showInfo={false}
        status={settled ? (whole ? 'success' : 'exception') : 'active'}
        size="small"
        aria-label={label}
      />
    </div>
  );
}
