import { dayFinder } from '../../domain/attendance/day-boundary';
import { plainPunches } from '../../domain/attendance/plain-punches';
import { fromWecom, type RawPunch } from '../../domain/attendance/punch';
import { comparePacked, type SomeLines } from '../../store/attendance-comparison';
import { rowDigest } from '../../store/attendance-digest';
import { packPunches, type PackedRows } from '../../store/attendance-packing';
import { punch } from './storing-world';

const days = dayFinder({ timezone: 'Asia/Shanghai', dayStartsAt: '00:00' });
const order = { corpNo: 7 };
const people = ['LiLei', 'HanMeimei'].map((userId, seq) => ({ seq, userId, personId: seq + 1 }));

function packed(rows: readonly RawPunch[]): PackedRows {
  const packing = packPunches(order, people);
  for (const row of rows) packing.add(fromWecom(row, { days, digest: rowDigest }));
  return packing.packed();
}

function packedUnread(rows: readonly RawPunch[]): PackedRows {
  const packing = packPunches(order, people);
  const plain = plainPunches(days);
  for (const row of rows) {
    const bytes = Buffer.from(JSON.stringify(row));
    const read = plain.read(bytes, 0, bytes.length);
    if (read === null) throw new Error('This row is not plain');
    packing.addPlain(read);
  }
  return packing.packed();
}

const textOf = (lines: SomeLines): string => Buffer.concat([...lines.bytes()]).toString();
const freshText = (rows: PackedRows): string => textOf(comparePacked(rows, null).fresh);
/** As Postgres tells what stands: the lines without their JSON, whether superseded, whether asked for. */
const standingOf = (rows: PackedRows, superseded = 'f', asked = 't'): string =>
  freshText(rows)
    .trimEnd()
    .split('\n')
    .map((line) => `${line.slice(0, line.indexOf('\t{'))}\t${superseded}\t${asked}`)
    .join('\n');

const plain = { location_detail: '上海市静安区' };
const early = punch('LiLei', '2026-11-02 08:55:00', plain);
const late = punch('lilei', '2026-11-02 18:01:00', { ...plain, checkin_type: '下班打卡' });
const another = punch('HanMeimei', '2026-11-03 09:00:00', plain);

test('a row is the same line whether it is parsed or not', () => {
  const rows = [early, late, another, punch('Nobody', '2026-11-02 08:55:00', plain)];
  expect(freshText(packedUnread(rows))).toBe(freshText(packed(rows)));
  expect(packedUnread(rows).days).toEqual({ from: '2026-11-02', to: '2026-11-03' });
  expect(freshText(packed(rows)).split('\n')).toHaveLength(4);
});

test('of two rows about the same punch the later counts', () => {
  const corrected = { ...early, notes: '补卡' };
  for (const pack of [packed, packedUnread]) {
    const { fresh } = comparePacked(pack([early, another, corrected]), null);
    expect(fresh.count).toBe(2);
    expect(textOf(fresh)).toBe(freshText(pack([another, corrected])));
  }
});

test('an answer is sorted by what stands: new, changed, as it was, missing', () => {
  const standing = standingOf(packed([early, another]));
  const moved = { ...another, location_title: '工厂' };
  const compared = comparePacked(packed([early, moved, late]), standing);
  expect(textOf(compared.fresh)).toBe(freshText(packed([late])));
  expect(textOf(compared.altered)).toBe(freshText(packed([moved])));
  expect(compared).toMatchObject({ unchanged: 1, missing: [], standingRows: 2 });

  const nothing = comparePacked(packed([]), standing);
  expect(nothing.missing.map((key) => key.split('\t'))).toEqual([
    ['1', '2026-11-02 00:55:00+00', '上班打卡', '1', '1'],
    ['2', '2026-11-03 01:00:00+00', '上班打卡', '1', '1'],
  ]);
});

test('what was superseded comes back as a change, and is missing no more; what nobody asked for is not missing', () => {
  const back = comparePacked(packed([early]), standingOf(packed([early, late]), 't'));
  expect([back.altered.count, back.fresh.count, back.missing, back.standingRows]).toEqual([1, 0, [], 0]);
  const aside = comparePacked(packed([early]), standingOf(packed([early, late]), 'f', 'f'));
  expect([aside.unchanged, aside.missing, aside.standingRows]).toEqual([1, [], 0]);
});

test('as many rows as there may be in a call are each found again', () => {
  const many = Array.from({ length: 20_000 }, (_, index) => ({
    ...early,
    checkin_time: Number(early.checkin_time) + index,
  }));
  const rows = packedUnread(many);
  const compared = comparePacked(rows, standingOf(rows));
  expect(compared).toMatchObject({ unchanged: 20_000, missing: [], standingRows: 20_000 });
  expect([compared.fresh.count, compared.altered.count]).toEqual([0, 0]);
});
