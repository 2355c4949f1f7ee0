import { LeftOutlined, RightOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button, Card, Empty } from 'antd';
import { type KeyboardEvent, useRef } from 'react';
import {
  type AttendanceSettings,
  type CalendarDay,
  calendarQuery,
  type MemberCalendar,
} from '../api/attendance';
import type { Corp } from '../api/corps';
import { dayAfter, monthAfter, todayIn, weeksOf } from '../departures/days';
import { useLanguage } from '../language/use-language';
import { timeIn } from '../parts/moments';
import { QueryView } from '../parts/query-view';
import { gravest } from './exception-looks';
import { ExceptionMarks } from './exception-marks';
import { KindMark } from './kind-mark';
import { MemberSelect } from './member-select';
import { NextStep } from './next-step';
import { Part } from './part';
import { ReckoningFacts, ReckoningWords } from './reckoning';
import { RecordDrawer } from './record-drawer';
import { useAttendanceView } from './use-attendance-view';

interface CalendarViewProps {
  readonly corp: Corp;
  readonly settings: AttendanceSettings;
}

const weekdays = [1, 2, 3, 4, 5, 6, 7] as const;
const steps: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

/** A month of one member: what they punched, what stood out, and what WeCom reckoned. */
export function CalendarView({ corp, settings }: CalendarViewProps) {
  const { t, lang } = useLanguage();
  const { member, month: inAddress, day, change } = useAttendanceView();
  const today = todayIn(settings.timezone);
  const month = inAddress ?? (day ?? today).slice(0, 7);
  const name = new Intl.DateTimeFormat(lang, { year: 'numeric', month: 'long', timeZone: 'UTC' }).format(
    new Date(`${month}-01T12:00:00Z`),
  );
  const toMonth = (next: string) =>
    change({ month: next === today.slice(0, 7) ? undefined : next, day: undefined });
  return (
    <Card>
      <div className="stack">
        <div className="spread">
          <MemberSelect
            corpId={corp.id}
            label={t('att.calendar.member')}
            value={member}
            onChange={(userId) => change({ member: userId, day: undefined })}
          />
          <div className="row" role="group" aria-label={t('departure.calendar.month')}>
            <Button
              icon={<LeftOutlined />}
              aria-label={t('departure.calendar.previous')}
              onClick={() => toMonth(monthAfter(month, -1))}
            />
            <h2 className="departure-month" aria-live="polite">
              {name}
            </h2>
            <Button
              icon={<RightOutlined />}
              aria-label={t('departure.calendar.next')}
              disabled={month >= today.slice(0, 7)}
              onClick={() => toMonth(monthAfter(month, 1))}
            />
            {month !== today.slice(0, 7) && (
              <Button onClick={() => toMonth(today.slice(0, 7))}>{t('departure.calendar.today')}</Button>
            )}
          </div>
        </div>
        {member === undefined ? (
          <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('att.calendar.choose')}>
            {!settings.configured && <NextStep settings={settings} />}
          </Empty>
        ) : (
          <MemberMonth corp={corp} userId={member} month={month} title={name} today={today} />
        )}
      </div>
    </Card>
  );
}

interface MemberMonthProps {
  readonly corp: Corp;
  readonly userId: string;
  readonly month: string;
  readonly title: string;
  readonly today: string;
}

function MemberMonth({ corp, userId, month, title, today }: MemberMonthProps) {
  const { t } = useLanguage();
  const { day: chosen, record, change } = useAttendanceView();
  const calendar = useQuery(calendarQuery(corp.id, userId, month));
  return (
    <QueryView query={calendar}>
      {(data) => {
        const empty = data.days.every(({ punches, report }) => punches.length === 0 && report === null);
        const open = data.days.find(({ day }) => day === chosen);
        return (
          <>
            {data.report !== null && (
              <div className="att-month">
                <strong>{t('att.calendar.month-report')}</strong> <ReckoningWords report={data.report} />{' '}
                <ExceptionMarks codes={data.report.exceptions} />
              </div>
            )}
            {empty && <p className="quiet att-lead">{t('att.calendar.empty')}</p>}
            <MonthGrid
              calendar={data}
              title={`${data.name ?? data.userId} · ${title}`}
              today={today}
              chosen={chosen}
              onChoose={(day) => change({ day: day === chosen ? undefined : day })}
            />
            <p className="small quiet att-lead">{t('att.calendar.zone', { timezone: data.timezone })}</p>
            {open !== undefined && (
              <DayDetails
                day={open}
                timezone={data.timezone}
                onOpen={(recordId) => change({ record: recordId })}
              />
            )}
            <RecordDrawer corpId={corp.id} recordId={record} onClose={() => change({ record: undefined })} />
          </>
        );
      }}
    </QueryView>
  );
}

interface MonthGridProps {
  readonly calendar: MemberCalendar;
  readonly title: string;
  readonly today: string;
  readonly chosen: string | undefined;
  readonly onChoose: (day: string) => void;
}

