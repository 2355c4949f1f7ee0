import type { PushOutcome } from '../activities/messages';

/** What the Temporal UI shows; read by administrators, so in both languages, and with states and counts only. */
export const messagePushSummaries = {
  send: '发送 · send',
  sendBulk: '批量发送 · send to many',
  recall: '撤回 · recall',
  finishRecall: '完成撤回 · see the recall through',
  close: '撤回期限已过 · too late to recall',
  closeCards: '卡片不再可更新 · cards can’t be changed any more',
} as const;

export const messageRecallSummaries = {
  mark: '标记要撤回的消息 · mark what is to be recalled',
  carryOut: '撤回 · recall',
  finish: '登记结果 · write down what came of it',
  tell: '通知消息流程 · tell the pushes’ workflows',
} as const;

export const messageDigestSummaries = {
  release: '合并发送 · end the stretch of time',
} as const;

export const appHealthSummaries = {
  look: '查看应用状态 · look at the app',
  probe: '检测应用 · see whether it may send again',
  send: '按顺序发送等待的消息 · send what waited, in order',
} as const;

export function messagePushDetails(standing: PushOutcome['kind']): string {
  return `**消息推送 · Message push: ${standings[standing]}**`;
}

export function messageRecallDetails({
  asked,
  done,
}: {
  readonly asked: number;
  readonly done: boolean;
}): string {
  return [
    `**批量撤回 · Recall of many: ${done ? '已完成 · done' : '进行中 · under way'}**`,
    '',
    `- 已标记 · marked: ${asked}`,
  ].join('\n');
}

export function appHealthDetails({
  pausedAt,
  waiting,
}: {
  readonly pausedAt: string | null;
  readonly waiting: number;
}) {
  return [
    `**应用 · App: ${pausedAt === null ? '已恢复 · sends again' : '已暂停 · paused'}**`,
    '',
    ...(pausedAt === null ? [] : [`- 暂停于 · since: ${pausedAt}`]),
    `- 等待中的消息 · messages that wait: ${waiting}`,
  ].join('\n');
}

const standings: Readonly<Record<PushOutcome['kind'], string>> = {
  open: '已发送，可撤回 · sent, can be recalled',
  wait: '等待中 · waiting',
  paused: '应用已暂停 · its app is paused',
  more: '发送中 · being sent',
  recalling: '撤回中 · being recalled',
  closed: '已结束 · over',
};
