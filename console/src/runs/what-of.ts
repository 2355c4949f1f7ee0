import type { ConsoleText } from '../../../i18n/console';
import type { Run } from '../api/runs';

/** What a run is called: a simulation never sounds as if it had written something. */
export function whatOf({ direction, mode, push }: Pick<Run, 'direction' | 'mode' | 'push'>): ConsoleText {
  if (direction === 'pull') return 'direction.pull';
  if (push?.kind === 'undo') return mode === 'simulate' ? 'direction.undo.simulate' : 'direction.undo';
  return mode === 'simulate' ? 'direction.push.simulate' : 'direction.push';
}
