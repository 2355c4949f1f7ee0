import { Readable } from 'node:stream';
import { JsonRowsError, JsonTooLargeError, readJsonRows } from '../../api/json-rows';

async function read(text: string | Buffer, chunkBytes = 1_000, limitBytes = 1e6) {
  const bytes = Buffer.from(text);
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += chunkBytes) chunks.push(bytes.subarray(at, at + chunkBytes));
  const read: Record<string, unknown> = {};
  for await (const piece of readJsonRows(Readable.from(chunks), limitBytes)) {
    if (piece.kind === 'array') read[piece.key] ??= [];
    else if (piece.kind === 'element') (read[piece.key] as unknown[]).push(piece.value);
    else read[piece.key] = piece.value;
  }
  return read;
}

const documents = [
  {},
  { users: [] },
  {
    users: [{ id: 'u1', name: '员工 "一" \\ [,]{}', custom: { a: [1, { b: null }] } }, { id: 'u2' }],
    end: true,
  },
  { 'a"b\\': [1, -2.5, 'x,]', null, true, [], [[]], {}], b: { c: [1, 2] }, d: 'y}', e: 1e3, f: null },
];

it.each([1, 2, 3, 7, 1_000])('gives what JSON.parse gives, in chunks of %s bytes', async (chunkBytes) => {
  for (const document of documents) {
    expect(await read(JSON.stringify(document), chunkBytes)).toEqual(document);
    expect(await read(`\uFEFF ${JSON.stringify(document, null, 2)}\r\n`, chunkBytes)).toEqual(document);
  }
});

it.each([
  '',
  ' ',
  '[]',
  'null',
  '{',
  '{"users"',
  '{"users":',
  '{"users":[',
  '{"users":[{}',
  '{"users":[{}]',
  '{"users":[{},]}',
  '{"users":[,{}]}',
  '{"users":[{}}',
  '{"users":[{}]]}',
  '{"users":[{}],}',
  '{"users":[{]}]}',
  '{"users":[1 2]}',
  '{"users" []}',
  '{users:[]}',
  '{"users":}',
  '{"users":[{"a":1}]} x',
  '{"users":[{"a":1}]}{}',
  "{'users':[]}",
  '{"users":[{"a":"b]}',
])('refuses %j', async (text) => {
  for (const chunkBytes of [1, 1_000]) {
    await expect(read(text, chunkBytes)).rejects.toBeInstanceOf(JsonRowsError);
  }
});

it('refuses more than it is told to take', async () => {
  await expect(read('{"a":[1,2,3]}', 4, 10)).rejects.toBeInstanceOf(JsonTooLargeError);
});
