import { defineSignal } from '@temporalio/workflow';
import { bridgeFeature } from './search-attributes';
import { oneAtATime } from './start-options';

export const todoType = 'todo';

export function todoId(taskId: string): string {
  return `todo:${taskId}`;
}

export interface TodoInput {
  readonly taskId: string;
  /** Of an earlier history. */
  readonly attempts?: number;
  readonly cardsChanged?: number;
  /** From so many events on it goes on under a fresh history. */
  readonly eventsPerHistory?: number;
}

export interface TodoResult {
  readonly taskId: string;
  readonly decided: boolean;
  readonly cardsChanged: number;
}

/** A tap or the OA's word stands in its row: go and look. */
export const todoChangedSignal = defineSignal('todoChanged');

/** How the task's workflow is started or told, by whoever has a tap or a settlement for it. */
export function todoStart(input: TodoInput, taskQueue: string) {
  return {
    taskQueue,
    workflowId: todoId(input.taskId),
    args: [input] as [TodoInput],
    ...oneAtATime,
    typedSearchAttributes: [{ key: bridgeFeature, value: 'todo' }],
    staticSummary: '待办卡片 · Task cards',
    signal: todoChangedSignal,
    signalArgs: [] as [],
  };
}
