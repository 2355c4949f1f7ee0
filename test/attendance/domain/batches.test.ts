import { readBatch, unknownMemberErrcodes } from '../../../domain/attendance/batches';
import { isHeldBack } from '../../../domain/attendance/loss';

class Refusal extends Error {
  constructor(readonly errcode: number) {
    super(String(errcode));
  }
}

const people = Array.from({ length: 100 }, (_, index) => `user${index}`);

/** What WeCom makes of a batch: one who is unknown costs all of it. */
function wecom(unknown: ReadonlyMap<string, number>) {
  const asked: (readonly string[])[] = [];
  return {
    asked,
    async read(userIds: readonly string[]): Promise<readonly string[]> {
      asked.push(userIds);
      const refused = userIds.find((userId) => unknown.has(userId));
      if (refused !== undefined) throw new Refusal(unknown.get(refused) ?? 0);
      return Promise.resolve(userIds.map((userId) => `row of ${userId}`));
    },
  };
}

const refusedFor = (error: unknown): number | null =>
  error instanceof Refusal && unknownMemberErrcodes.includes(error.errcode) ? error.errcode : null;

test('a batch in which everybody is known is one call', async () => {
  const { asked, read } = wecom(new Map());
  const reading = await readBatch(people, read, refusedFor);
  expect(asked).toHaveLength(1);
  expect(reading).toEqual({ rows: people.map((userId) => `row of ${userId}`), userIds: people, unknown: [] });
});

test.each([0, 1, 49, 50, 63, 98, 99])('one whom WeCom does not know is named, at place %i', async (place) => {
  const stranger = people[place] ?? '';
  const { asked, read } = wecom(new Map([[stranger, 301021]]));
  const reading = await readBatch(people, read, refusedFor);
  expect(reading.unknown).toEqual([{ userId: stranger, errcode: 301021 }]);
  expect(reading.userIds).toEqual(people.filter((userId) => userId !== stranger));
  expect(reading.rows).toHaveLength(99);
  expect(asked.length).toBeLessThanOrEqual(15);
});

test('several are named each with what WeCom says of them, and nobody is read twice', async () => {
  const strangers = new Map([
    ['user3', 301021],
    ['user4', 60011],
    ['user77', 301069],
  ]);
  const { read } = wecom(strangers);
  const { rows, userIds, unknown } = await readBatch(people, read, refusedFor);
  expect(new Map(unknown.map(({ userId, errcode }) => [userId, errcode]))).toEqual(strangers);
  expect(userIds).toEqual(people.filter((userId) => !strangers.has(userId)));
  expect(new Set(rows).size).toBe(97);
  expect(rows).toHaveLength(97);
});

test('nobody known: everybody is named, and nothing is read', async () => {
  const { read } = wecom(new Map(people.map((userId) => [userId, 301021])));
  expect(await readBatch(people, read, refusedFor)).toEqual({
    rows: [],
    userIds: [],
    unknown: people.map((userId) => ({ userId, errcode: 301021 })),
  });
});

test('any other error is the batch’s own', async () => {
  const { asked, read } = wecom(new Map([['user3', 45009]]));
  await expect(readBatch(people, read, refusedFor)).rejects.toThrow('45009');
  expect(asked).toHaveLength(1);
});

test('nobody is asked for nobody', async () => {
  const { asked, read } = wecom(new Map());
  expect(await readBatch([], read, refusedFor)).toEqual({ rows: [], userIds: [], unknown: [] });
  expect(asked).toEqual([]);
});

test.each([
  [20, 20, false],
  [21, 210, false],
  [21, 209, true],
  [21, 21, true],
  [1_200, 12_000, false],
  [1_201, 12_000, true],
  [0, 0, false],
])('%i missing of %i: held back? %p', (missing, standing, heldBack) => {
  expect(isHeldBack({ missing, standing }, { acceptLoss: false })).toBe(heldBack);
  expect(isHeldBack({ missing, standing }, { acceptLoss: true })).toBe(false);
});
