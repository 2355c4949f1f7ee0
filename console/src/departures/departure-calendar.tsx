import { LeftOutlined, RightOutlined } from '@ant-design/icons';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Button, Card, Empty } from 'antd';
import { type KeyboardEvent, useRef } from 'react';
import type { Corp } from '../api/corps';
import { departureCalendarQuery, type DepartureDay, departuresQuery } from '../api/departures';
import { useLanguage } from '../language/use-language';
import { FailureNotice } from '../parts/failure-notice';
import { Mark } from '../parts/mark';
import { dayAfter, monthAfter, todayIn, weeksOf } from './days';
import { openColumns } from './departure-columns';
import { DeparturePages } from './departure-pages';
import { useDepartureView } from './use-departure-view';

interface DepartureCalendarViewProps {
  readonly corp: Corp;
  /** Of the corp: its days begin there. */
  readonly timezone: string | undefined;
  readonly onOpen: (userId: string) => void;
}

const weekdays = [1, 2, 3, 4, 5, 6, 7] as const;
const steps: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

/** On which day how many accounts are deleted. */
export function DepartureCalendarView({ corp, timezone, onOpen }: DepartureCalendarViewProps) {
  const { t, lang, number } = useLanguage();
  const { month: inAddress, day: chosen, change } = useDepartureView();
  const today = todayIn(timezone);
  const month = inAddress ?? (chosen ?? today).slice(0, 7);
  const weeks = weeksOf(month);
  const calendar = useQuery(
    departureCalendarQuery(corp.id, weeks[0]?.[0] ?? today, weeks.at(-1)?.[6] ?? today),
  );
  const grid = useRef<HTMLTableElement>(null);
  const days = new Map(calendar.data?.days.map((day) => [day.date, day]));
  const ofMonth = [...days.values()].filter(({ date }) => date.startsWith(month));
  const count = ofMonth.reduce((sum, day) => sum + day.count, 0);
  const held = ofMonth.reduce((sum, day) => sum + day.held, 0);
  const most = Math.max(1, ...[...days.values()].map((day) => day.count));
  // One day of the grid is reached with Tab, the others with the arrow keys.
  const entered = [chosen, today].find((day) => day?.startsWith(month)) ?? `${month}-01`;
  const name = new Intl.DateTimeFormat(lang, { year: 'numeric', month: 'long', timeZone: 'UTC' }).format(
    new Date(`${month}-01T12:00:00Z`),
  );
  const toMonth = (next: string) =>
    change({ month: next === today.slice(0, 7) ? undefined : next, day: undefined });

  function move(event: KeyboardEvent, from: string) {
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const to = grid.current?.querySelector<HTMLButtonElement>(`[data-day="${dayAfter(from, step)}"]`);
    to?.focus();
  }

  return (
    <>
      <Card>
        <div className="stack">
          <div className="spread">
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
                onClick={() => toMonth(monthAfter(month, 1))}
              />
              {month !== today.slice(0, 7) && (
                <Button onClick={() => toMonth(today.slice(0, 7))}>{t('departure.calendar.today')}</Button>
              )}
            </div>
            {calendar.data !== undefined && (
              <span className="row quiet" role="status">
                {t('departure.calendar.count', { count: number(count) })}
                {held > 0 && <Mark tone="warn">{t('departure.calendar.held', { count: number(held) })}</Mark>}
              </span>
            )}
          </div>
          {calendar.error !== null && (
            <FailureNotice error={calendar.error} onRetry={() => void calendar.refetch()} />
          )}
          <table
            ref={grid}
            className="departure-grid"
            role="grid"
            aria-label={name}
            aria-busy={calendar.isFetching}
          >
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
              {weeks.map((week) => (
                <tr key={week[0]}>
                  {week.map((date) => (
                    <DayCell
                      key={date}
                      day={days.get(date) ?? { date, count: 0, held: 0 }}
                      most={most}
                      outside={!date.startsWith(month)}
                      isToday={date === today}
                      chosen={date === chosen}
                      reached={date === entered}
                      onChoose={() =>
                        change({
                          day: date === chosen ? undefined : date,
                          month: date === chosen ? month : undefined,
                        })
                      }
                      onKeyDown={(event) => move(event, date)}
                    />
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
          <p className="small quiet departure-lead">
            {t('departure.calendar.zone', { timezone: calendar.data?.timezone ?? timezone ?? '' })}
          </p>
        </div>
      </Card>
      {chosen !== undefined && <DayList corp={corp} day={chosen} onOpen={onOpen} />}
    </>
  );
}

interface DayCellProps {
  readonly day: DepartureDay;
  readonly most: number;
  readonly outside: boolean;
  readonly isToday: boolean;
  readonly chosen: boolean;
  readonly reached: boolean;
  readonly onChoose: () => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

function DayCell(props: DayCellProps) {
  const { day, most, outside, isToday, chosen, reached, onChoose, onKeyDown } = props;
  const { t, number } = useLanguage();
  const { date, count, held } = day;
  const label = [
    date,
    count === 0 ? t('departure.calendar.day.none') : t('departure.calendar.day', { count: number(count) }),
    ...(held === 0 ? [] : [t('departure.calendar.held', { count: number(held) })]),
  ].join(t('list.comma'));
  const looks = [
    'departure-day',
    outside && 'departure-day-outside',
    isToday && 'departure-day-today',
    chosen && 'departure-day-on',
    count === 0 && 'departure-day-none',
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
        <span className="departure-day-number">{Number(date.slice(8))}</span>
        {count > 0 && (
          <>
            <span className="departure-day-count">
              {number(count)}
              <span className="departure-day-word"> {t('departure.calendar.people')}</span>
            </span>
            <span className="departure-day-bar" aria-hidden>
              <span style={{ width: `${Math.max(8, Math.round((count / most) * 100))}%` }} />
            </span>
          </>
        )}
        {held > 0 && (
          <span className="departure-day-held">
            <Mark tone="warn">
              {number(held)}
              <span className="departure-day-word"> {t('departure.state.held')}</span>
            </Mark>
          </span>
        )}
      </button>
    </td>
  );
}

interface DayListProps {
  readonly corp: Corp;
  readonly day: string;
  readonly onOpen: (userId: string) => void;
}

function DayList({ corp, day, onOpen }: DayListProps) {
  const { t } = useLanguage();
  const departures = useInfiniteQuery({
    ...departuresQuery(corp.id, { open: true, from: day, to: day, sort: 'due' }),
    placeholderData: (before) => before,
  });
  const title = t('departure.calendar.of', { day });
  return (
    <Card title={<h2 className="set-heading">{title}</h2>}>
      <div className="stack">
        <DeparturePages
          query={departures}
          label={title}
          columns={openColumns(t, onOpen)}
          onOpen={onOpen}
          empty={
            <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('departure.calendar.day.none')} />
          }
        />
      </div>
    </Card>
  );
}
