import type { EventsProgress } from './directory-events.contract';

/** What the Temporal UI shows; read by administrators, so in both languages, and with counts only. */
export const eventsSummaries = {
  batch: (number: number) => `处理一批事件 · a batch of events ${number}`,
} as const;

export function eventsDetails({ phase, batches, outcomes, problem }: EventsProgress): string {
  return [
    `**${phases[phase]}**${problem === null ? '' : ` (${problem})`}`,
    '',
    `- 批次 · batches: ${batches}`,
    `- 已写入镜像 · applied: ${outcomes.applied}`,
    `- 无需处理 · nothing to do: ${outcomes['nothing-to-do']}`,
    `- 应用不可见 · not visible to the app: ${outcomes['not-visible']}`,
    `- 留给下次拉取 · left to the next pull: ${outcomes['left-to-pull']}`,
    `- 失败 · failed: ${outcomes.failed}`,
  ].join('\n');
}

const phases: Readonly<Record<EventsProgress['phase'], string>> = {
  reading: '处理中 · working',
  waiting: '等待 · waiting',
  done: '已完成 · done',
  failed: '失败 · failed',
};
