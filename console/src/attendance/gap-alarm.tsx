import { CloudDownloadOutlined } from '@ant-design/icons';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Alert, Button } from 'antd';
import { attendanceRunsQuery, type OpenGap } from '../api/attendance';
import { isOpen } from '../api/runs';
import { useLanguage } from '../language/use-language';
import { Mark } from '../parts/mark';
import { useMay } from '../session/use-session';
import { DayRangeWords } from './day-range-words';
import { useStartAttendanceRun } from './use-start-run';

interface GapAlarmProps {
  readonly corpId: string;
  readonly gaps: readonly OpenGap[];
}

/** Scheduled days that no run has read: one click reads them. */
export function GapAlarm({ corpId, gaps }: GapAlarmProps) {
  const { t } = useLanguage();
  if (gaps.length === 0) return null;
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      title={t('att.gap.title')}
      description={
        <>
          <div>{t('att.gap.about')}</div>
          <ul className="att-gaps">
            {gaps.map((gap) => (
              <li key={`${gap.ruleId} ${gap.from}`}>
                <span>
                  <strong>{gap.ruleName}</strong> <DayRangeWords range={gap} />
                </span>
                <BackFillButton corpId={corpId} gap={gap} />
              </li>
            ))}
          </ul>
        </>
      }
    />
  );
}

/** Also at the rule it belongs to. */
export function BackFillButton({
  corpId,
  gap: { ruleId, from, to },
}: {
  readonly corpId: string;
  readonly gap: Pick<OpenGap, 'ruleId' | 'from' | 'to'>;
}) {
  const { t } = useLanguage();
  const mayStart = useMay('runs:start');
  const start = useStartAttendanceRun(corpId);
  const runs = useInfiniteQuery(attendanceRunsQuery(corpId, {}));
  const isRead = runs.data?.pages[0]?.items.some(
    ({ phase, attendance }) => isOpen({ phase }) && attendance?.ruleId === ruleId,
  );
  if (isRead === true) return <Mark tone="busy">{t('att.gap.filling')}</Mark>;
  if (!mayStart) return null;
  return (
    <Button
      size="small"
      icon={<CloudDownloadOutlined />}
      loading={start.isPending}
      aria-label={t('att.gap.fill.range', { from, to })}
      onClick={() => start.mutate({ ruleId, from, to })}
    >
      {t('att.gap.fill')}
    </Button>
  );
}
