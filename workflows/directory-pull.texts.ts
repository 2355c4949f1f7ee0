import type { PullProgress } from './directory-pull.contract';

/** What the Temporal UI shows; read by administrators, so in both languages, and with counts only. */
export const pullSummaries = {
  begin: '准备 · prepare',
  departments: (round: number) => `读取部门 · read departments${secondTime(round)}`,
  memberIds: (round: number) => `读取成员 ID · read member ids${secondTime(round)}`,
  planDetails: '安排读取详情 · plan the details',
  details: ({ batch, batches }: { readonly batch: number; readonly batches: number }) =>
    `读取成员详情 · read member details ${batch}/${batches}`,
  review: '核对完整性 · check completeness',
  compare: '与镜像比较 · compare with the mirror',
  merge: '写入镜像 · merge into the mirror',
  link: '关联成员 · link members',
  finish: '完成 · finish',
  failed: '记录失败 · record the failure',
  cancelled: '记录取消 · record the cancellation',
} as const;

export function pullDetails({ phase, round, departments, members, details }: PullProgress): string {
  return [
    `**${phases[phase]}**${secondTime(round)}`,
    '',
    `- 部门 · departments: ${departments}`,
    `- 成员 · members: ${members}`,
    `- 详情批次 · batches of details: ${details.batchesDone}/${details.batches}`,
  ].join('\n');
}

const phases: Readonly<Record<PullProgress['phase'], string>> = {
  reading: '读取中 · reading',
  planning: '比较中 · comparing',
  applying: '写入中 · merging',
  done: '已完成 · done',
  failed: '失败 · failed',
  cancelled: '已取消 · cancelled',
};

function secondTime(round: number): string {
  return round > 1 ? '（再读一次 · second reading）' : '';
}
