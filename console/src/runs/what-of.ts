import type { ConsoleText } from '../../../i18n/console';
import type { Run } from '../api/runs';

/** What a run is called: a simulation never sounds as if it had written something. */
export function whatOf({ direction, mode, push }: Pick<Run, 'direction' | 'mode' | 'push'>): ConsoleText {
  if (direction === 'attendance') return 'direction.attendance';
  const simulated = mode === 'simulate';
  if (direction === 'pull') {
    if (push === null) return 'direction.pull';
    if (push.kind === 'undo') return simulated ? 'direction.oa-sync.undo.simulate' : 'direction.oa-sync.undo';
    return simulated ? 'direction.oa-sync.simulate' : 'direction.oa-sync';
  }
  if (push?.kind === 'undo') return simulated ? 'direction.undo.simulate' : 'direction.undo';
  if (push?.kind === 'departures') return 'direction.departures';
  return simulated ? 'direction.push.simulate' : 'direction.push';
}
