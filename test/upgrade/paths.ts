import type * as workflows from '../../workflows';
import { personalValues } from '../directory-pull/fixture-corp';

type WorkflowType = keyof typeof workflows;

const attendance = 'attendance/flow/histories';
const departures = 'departure/histories';
const events = 'directory-events/histories';
const messages = 'messages/flow/histories';
const pull = 'directory-pull/histories';
const push = 'directory-push/flow/histories';
const sync = 'oa-sync/histories';
const todos = 'messages/todos/histories';

/**
 * The ways each workflow can go, and the history that went it. Recorded by scripts/record-histories.mjs, but for those of
 * the code before a patch, which nothing can record any more.
 */
export const paths: Readonly<Record<WorkflowType, Readonly<Record<string, string>>>> = {
  appHealth: {
    'the app is refused once more, returns, and what waited for it goes': `${messages}/app-health`,
    'its history has become long': `${messages}/app-health-continued-first`,
    'goes on in its next history': `${messages}/app-health-continued-last`,
  },
  attendanceDelivery: {
    'everything is told': `${attendance}/told`,
    'the OA is away, refuses, is asked at once by a person, and takes it': `${attendance}/oa-away`,
    'its history has become long': `${attendance}/told-continued-first`,
    'goes on in its next history': `${attendance}/told-continued-last`,
  },
  attendancePull: {
    'all is read': `${attendance}/done`,
    'the directory is read first': `${attendance}/directory-first`,
    'the directory is being read by somebody else, who is waited for': `${attendance}/directory-waited-for`,
    'the directory holds nobody': `${attendance}/nobody`,
    'a loss is held back': `${attendance}/held-back`,
    'paused and resumed': `${attendance}/paused`,
    'cancelled while it reads': `${attendance}/cancelled`,
    'cancelled while it is paused': `${attendance}/cancelled-paused`,
    'WeCom refuses': `${attendance}/failed`,
    'another worker goes on': `${attendance}/resumed`,
    'started by its schedule': `${attendance}/scheduled-run`,
  },
  departure: {
    'waited until the day, and deleted': `${departures}/deleted`,
    'postponed, refused a release, cancelled by a person': `${departures}/decided`,
    're-hired and restored': `${departures}/restored`,
    'held at a limit, approved, deleted': `${departures}/held-and-deleted`,
    'its history has become long': `${departures}/continued-first`,
    'decided on in its next history': `${departures}/continued-last`,
    'nobody knows it': `${departures}/unknown`,
  },
  departureDesk: {
    'nothing to do': `${departures}/desk-idle`,
    'deletions become a run': `${departures}/desk-deletions`,
    'a re-hired member is given back': `${departures}/desk-restores`,
    'a run that rests for its approval, others meanwhile': `${departures}/desk-approved`,
    'its history has become long': `${departures}/desk-continued-first`,
    'goes on in its next history': `${departures}/desk-continued-last`,
  },
  departureRun: {
    'people are disabled': `${departures}/run-changes`,
    'people are deleted': `${departures}/run-deletions`,
    'people are restored': `${departures}/run-restores`,
    'held, and approved': `${departures}/run-approved`,
    'cancelled while it writes': `${push}/departure-run-cancelled`,
    'the corp is read-only': `${departures}/run-refused`,
  },
  directoryEvents: {
    'worked off': `${events}/empty`,
    'woken by what arrived meanwhile': `${events}/woken`,
    'what could not be read is tried again': `${events}/tried-again`,
    'the door is closed, and opened': `${events}/trouble`,
    'its history has become long': `${events}/continued-first`,
    'goes on in its next history': `${events}/continued-last`,
  },
  directoryOaSync: {
    'applied at once': `${sync}/done`,
    'held, and approved': `${sync}/held-and-approved`,
    'cancelled while it applies': `${sync}/cancelled`,
    'what was left is applied': `${sync}/remainder`,
    undone: `${sync}/undone`,
  },
  directoryPull: {
    'all is read': `${pull}/done`,
    simulated: `${pull}/simulated`,
    'only what an app sees': `${pull}/app-range`,
    'new members are linked': `${pull}/linked`,
    'before the patch link-new-members': `${pull}/before-linking`,
    'read twice and still incomplete': `${pull}/incomplete`,
    'answers were lost': `${pull}/retried`,
    'WeCom refuses': `${pull}/failed`,
    cancelled: `${pull}/cancelled`,
    'another worker goes on': `${pull}/resumed`,
  },
  directoryPush: {
    'applied at once': `${push}/done`,
    simulated: `${push}/simulated`,
    'the whole plan is approved': `${push}/approved`,
    'the safe part is applied, the rest approved': `${push}/held-and-approved`,
    'the approved plan of another run': `${push}/adopted`,
    'the plan has moved on': `${push}/moved-on`,
    rejected: `${push}/rejected`,
    'nobody approved in time': `${push}/timed-out`,
    'a newer push takes its place': `${push}/superseded`,
    'cancelled while it waits': `${push}/cancelled-waiting`,
    'cancelled while it applies': `${push}/cancelled`,
    'what was left is applied': `${push}/remainder`,
    'paused and resumed by a person': `${push}/paused-and-resumed`,
    'stopped by WeCom, and resumed': `${push}/stopped-and-resumed`,
    'a maintenance window is waited for': `${push}/maintenance`,
    'what WeCom left undone is tried again': `${push}/retried`,
    'tried again after a wait that people read of': `${push}/retried-later`,
    failed: `${push}/failed`,
    undone: `${push}/undone`,
    'its history has become long': `${push}/continued-first`,
    'goes on in its next history': `${push}/continued-last`,
  },
  messageDigest: {
    'what was gathered is let go': `${messages}/digest`,
  },
  messagePush: {
    'sent and open': `${messages}/open`,
    'sent, open, and over': `${messages}/over`,
    'cards that nobody changed in time': `${messages}/cards-over`,
    'to nobody': `${messages}/nobody`,
    'quiet hours, taken back before they were over': `${messages}/cancelled`,
    'to many, and taken back': `${messages}/bulk-recalled`,
    'asked for once more when it is taken back': `${messages}/recalled-again`,
    'taken back with many others': `${messages}/recalled-with-many`,
    'a recall that nobody saw through': `${messages}/recall-taken-up`,
    'the first to meet an app that may not send': `${messages}/paused-first`,
    'waits for an app that others look after': `${messages}/paused-second`,
    'its history has become long': `${messages}/continued-first`,
    'goes on in its next history': `${messages}/continued-last`,
  },
  messageRecall: {
    'many are marked and taken back': `${messages}/recall-of-many`,
    'its history has become long': `${messages}/recall-continued-first`,
    'goes on in its next history': `${messages}/recall-continued-last`,
  },
  notice: {
    recorded: `${push}/notice`,
    sent: `${push}/notice-sent`,
    'given up': `${push}/notice-given-up`,
  },
  scheduledAttendance: {
    started: `${attendance}/scheduled`,
    'skipped: one is open': `${attendance}/skipped`,
  },
  scheduledPull: {
    started: `${push}/scheduled-pull`,
    'skipped: one is open': `${push}/scheduled-pull-skipped`,
    'goes on into the OA': `${sync}/scheduled`,
    'before the patch sync-to-oa': `${push}/scheduled-pull-before-sync`,
  },
  scheduledPush: {
    started: `${push}/scheduled-push`,
    'skipped: one is open': `${push}/scheduled-push-skipped`,
    'takes the place of one that is blocked': `${push}/scheduled-push-superseding`,
  },
  todo: {
    'decided by a tap': `${todos}/decided`,
    'settled elsewhere': `${todos}/settled`,
    'the OA does not accept it': `${todos}/not-accepted`,
    'the OA is away, and returns': `${todos}/away`,
    'its history has become long': `${todos}/continued-first`,
    'goes on in its next history': `${todos}/continued-last`,
    'nobody knows it': `${todos}/unknown`,
  },
};

/** What stands in the data of the recordings, and must not stand in a history: names, numbers, secrets, texts. */
export const unspeakable: Readonly<Record<string, readonly string[]>> = {
  [attendance]: ['"u1"', 'Person', '打卡"', 'secret', 'not_today', 'oa-ww'],
  [departures]: ['"u1"', '"U1"', 'Person', '1980000', 'secret'],
  [events]: ['"ada"', '阿达', 'UserID', 'secret'],
  [messages]: ['"u1"', '"U1"', 'Person', 'Title', 'secret', 'msgid'],
  [pull]: [...personalValues, 'contacts-secret', 'app-secret'],
  [push]: ['员工', 'staff', '1370000', '研发部', '市场部', '工程师', 'secret'],
  [sync]: ['员工', 'staff', '1370000', 'secret'],
  [todos]: ['"u1"', '"U1"', 'Person', 'Title', 'approve', '同意', 'secret'],
};
/** Of the people in recordings of earlier versions. */
export const unspeakableOfEarlier = ['Person', '1990000', 'Engineer', '"a1"', 'oa-a', 'secret'];
