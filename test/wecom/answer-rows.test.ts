import { rowsAt, splitAnswer } from '../../wecom/answer-rows';

/** As whoever reads the answer sees it: null where it has to be parsed whole. */
function read(text: string): { rest: unknown; rows: unknown[] } | null {
  const body = Buffer.from(text);
  const split = splitAnswer(body, 'rows');
  if (split === null) return null;
  const rows = rowsAt(body, split, (json) => JSON.parse(json) as unknown);
  expect(rows.length).toBe([...rows].length);
  expect(Array.from({ length: rows.length + 1 }, (_, index) => rows.at(index))).toEqual([...rows, undefined]);
  expect(rows.unread).toEqual({ body, bounds: split.bounds });
  return { rest: JSON.parse(split.rest), rows: [...rows] };
}

describe('rows that are read one by one are those that JSON.parse gives', () => {
  it.each([
    ['none', '{"errcode":0,"rows":[]}'],
    ['one', '{"rows":[{"a":1}],"errcode":0,"errmsg":"ok"}'],
    ['spaces everywhere', ' {\n"rows" :\t[ { "a" : 1 } , {"a":2}\r\n] , "errcode" : 0 } '],
    ['objects and lists in them', '{"rows":[{"a":{"b":[{"c":[]}]},"d":{}},{"a":[[1],[2]]}]}'],
    [
      'brackets, quotes and backslashes in their texts',
      String.raw`{"rows":[{"a":"}],{[\"\\"},{"b":"\\\\\""}]}`,
    ],
    ['texts beyond ASCII', '{"rows":[{"地点":"上海市“总部”]}","b":"😀\\ud83d\\ude00"}]}'],
    [
      'the name before, in a text and deeper',
      '{"a":"\\"rows\\":[","b":{"rows":[{"no":1}]},"c":["rows"],"rows":[{"yes":1}]}',
    ],
  ])('%s', (_, text) => {
    const { rows, ...rest } = JSON.parse(text) as { rows: unknown[] };
    expect(read(text)).toEqual({ rest: { ...rest, rows: [] }, rows });
  });
});

describe('an answer is parsed whole', () => {
  it.each([
    ['without such a field', '{"errcode":0}'],
    ['with null in it', '{"rows":null}'],
    ['with a text in it', '{"rows":"[{}]"}'],
    ['whose rows are no objects', '{"rows":[1,2]}'],
    ['whose rows are a mixture', '{"rows":[{"a":1},2]}'],
    ['that is a list', '[{"rows":[{"a":1}]}]'],
    ['that is no JSON', 'busy'],
    ['that is empty', ''],
    ['with a comma too few', '{"rows":[{"a":1}{"a":2}]}'],
    ['with a comma too many', '{"rows":[{"a":1},]}'],
  ])('%s', (_, text) => {
    expect(read(text)).toBeNull();
  });

  it('wherever it was cut off within its rows', () => {
    const text = '{"errcode":0,"rows":[{"a":"x\\"","b":[1]},{"a":"y"}]';
    for (let length = 0; length < text.length; length += 1) expect(read(text.slice(0, length))).toBeNull();
  });
});

it('an answer with bytes that are no text is parsed whole', () => {
  const body = Buffer.concat([Buffer.from('{"rows":[{"a":"'), Buffer.from([0xff]), Buffer.from('"}]}')]);
  expect(splitAnswer(body, 'rows')).toBeNull();
});

it('an answer that was cut off behind its rows is no JSON', () => {
  const split = splitAnswer(Buffer.from('{"rows":[{"a":1}]'), 'rows');
  expect(() => JSON.parse(split?.rest ?? '{}') as unknown).toThrow();
});
