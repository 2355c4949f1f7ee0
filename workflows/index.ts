export { departure } from './departure';
export { departureDesk } from './departure-desk';
export { departureRun } from './departure-run';
export { directoryOaSync } from './directory-oa-sync';
export { directoryEvents } from './directory-events';
export { directoryPull } from './directory-pull';
export { directoryPush } from './directory-push';
export { notice } from './notices';
export { scheduledPull, scheduledPush } from './scheduled-runs';
