/** Check-in rows in WeCom's own field names. */
export type CheckinRow = {
  readonly userid: string;
  readonly groupname: string;
  readonly checkin_type: string;
  readonly exception_type: string;
  readonly checkin_time: number;
  readonly location_title: string;
  readonly location_detail: string;
  readonly wifiname: string;
  readonly notes: string;
  readonly wifimac: string;
  readonly mediaids: readonly string[];
  readonly groupid: number;
  readonly schedule_id: number;
  readonly timeline_id: number;
  readonly sch_checkin_time?: number;
  readonly [field: string]: unknown;
};

export const checkinType = { onDuty: '上班打卡', offDuty: '下班打卡', outing: '外出打卡' } as const;

export const checkinException = {
  time: '时间异常',
  place: '地点异常',
  missing: '未打卡',
  wifi: 'wifi异常',
  device: '非常用设备',
} as const;

/** `opencheckindatatype` */
export type CheckinKinds = 1 | 2 | 3;

export function isOfKinds(type: string, kinds: CheckinKinds): boolean {
  return kinds === 3 || (type === checkinType.outing) === (kinds === 2);
}

export function exceptionsOf(row: CheckinRow): string[] {
  return row.exception_type === '' ? [] : row.exception_type.split(';');
}

export function wasMissed(row: CheckinRow): boolean {
  return exceptionsOf(row).includes(checkinException.missing);
}
