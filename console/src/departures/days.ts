import { timeIn } from '../parts/moments';

/** YYYY-MM-DD, as the calendar on the wall of the corp shows it. */
export function dayIn(timezone: string | undefined, at: Date): string {
  return timeIn(timezone, at, 'day');
}

export function todayIn(timezone: string | undefined): string {
  return dayIn(timezone, new Date());
}

const dayMs = 86_400_000;

/** Days of a calendar have no zone: noon of UTC keeps away from every edge. */
export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T12:00:00Z`) + days * dayMs).toISOString().slice(0, 10);
}

export function daysBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / dayMs;
}

/** `month` as YYYY-MM, some months later or earlier. */
export function monthAfter(month: string, months: number): string {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number - 1 + months, 1, 12)).toISOString().slice(0, 7);
}

/** The weeks of a month from Monday on, with the days of its neighbours that fill them. */
export function weeksOf(month: string): readonly (readonly string[])[] {
  const first = `${month}-01`;
  const weekday = (new Date(`${first}T12:00:00Z`).getUTCDay() + 6) % 7;
  const weeks: string[][] = [];
  for (let monday = dayAfter(first, -weekday); monday.slice(0, 7) <= month; monday = dayAfter(monday, 7)) {
    weeks.push(Array.from({ length: 7 }, (_, index) => dayAfter(monday, index)));
  }
  return weeks;
}
