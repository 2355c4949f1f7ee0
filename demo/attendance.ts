/** Punches as the demo's simulator makes them up: its own words for what is generated. */
export type DemoCheckins = {
  readonly from: string;
  readonly days: number;
  readonly perDay: number;
  readonly timezone: string;
  readonly exceptionRate: number;
  readonly photoRate: number;
  readonly restDays: readonly number[];
  readonly departments: readonly number[];
};

const timezone = 'Asia/Shanghai';
const DAY_MS = 86_400_000;
const daysBack = 61;
/** Nothing is there before its day has come, so whoever keeps the demo sees people go on working. */
const daysAhead = 730;
const wholeCorp = [1];
/** People of these are at a customer's every afternoon. */
const salesDepartments = [13, 14, 15, 16, 29];

/** Two months of working days until today, and those to come; later ones take the place of earlier ones. */
export function demoCheckins(now: Date): DemoCheckins[] {
  const office: DemoCheckins = {
    from: new Date(now.getTime() - daysBack * DAY_MS).toLocaleDateString('sv-SE', { timeZone: timezone }),
    days: daysBack + daysAhead,
    perDay: 2,
    timezone,
    exceptionRate: 0.06,
    photoRate: 0.02,
    restDays: [0, 6],
    departments: wholeCorp,
  };
  return [office, { ...office, perDay: 3, departments: salesDepartments }];
}
