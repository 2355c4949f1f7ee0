import type { DirectoryPushInput, PushPhase, PushProgress } from './directory-push.contract';

/** What the Temporal UI shows; read by administrators, so in both languages, and with counts only. */
export const pushSummaries = {
  begin: '准备 · prepare',
  readOa: '读取 OA · read the OA',
  pull: '先拉取 · pull first',
  lookUp: '按手机、邮箱查找成员 · look members up by mobile and mail',
  plan: '制定计划 · make the plan',
  standing: '查看已进行到哪里 · see how far it had come',
  adopt: '核对已批准的计划 · check the approved plan',
  verify: '核对计划是否仍有效 · check that the plan still holds',
  openApproval: '等待批准 · wait for an approval',
  release: '放行已批准的变更 · release what was approved',
  maintenance: '查看维护时段 · look at the maintenance windows',
  list: '列出待执行的变更 · list what is pending',
  nextTry: '记录下次重试时间 · note when it is tried again',
  apply: ({ fromSeq, toSeq, changes }: { fromSeq: number; toSeq: number; changes: number }) =>
    `执行 ${changes} 项变更 · apply ${changes} changes（#${fromSeq}–#${toSeq}）`,
  phase: (phase: PushPhase) => `阶段 · phase: ${phase}`,
  finish: '完成 · finish',
  ended: {
    done: '完成 · finish',
    failed: '记录失败 · record the failure',
    cancelled: '记录取消 · record the cancellation',
    rejected: '记录驳回 · record the rejection',
    expired: '记录失效 · record that the plan has expired',
  },
} as const;

function titleOf({ plan, target }: Pick<DirectoryPushInput, 'plan' | 'target'>): string {
  if (plan.kind === 'departures') return '离职处理 · Departures';
  return target === 'oa' ? '同步到 OA · Sync to OA' : '推送通讯录 · Directory push';
}

export function pushDetails(
  { phase, planHash, held, done, failed, total }: PushProgress,
  input: Pick<DirectoryPushInput, 'plan' | 'target'>,
): string {
  return [
    // Also the title: one given at the start does not go along to the next history.
    `**${titleOf(input)} — ${phases[phase]}**`,
    '',
    ...(planHash === null ? [] : [`- 计划 · plan: \`${planHash.slice(0, 12)}\``]),
    `- 已执行 · applied: ${done}/${total}`,
    `- 失败 · failed: ${failed}`,
    `- 暂缓 · held: ${held}`,
  ].join('\n');
}

const phases: Readonly<Record<PushPhase, string>> = {
  reading: '读取中 · reading',
  planning: '制定计划中 · planning',
  blocked: '已拦截，等待处理 · blocked, waiting for a decision',
  'awaiting-approval': '等待批准 · waiting for an approval',
  applying: '执行中 · applying',
  paused: '已暂停 · paused',
  done: '已完成 · done',
  failed: '失败 · failed',
  rejected: '已驳回 · rejected',
  cancelled: '已取消 · cancelled',
  expired: '已失效 · expired',
};
