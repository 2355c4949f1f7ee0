import * as fc from 'fast-check';
import { dayFinder } from '../../../domain/attendance/day-boundary';
import { plainPunches } from '../../../domain/attendance/plain-punches';
import {
  plainJsonBytes,
  plainRows,
  writePlainJson,
  type PlainRows,
} from '../../../domain/attendance/plain-rows';
import { fromWecom, type RawPunch } from '../../../domain/attendance/punch';
import { rowJson } from '../../../domain/attendance/row-json';
import { rowDigest } from '../../../store/attendance-digest';

const days = dayFinder({ timezone: 'Asia/Shanghai', dayStartsAt: '04:00' });

/** Among other rows, as in an answer. */
function readAmong(rows: PlainRows, text: string) {
  const row = Buffer.from(text);
  const bytes = Buffer.concat([Buffer.from('[{"a":1},'), row, Buffer.from(',{"b":2}]')]);
  return rows.read(bytes, 9, 9 + row.length);
}

function jsonOf(text: string, rows = plainRows()): string | null {
  const row = readAmong(rows, text);
  if (row === null) return null;
  const target = Buffer.alloc(plainJsonBytes(row));
  return target.toString('utf8', 0, writePlainJson(row, target, 0));
}

const plainValue = fc.oneof(
  fc.maxSafeInteger().filter((number) => Math.abs(number) < 1e15 && !Object.is(number, -0)),
  fc.string({ unit: 'binary' }).filter((text) => JSON.stringify(text) === `"${text}"`),
  fc.constantFrom('上班打卡', '', 'LiLei', '地点异常;wifi异常'),
  fc.constant([]),
);
const anyValue = fc.oneof(plainValue, fc.jsonValue());
const key = fc.oneof(fc.constantFrom('userid', 'lat', 'notes', '__proto__', '2', '备注'), fc.string());

describe('what is read from its bytes', () => {
  test('is what reading it as JSON would give, or nothing', () => {
    const rows = plainRows();
    fc.assert(
      fc.property(fc.array(fc.dictionary(key, anyValue), { minLength: 1, maxLength: 5 }), (all) => {
        for (const text of all.map((row) => JSON.stringify(row))) {
          const read = jsonOf(text, rows);
          if (read !== null) expect(read).toBe(rowJson(JSON.parse(text) as Record<string, unknown>));
        }
      }),
    );
  });

  test('is every row of texts without escapes, whole numbers and empty lists', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('userid', 'lat', 'notes', '2', '备注'), plainValue, { minKeys: 1 }),
        (row) => {
          expect(jsonOf(JSON.stringify(row))).toBe(rowJson(row));
        },
      ),
    );
  });

  test('is never changed, cut off or lengthened without being noticed', () => {
    const text = '{"userid":"李雷","lat":-12,"mediaids":[],"notes":""}';
    const rows = plainRows();
    expect(jsonOf(text, rows)).toBe('{"lat":-12,"mediaids":[],"notes":"","userid":"李雷"}');
    for (let length = 0; length < text.length; length += 1) {
      expect(jsonOf(text.slice(0, length), rows)).toBeNull();
      expect(jsonOf(text.slice(length + 1), rows)).toBeNull();
    }
    expect(jsonOf(`${text}}`, rows)).toBeNull();
  });

  test.each([
    ['spaces', '{"a": 1}'],
    ['escapes', String.raw`{"a":"\u4e0a"}`],
    ['escapes in a key', String.raw`{"\u4e0a":1}`],
    ['a tab in a text', '{"a":"\t"}'],
    ['a fraction', '{"a":1.5}'],
    ['an exponent', '{"a":1e3}'],
    ['leading zeros', '{"a":007}'],
    ['minus zero', '{"a":-0}'],
    ['a number that JavaScript rounds', '{"a":9007199254740993}'],
    ['a list with something in it', '{"a":["x"]}'],
    ['an object', '{"a":{}}'],
    ['null', '{"a":null}'],
    ['true', '{"a":true}'],
    ['a key twice', '{"a":1,"a":2}'],
    ['nothing', '{}'],
    ['a list', '[1]'],
    ['a comma too many', '{"a":1,}'],
    ['two rows', '{"a":1}{"a":1}'],
  ])('is left to JSON.parse with %s', (_, text) => {
    expect(jsonOf(text)).toBeNull();
  });

  test('is known by its fields, however many kinds of rows take turns', () => {
    const rows = plainRows();
    const kinds = Array.from({ length: 40 }, (_, index) => `{"userid":"a","field${index}":${index}}`);
    for (const text of [...kinds, ...kinds]) {
      const read = jsonOf(text, rows);
      if (read !== null) expect(read).toBe(rowJson(JSON.parse(text) as Record<string, unknown>));
    }
    expect(kinds.slice(0, 10).map((text) => jsonOf(text, rows))).not.toContain(null);
  });
});

describe('a punch that is read from its bytes', () => {
  const plain = plainPunches(days);

  function read(row: Record<string, unknown>) {
    const bytes = Buffer.from(JSON.stringify(row));
    const punch = plain.read(bytes, 0, bytes.length);
    if (punch === null) return null;
    const { row: plainRow, ...head } = punch;
    const target = Buffer.alloc(plainJsonBytes(plainRow));
    const json = target.subarray(0, writePlainJson(plainRow, target, 0));
    return { ...head, json: json.toString(), digest: rowDigest(json) };
  }

  const row = {
    userid: 'LiLei',
    groupname: '标准班',
    checkin_type: '上班打卡',
    exception_type: '',
    checkin_time: 1_795_136_100,
    location_title: '云程大厦',
    mediaids: [],
    sch_checkin_time: 1_795_136_000,
    groupid: 1,
    timeline_id: 2,
  };

  test.each([
    ['as usual', {}],
    ['late', { exception_type: '时间异常' }],
    ['of another member', { userid: '韩梅梅' }],
    ['in the night', { checkin_time: 1_795_118_400 }],
    ['of a kind that is new', { checkin_type: '远程打卡' }],
    ['without what WeCom may leave out', { groupid: undefined, sch_checkin_time: undefined }],
    ['before 1970', { checkin_time: -5 }],
  ])('is the same as one that is parsed: %s', (_, change) => {
    const changed = { ...row, ...change };
    const raw = JSON.parse(JSON.stringify(changed)) as RawPunch;
    expect(read(changed)).toEqual(fromWecom(raw, { days, digest: rowDigest }));
  });

  test.each([
    ['numbers as texts', { checkin_time: '1795136100' }],
    ['a group as a text', { groupid: '1' }],
    ['a shift that is null', { timeline_id: null }],
    ['a list for an exception', { exception_type: [] }],
    ['no member', { userid: '' }],
    ['no kind', { checkin_type: undefined }],
    ['a photo', { mediaids: ['WWCISP_1'] }],
  ])('is left to be parsed: %s', (_, change) => {
    expect(read({ ...row, ...change })).toBeNull();
  });
});
