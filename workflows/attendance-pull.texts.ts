import type { AttendanceProgress } from './attendance.contract';

/** What the Temporal UI shows; read by administrators, so in both languages, and with counts only. */
export const attendanceSummaries = {
  begin: '准备 · prepare',
  readMembers: '先读取通讯录 · the directory first',
  read: (portion: number) => `读取打卡 · read check-in data (${portion})`,
  pause: '记录暂停 · record the pause',
  resume: '记录继续 · record that it goes on',
  done: '完成 · finish',
  failed: '记录失败 · record the failure',
  cancelled: '记录取消 · record the cancellation',
} as const;

export function attendanceDetails({ phase, unitsDone, units, rows }: AttendanceProgress): string {
  return [`**${phases[phase]}**`, '', `- 请求 · calls: ${unitsDone}/${units}`, `- 记录 · rows: ${rows}`].join(
    '\n',
  );
}

const phases: Readonly<Record<AttendanceProgress['phase'], string>> = {
  planning: '准备中 · preparing',
  reading: '读取中 · reading',
  paused: '已暂停 · paused',
  done: '已完成 · done',
  failed: '失败 · failed',
  cancelled: '已取消 · cancelled',
};
