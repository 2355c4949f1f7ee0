import type { DepartureLook } from '../activities/departures';
import type { DepartureDecision, DepartureState } from '../domain/departures/departure';
import type { DepartureDeskResult } from './departure.contract';

/** What the Temporal UI shows; read by administrators, so in both languages, and with states, times and counts only. */
export const departureSummaries = {
  look: '查看离职状态 · look at the departure',
  decide: ({ kind }: DepartureDecision) => `处理决定 · decide: ${kind}`,
  desk: '离职处理台 · Departure desk',
} as const;

export const deskSummaries = {
  look: '查看待办 · see what there is to do',
  date: '计算日期 · make the dates',
  tell: '通知成员的流程 · tell the members’ workflows',
  handOverToRead: '查看谁的交接内容尚未读取 · see whose hand-over was not read yet',
  handOver: '读取待交接内容 · read what is to be handed over',
  dueNotices: '查看谁即将被删除 · see who is deleted soon',
  noteNotices: '记录已通知 · note that it is told',
  newestHolding: '查看是否有新的待处理 · see whether more are held',
  claim: {
    changes: '领取禁用与恢复 · take disables and restores',
    deletions: '领取到期的删除 · take the deletions that are due',
  },
  run: {
    changes: '离职：禁用与恢复 · Departures: disables and restores',
    deletions: '离职：删除 · Departures: deletions',
  },
  giveBack: '退回领取 · give back what was taken',
} as const;

export const departureRunSummaries = {
  newestPull: '查找最近一次拉取 · find the newest pull',
  note: '记录计划结果 · note what the plan makes of them',
  release: '归还未完成的 · give back what is left',
} as const;

export function departureDetails(look: DepartureLook): string {
  const { state, deleteAt, noticeAt, isClaimed } = look;
  return [
    `**离职 · Departure: ${states[state]}**`,
    '',
    ...(deleteAt === null || look.isClosed
      ? []
      : [`- 删除（上次查看时） · deleted at, as last looked up: ${deleteAt}`]),
    ...(noticeAt === null || look.isClosed
      ? []
      : [`- 通知（上次查看时） · noticed at, as last looked up: ${noticeAt}`]),
    ...(isClaimed ? ['- 有运行正在处理 · a run has it in hand'] : []),
  ].join('\n');
}

export function deskDetails({ dated, told, notices, claimed }: DepartureDeskResult): string {
  return [
    '**离职处理台 · Departure desk**',
    '',
    `- 计算日期 · dated: ${dated}`,
    `- 通知流程 · told: ${told}`,
    `- 列入通知 · listed in notices: ${notices}`,
    `- 交给运行 · given to runs: ${claimed}`,
  ].join('\n');
}

const states: Readonly<Record<DepartureState, string>> = {
  disabling: '等待禁用 · to be disabled',
  waiting: '等待中 · waiting',
  postponed: '已推迟 · postponed',
  held: '需要处理 · held for a person',
  restoring: '恢复中 · being restored',
  deleted: '已删除 · deleted',
  restored: '已恢复 · restored',
  cancelled: '已取消 · cancelled',
};
