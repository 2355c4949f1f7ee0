import type { ActivityOptions, LocalActivityOptions } from '@temporalio/workflow';

/** A worker that died is noticed after four or five missed beats; a busy one still gets through. */
const heartbeatTimeout = '10 seconds';

/** WeCom, the network and the database come back; a person decides earlier, by cancelling. */
const givingUpAfter = '2 hours';

/** Reading from WeCom, resumed at what Postgres holds. Rate limits bring their own delay. */
export const readingFromWecom = {
  startToCloseTimeout: '1 hour',
  scheduleToCloseTimeout: givingUpAfter,
  heartbeatTimeout,
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '30 seconds' },
  // What is under way may still write; the run is not over before it has stopped.
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
} as const satisfies ActivityOptions;

/**
 * A second's worth of events. Signals go on arriving while WeCom is away: after a quarter of an hour the workflow waits
 * by itself, where it can begin a new history.
 */
export const readingForEvents = {
  ...readingFromWecom,
  startToCloseTimeout: '10 minutes',
  scheduleToCloseTimeout: '15 minutes',
} as const satisfies ActivityOptions;

/** What people who have left still own: nothing else waits for long because WeCom is away. */
export const readingHandOver = {
  ...readingFromWecom,
  startToCloseTimeout: '5 minutes',
  scheduleToCloseTimeout: '5 minutes',
  retry: { ...readingFromWecom.retry, maximumAttempts: 3 },
} as const satisfies ActivityOptions;

/** Set-based work over one run's rows: seconds at 100,000 members. */
export const workingInPostgres = {
  startToCloseTimeout: '10 minutes',
  scheduleToCloseTimeout: givingUpAfter,
  heartbeatTimeout,
  retry: { initialInterval: '500 milliseconds', backoffCoefficient: 2, maximumInterval: '10 seconds' },
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
} as const satisfies ActivityOptions;

/**
 * A row by its key, asked in the workflow's own task: thousands of workflows that are told of new settings would keep
 * the server busy for minutes with tasks and events that hold one answer each.
 */
export const readingOneRow = {
  startToCloseTimeout: '10 seconds',
  scheduleToCloseTimeout: givingUpAfter,
  localRetryThreshold: '10 seconds',
  retry: { initialInterval: '500 milliseconds', backoffCoefficient: 2, maximumInterval: '30 seconds' },
} as const satisfies LocalActivityOptions;

/**
 * A push to a few people, sent in the workflow's first task: the outbox says what an attempt that died has done. It may
 * take as long as a call whose answer does not come, with a token that has to be fetched first.
 */
export const sendingToFew = {
  startToCloseTimeout: '2 minutes',
  scheduleToCloseTimeout: givingUpAfter,
  localRetryThreshold: '10 seconds',
  retry: { initialInterval: '500 milliseconds', backoffCoefficient: 2, maximumInterval: '30 seconds' },
} as const satisfies LocalActivityOptions;

/** A push to many: hundreds of calls, resumed at what the outbox holds. Nobody gives it up. */
export const sendingToMany = {
  startToCloseTimeout: '2 hours',
  heartbeatTimeout,
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
  // What is under way may still be sent; nothing else is decided before it has stopped.
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
} as const satisfies ActivityOptions;

/** WeCom has the last word on what is too late, so it is asked for as long as it takes. */
export const recallingMessages = {
  startToCloseTimeout: '30 minutes',
  heartbeatTimeout,
  retry: { initialInterval: '500 milliseconds', backoffCoefficient: 2, maximumInterval: '1 minute' },
} as const satisfies ActivityOptions;

/**
 * One attempt to take somebody's decision to the OA, which says by itself when nobody answered: the workflow tries again
 * by its own clock, and hears of what happens meanwhile.
 */
export const takingDecisions = {
  startToCloseTimeout: '5 minutes',
  heartbeatTimeout,
  retry: { initialInterval: '500 milliseconds', backoffCoefficient: 2, maximumInterval: '1 minute' },
} as const satisfies ActivityOptions;

/**
 * Some minutes of telling the OA, which says by itself when nobody answered: the workflow tries again by its own clock,
 * and hears of whoever wants it tried at once.
 */
export const tellingTheOa = {
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout,
  retry: { initialInterval: '500 milliseconds', backoffCoefficient: 2, maximumInterval: '1 minute' },
} as const satisfies ActivityOptions;

/** Cards of one task, in as many calls as it was sent in. */
export const changingCards = {
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout,
  retry: { initialInterval: '500 milliseconds', backoffCoefficient: 2, maximumInterval: '1 minute' },
} as const satisfies ActivityOptions;

/** The end of a run must be written down, however long the database is away: no deadline over all attempts. */
export const recordingTheEnd = {
  startToCloseTimeout: '1 minute',
  retry: { initialInterval: '500 milliseconds', backoffCoefficient: 2, maximumInterval: '30 seconds' },
} as const satisfies ActivityOptions;

/**
 * Writing to WeCom, a batch of some hundred changes; what was written is in Postgres, so that another attempt goes on
 * behind it. An outage shorter than the deadline costs nothing but time.
 */
export const writingToWecom = {
  startToCloseTimeout: '1 hour',
  scheduleToCloseTimeout: givingUpAfter,
  heartbeatTimeout,
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '30 seconds' },
  // What is under way may still write; the run is not over before it has stopped.
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
} as const satisfies ActivityOptions;

/** One request to a server of somebody else's, which may be down for a night. */
export const sendingNotices = {
  startToCloseTimeout: '30 seconds',
  scheduleToCloseTimeout: '24 hours',
  retry: { initialInterval: '5 seconds', backoffCoefficient: 2, maximumInterval: '10 minutes' },
} as const satisfies ActivityOptions;
