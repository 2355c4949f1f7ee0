import type { DecisionOutcome } from '../activities/todos';

/** What the Temporal UI shows; read by administrators, so in both languages, and with states and counts only. */
export const todoSummaries = {
  takeUp: '查看点击 · look at the taps',
  decide: '把决定送达 · take the decision there',
  show: '更新卡片 · change the cards',
} as const;

export function todoDetails({
  decision,
  attempts,
  cardsChanged,
}: {
  readonly decision: DecisionOutcome['kind'] | null;
  readonly attempts: number;
  readonly cardsChanged: number;
}): string {
  return [
    `**待办 · Task: ${decision === null ? '处理中 · under way' : decisions[decision]}**`,
    '',
    ...(attempts === 0 ? [] : [`- 未送达次数 · not taken so far: ${attempts}`]),
    `- 已更新卡片 · cards changed: ${cardsChanged}`,
  ].join('\n');
}

const decisions: Readonly<Record<DecisionOutcome['kind'], string>> = {
  decided: '已决定 · decided',
  'already-decided': '已由他人处理 · somebody was faster',
  'not-accepted': '未被接受，仍待处理 · not accepted, still open',
  refused: '未生效，仍待处理 · did not count, still open',
  'moved-on': '已另行处理 · settled elsewhere',
  away: '对方无响应，决定已保留 · no answer, the decision is kept',
};
