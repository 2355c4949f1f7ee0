import type { Reckoning } from '../api/attendance';
import { Minute } from '../departures/minute';
import { type Translate, useLanguage } from '../language/use-language';
import { Facts } from '../parts/facts';
import { timeIn } from '../parts/moments';
import { useZone } from '../parts/zone';
import { ExceptionMarks } from './exception-marks';
import { hoursAndMinutes } from './worked';

export function workedWords(seconds: number, t: Translate): string {
  return t('att.worked.hours', hoursAndMinutes(seconds));
}

/** In one line, for lists. */
export function ReckoningWords({ report }: { readonly report: Reckoning }) {
  const { t, number } = useLanguage();
  const zone = useZone();
  const { isRest, punches, workSeconds, standardSeconds, earliestAt, latestAt, workDays, regularDays } =
    report;
  const words = [
    isRest === true && t('att.rest'),
    workDays !== null &&
      regularDays !== null &&
      t('att.worked.days', { regular: number(regularDays), days: number(workDays) }),
    earliestAt !== null &&
      latestAt !== null &&
      earliestAt !== latestAt &&
      `${timeIn(zone, earliestAt, 'clock')} – ${timeIn(zone, latestAt, 'clock')}`,
    workSeconds !== null &&
      (workSeconds > 0 || (standardSeconds ?? 0) > 0) &&
      (standardSeconds === null || standardSeconds === 0
        ? workedWords(workSeconds, t)
        : t('att.worked.of', {
            worked: workedWords(workSeconds, t),
            standard: workedWords(standardSeconds, t),
          })),
    punches !== null && t('att.punches.count', { count: number(punches) }),
  ].filter((part) => part !== false);
  return <span className="cell-words">{words.join(' · ')}</span>;
}

/** All that WeCom reckoned. */
export function ReckoningFacts({ report }: { readonly report: Reckoning }) {
  const { t, number, maybe } = useLanguage();
  const { period, punches, earliestAt, latestAt, workSeconds, standardSeconds, exceptionCounts, notes } =
    report;
  return (
    <Facts
      items={[
        [t('att.exception'), <ExceptionMarks codes={report.exceptions} normal />],
        ...exceptionCounts.map(
          ({ code, count, seconds }) =>
            [
              maybe(`att.exception.${code}`) ?? code,
              seconds > 0
                ? t('att.times.long', { count: number(count), worked: workedWords(seconds, t) })
                : t('att.times', { count: number(count) }),
            ] as const,
        ),
        report.isRest !== null && [t('att.day-type'), t(report.isRest ? 'att.rest' : 'att.work-day')],
        report.workDays !== null && [t('att.month.work-days'), number(report.workDays)],
        report.regularDays !== null && [t('att.month.regular-days'), number(report.regularDays)],
        report.exceptionDays !== null && [t('att.month.exception-days'), number(report.exceptionDays)],
        workSeconds !== null && [t('att.worked'), workedWords(workSeconds, t)],
        standardSeconds !== null &&
          standardSeconds > 0 && [t('att.worked.standard'), workedWords(standardSeconds, t)],
        period === 'daily' && earliestAt !== null && [t('att.earliest'), <Minute at={earliestAt} />],
        period === 'daily' && latestAt !== null && [t('att.latest'), <Minute at={latestAt} />],
        punches !== null && [t('att.punches'), number(punches)],
        report.groupName !== null && [t('att.group'), report.groupName],
        notes.length > 0 && [
          t('att.leave'),
          <ul className="att-notes">
            {notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>,
        ],
      ]}
    />
  );
}