function MonthGrid({ calendar: { days, month, timezone }, title, today, chosen, onChoose }: MonthGridProps) {
  const { t } = useLanguage();
  const grid = useRef<HTMLTableElement>(null);
  const byDay = new Map(days.map((day) => [day.day, day]));
  // One day of the grid is reached with Tab, the others with the arrow keys.
  const entered = [chosen, today].find((day) => day?.startsWith(month)) ?? `${month}-01`;

  function move(event: KeyboardEvent, from: string) {
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    grid.current?.querySelector<HTMLButtonElement>(`[data-day="${dayAfter(from, step)}"]`)?.focus();
  }

  return (
    <table ref={grid} className="departure-grid att-grid" role="grid" aria-label={title}>
      <thead>
        <tr>
          {weekdays.map((weekday) => (
            <th key={weekday} scope="col">
              {t(`weekday.${weekday}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {weeksOf(month).map((week) => (
          <tr key={week[0]}>
            {week.map((date) =>
              date.startsWith(month) ? (
                <DayCell
                  key={date}
                  date={date}
                  day={byDay.get(date)}
                  timezone={timezone}
                  isToday={date === today}
                  chosen={date === chosen}
                  reached={date === entered}
                  onChoose={() => onChoose(date)}
                  onKeyDown={(event) => move(event, date)}
                />
              ) : (
                <td key={date} role="gridcell" />
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface DayCellProps {
  readonly date: string;
  readonly day: CalendarDay | undefined;
  readonly timezone: string;
  readonly isToday: boolean;
  readonly chosen: boolean;
  readonly reached: boolean;
  readonly onChoose: () => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

/** More would not fit: the day opens below with all of them. */
const punchesInCell = 3;

function DayCell(props: DayCellProps) {
  const { date, day, timezone, isToday, chosen, reached, onChoose, onKeyDown } = props;
  const { t, number, maybe } = useLanguage();
  const punches = day?.punches ?? [];
  const codes = day?.exceptions ?? [];
  const tone = gravest(codes);
  const label = [
    date,
    ...(day?.isRest === true ? [t('att.rest')] : []),
    punches.length === 0
      ? t('att.calendar.day.none')
      : t('att.punches.count', { count: number(punches.length) }),
    ...codes.map((code) => maybe(`att.exception.${code}`) ?? code),
  ].join(t('list.comma'));
  const looks = [
    'departure-day att-day',
    isToday && 'departure-day-today',
    chosen && 'departure-day-on',
    day?.isRest === true && 'att-day-rest',
    punches.length === 0 && 'departure-day-none',
    tone !== undefined && `att-day-${tone}`,
  ];
  return (
    <td role="gridcell" aria-selected={chosen}>
      <button
        type="button"
        className={looks.filter(Boolean).join(' ')}
        data-day={date}
        tabIndex={reached ? 0 : -1}
        aria-label={label}
        aria-pressed={chosen}
        {...(isToday ? { 'aria-current': 'date' } : {})}
        onClick={onChoose}
        onKeyDown={onKeyDown}
      >
        <span className="att-day-head">
          <span className="departure-day-number">{Number(date.slice(8))}</span>
          {day?.isRest === true && <span className="att-rest">{t('att.rest.short')}</span>}
        </span>
        <span className="att-day-punches">
          {punches.slice(0, punchesInCell).map((punch) => (
            <span key={punch.recordId} className="att-day-punch">
              <span className="att-day-kind">{t(`att.kind.${punch.kindCode}.short`)}</span>{' '}
              {/* WeCom gives a punch that was not made the time at which it was due. */}
              {punch.exceptions.includes('missing') ? '—' : timeIn(timezone, punch.at, 'clock')}
            </span>
          ))}
          {punches.length > punchesInCell && (
            <span className="att-day-more">+{number(punches.length - punchesInCell)}</span>
          )}
        </span>
        <ExceptionMarks codes={codes} />
      </button>
    </td>
  );
}

interface DayDetailsProps {
  readonly day: CalendarDay;
  readonly timezone: string;
  readonly onOpen: (recordId: string) => void;
}

function DayDetails({ day: { day, punches, report, exceptions }, timezone, onOpen }: DayDetailsProps) {
  const { t } = useLanguage();
  return (
    <section className="att-open-day" aria-label={t('att.calendar.of', { day })}>
      <div className="row">
        <h3 className="set-heading">{t('att.calendar.of', { day })}</h3>
        <ExceptionMarks codes={exceptions} normal={punches.length > 0} />
      </div>
      <Part title={t('att.reads.punches')}>
        {punches.length === 0 ? (
          <p className="quiet att-lead">{t('att.calendar.day.none')}</p>
        ) : (
          <ul className="att-punches">
            {punches.map((punch) => (
              <li key={punch.recordId}>
                <Button type="link" className="bind-open" onClick={() => onOpen(punch.recordId)}>
                  {timeIn(timezone, punch.at, 'clock')}
                </Button>
                <KindMark punch={punch} />
                <ExceptionMarks codes={punch.exceptions} />
                {punch.location !== null && <span className="small quiet">{punch.location}</span>}
              </li>
            ))}
          </ul>
        )}
      </Part>
      {report !== null && (
        <Part title={t('att.report.daily')}>
          <ReckoningFacts report={report} />
        </Part>
      )}
    </section>
  );
}
