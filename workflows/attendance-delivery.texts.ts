import type { DeliveryRound } from '../activities/attendance-delivery';

/** What the Temporal UI shows; read by administrators, so in both languages, and with counts only. */
export const deliverySummaries = {
  tell: '告知 OA · tell the OA',
} as const;

export function deliveryDetails({
  kind,
  told,
  attempts,
}: {
  readonly kind: DeliveryRound['kind'];
  readonly told: number;
  readonly attempts: number;
}): string {
  return [
    `**${kinds[kind]}**`,
    '',
    `- 已告知 · told: ${told}`,
    ...(attempts === 0 ? [] : [`- 未送达次数 · not taken so far: ${attempts}`]),
  ].join('\n');
}

const kinds: Readonly<Record<DeliveryRound['kind'], string>> = {
  done: '已全部告知 · everything is told',
  more: '告知中 · telling',
  away: 'OA 无响应，稍后再试 · the OA does not answer, tried again later',
  refused: 'OA 拒绝，需要处理 · the OA refuses, somebody has to look',
};
