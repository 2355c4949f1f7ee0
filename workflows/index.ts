export { directoryPull } from './directory-pull';
export { directoryPush } from './directory-push';
export { notice } from './notices';
export { scheduledPull, scheduledPush } from './scheduled-runs';
