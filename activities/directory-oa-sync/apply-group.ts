import type { Change } from '../../domain/directory/push/changes';
import type { DirectoryNews, OaDirectoryPart, OaDirectoryWriter, OaPatchRefusal } from '../../oa/port';
import type { ChangeFacts, ClaimedChange, Settlement } from '../../store/push-ledger';
import { bindUser, unbindUser } from '../directory-push/bind-user';
import { linkDepartment, unlinkDepartment } from '../directory-push/link-department';
import { notDone, type Settled } from '../directory-push/settled';
import { oaIdsOf, rowsOf, type OaWrite } from './oa-rows';

export type OaGroupContext = {
  readonly writer: OaDirectoryWriter;
  readonly facts: ChangeFacts;
  /** WeCom's id of the corp: what an OA of its own knows it by. */
  readonly corpid: string;
  readonly signal: AbortSignal;
};

/**
 * Carries out changes of one stage together: the OA takes them as one patch. What it has already is settled without a
 * word to it, so that whoever repeats a group after a crash finds out how far it had come.
 */
export async function applyOaGroup(
  claimed: readonly ClaimedChange[],
  context: OaGroupContext,
): Promise<ReadonlyMap<number, Settlement>> {
  const part = await context.writer.readPart(oaIdsOf(claimed.map(({ change }) => change)));
  const settled = new Map<number, Settled>();
  const writes: { readonly seq: number; readonly write: OaWrite }[] = [];
  for (const { seq, change } of claimed) {
    const decided = await decide(change, part, context);
    if ('write' in decided) writes.push({ seq, write: decided.write });
    else settled.set(seq, decided.settled);
  }
  await writeAll(writes, settled, context);
  return new Map(
    claimed.map(({ seq, attempt }): [number, Settlement] => {
      const outcome = settled.get(seq);
      if (outcome === undefined) throw new Error(`Change ${seq} has no outcome`);
      return [seq, { seq, attempt, ...outcome }];
    }),
  );
}

type Decided = { readonly settled: Settled } | { readonly write: OaWrite };

async function decide(change: Change, part: OaDirectoryPart, context: OaGroupContext): Promise<Decided> {
  switch (change.action) {
    case 'bindUser':
      return { settled: await bindUser(change, context) };
    case 'unbindUser':
      return { settled: await unbindUser(change, context) };
    case 'linkDepartment':
      return { settled: await linkDepartment(change, context) };
    case 'unlinkDepartment':
      return { settled: await unlinkDepartment(change, context) };
    default:
      return rowsOf(change, part, context);
  }
}

/** What does not fit is found by halves: the others must not suffer for it. */
async function writeAll(
  writes: readonly { readonly seq: number; readonly write: OaWrite }[],
  settled: Map<number, Settled>,
  context: OaGroupContext,
): Promise<void> {
  if (writes.length === 0) return;
  context.signal.throwIfAborted();
  const refusal = await writeOnce(writes, context);
  if (refusal === undefined) {
    for (const { seq, write } of writes) settled.set(seq, write.settled);
    return;
  }
  const [first] = writes;
  if (writes.length === 1 && first !== undefined) {
    const [problem] = refusal;
    settled.set(first.seq, notDone('failed', 'oa-refused', { params: { problem: problem?.kind ?? '' } }));
    return;
  }
  const middle = Math.ceil(writes.length / 2);
  await writeAll(writes.slice(0, middle), settled, context);
  await writeAll(writes.slice(middle), settled, context);
}

async function writeOnce(
  writes: readonly { readonly write: OaWrite }[],
  { writer, signal }: OaGroupContext,
): Promise<OaPatchRefusal | undefined> {
  const rows = {
    subcompanies: writes.flatMap(({ write }) => write.subcompanies ?? []),
    departments: writes.flatMap(({ write }) => write.departments ?? []),
    users: writes.flatMap(({ write }) => write.users ?? []),
  };
  const removeDepartments = writes.flatMap(({ write }) => write.removeDepartments ?? []);
  const news = writes.map(({ write }): DirectoryNews => write.news);
  return writer.write({ rows, removeDepartments, news }, { signal });
}
