import {
  condition,
  continueAsNew,
  proxyActivities,
  proxyLocalActivities,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { DecisionOutcome, TodoActivities } from '../activities/todos';
import { changingCards, readingOneRow, takingDecisions } from './activity-options';
import { todoChangedSignal, type TodoInput, type TodoResult } from './todo.contract';
import { todoDetails, todoSummaries } from './todo.texts';
import { nth } from './waits';

const rows = proxyLocalActivities<TodoActivities>(readingOneRow);
const oa = proxyActivities<TodoActivities>(takingDecisions);
const wecom = proxyActivities<TodoActivities>(changingCards);

/** Before something is tried once more that nobody answered; the last one repeats. */
const againAfterMs = [1_000, 2_000, 5_000, 15_000, 30_000, 60_000, 120_000, 300_000];
const longHistory = 1_000;

/**
 * Takes one decision at a time to whoever decides, until it is decided, and changes the cards. What was tapped and what
 * came of it stand in rows: it ends when nothing is left to do, and the next tap starts it again.
 */
export async function todo(input: TodoInput): Promise<TodoResult> {
  const { taskId, eventsPerHistory = longHistory } = input;
  let changed = false;
  let decision: DecisionOutcome['kind'] | null = null;
  let cardsChanged = input.cardsChanged ?? 0;
  let attempts = input.attempts ?? 0;
  let decideAt = 0;
  let showAt = 0;
  let inVain = 0;
  setHandler(todoChangedSignal, () => void (changed = true));

  for (;;) {
    const { historyLength, continueAsNewSuggested } = workflowInfo();
    if (historyLength >= eventsPerHistory || continueAsNewSuggested) {
      await continueAsNew<typeof todo>({ ...input, attempts, cardsChanged });
    }
    changed = false;
    const { tapId, isToBeShown } = await rows.takeUpTodo.executeWithOptions(
      { summary: todoSummaries.takeUp },
      [{ taskId }],
    );
    if (tapId !== null && Date.now() >= decideAt) {
      const outcome = await oa.decideTodo.executeWithOptions({ summary: todoSummaries.decide }, [
        { taskId, tapId },
      ]);
      decision = outcome.kind;
      attempts = outcome.kind === 'away' ? attempts + 1 : 0;
      decideAt = outcome.kind === 'away' ? Date.now() + (outcome.waitMs ?? nth(againAfterMs, attempts)) : 0;
    } else if (isToBeShown && Date.now() >= showAt) {
      const shown = await wecom.showTodo.executeWithOptions({ summary: todoSummaries.show }, [{ taskId }]);
      cardsChanged += shown.changed;
      inVain = shown.waitMs === null || shown.changed > 0 ? 0 : inVain + 1;
      showAt = shown.waitMs === null ? 0 : Date.now() + Math.max(shown.waitMs, nth(againAfterMs, inVain));
    } else {
      const waits = [...(tapId === null ? [] : [decideAt]), ...(isToBeShown ? [showAt] : [])];
      if (waits.length === 0 && changed) continue;
      // A signal that comes later than this begins the next one.
      if (waits.length === 0) return { taskId, decided: decision === 'decided', cardsChanged };
      await condition(() => changed, Math.max(1, Math.min(...waits) - Date.now()));
      continue;
    }
    setCurrentDetails(todoDetails({ decision, attempts, cardsChanged }));
  }
}
