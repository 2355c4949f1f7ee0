import type { Client } from '@temporalio/client';
import type { CardTapStore } from '../store/card-taps';
import type { TodoSweepStore } from '../store/todo-sweep';
import { todoStart, todoType } from '../workflows/todo.contract';
import { createToldLately } from './told-lately';

export type TodoSweepPatience = {
  /** Whoever took a tap tells its task within a moment. */
  readonly tapMs: number;
  /** Longer than a task lets whoever decides wait between two attempts. */
  readonly stuckMs: number;
  /** What was told is not told again meanwhile. */
  readonly againMs: number;
};

const usualPatience: TodoSweepPatience = { tapMs: 3_000, stuckMs: 400_000, againMs: 60_000 };
const tapsAtOnce = 200;
const todosAtOnce = 200;

export interface TodoSweep {
  /** Returns how many tasks were told. */
  sweep(): Promise<number>;
}

/**
 * Taps whose API died before it could tell their task, cards that were sent for a task that is decided already, and
 * tasks whose workflow somebody terminated.
 */
export function createTodoSweep(
  client: Pick<Client, 'workflow'>,
  { taps, todos }: { readonly taps: CardTapStore; readonly todos: TodoSweepStore },
  taskQueue: string,
  patience: Partial<TodoSweepPatience> = {},
): TodoSweep {
  const { tapMs, stuckMs, againMs } = { ...usualPatience, ...patience };
  const lately = createToldLately(againMs);

  const tell = (taskId: string) =>
    client.workflow.signalWithStart(todoType, todoStart({ taskId }, taskQueue));

  return {
    async sweep() {
      const { taskIds } = await taps.take(null, tapsAtOnce);
      for (const taskId of taskIds) await tell(taskId);
      const left = await todos.leftAlone({ tapMs, stuckMs }, todosAtOnce);
      return taskIds.length + (await lately.tell(left, (taskId) => taskId, tell));
    },
  };
}
