/** WeCom takes so many people at once. */
export const batchSize = 100;

/** Two parts of about the same size; null for one person. */
function halve<T>(people: readonly T[]): readonly [readonly T[], readonly T[]] | null {
  if (people.length < 2) return null;
  const middle = Math.ceil(people.length / 2);
  return [people.slice(0, middle), people.slice(middle)];
}

/** WeCom refuses a whole batch for one of these: it does not know somebody, or the app may not see them. */
export const unknownMemberErrcodes: readonly number[] = [301021, 301069, 60011, 60111];

export type UnknownPerson = { readonly userId: string; readonly errcode: number };

/** Those of one answer may be read only while they are looked at. */
export type BatchRows<Row> = Iterable<Row> & {
  readonly length: number;
  at(index: number): Row | undefined;
  /** Where they are, as long as they are nothing but bytes. */
  readonly unread?: RowBytes;
};

export type RowBytes = {
  /** UTF-8. */
  readonly body: Uint8Array;
  /** Where the rows begin and end: two numbers for each. */
  readonly bounds: Uint32Array;
};

export type BatchReading<Row> = {
  readonly rows: BatchRows<Row>;
  /** Everybody who was read; nobody of `unknown`. */
  readonly userIds: readonly string[];
  readonly unknown: readonly UnknownPerson[];
};

/**
 * Reads everybody whom WeCom knows: a batch that is refused for somebody in it is halved until they are named.
 * `refusedFor`: the errcode where `error` is about somebody in the batch, null for every other error.
 */
export async function readBatch<Row>(
  userIds: readonly string[],
  read: (userIds: readonly string[]) => Promise<BatchRows<Row>>,
  refusedFor: (error: unknown) => number | null,
): Promise<BatchReading<Row>> {
  if (userIds.length === 0) return { rows: [], userIds: [], unknown: [] };
  try {
    return { rows: await read(userIds), userIds, unknown: [] };
  } catch (error) {
    const errcode = refusedFor(error);
    if (errcode === null) throw error;
    return readHalves(userIds, errcode, read, refusedFor);
  }
}

/** Of people among whom there is one whom WeCom refuses. */
async function readHalves<Row>(
  userIds: readonly string[],
  errcode: number,
  read: (userIds: readonly string[]) => Promise<BatchRows<Row>>,
  refusedFor: (error: unknown) => number | null,
): Promise<BatchReading<Row>> {
  const halves = halve(userIds);
  if (halves === null) {
    return { rows: [], userIds: [], unknown: userIds.map((userId) => ({ userId, errcode })) };
  }
  const [first, second] = halves;
  const one = await readBatch(first, read, refusedFor);
  // Nobody in the first half: then it is somebody in the second, and asking for it whole would be refused again.
  const other =
    one.unknown.length === 0 && second.length > 1
      ? await readHalves(second, errcode, read, refusedFor)
      : await readBatch(second, read, refusedFor);
  return {
    rows: [...one.rows, ...other.rows],
    userIds: [...one.userIds, ...other.userIds],
    unknown: [...one.unknown, ...other.unknown],
  };
}
