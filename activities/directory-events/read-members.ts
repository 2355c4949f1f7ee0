import type { MemberNews } from '../../domain/directory/contact-events';
import { chooseReads } from '../../domain/directory/contact-events';
import type { KnownMember, Settlement } from '../../store/directory-events';
import type { Member } from '../../wecom';
import { staged } from '../directory-pull';
import { eachInFlight } from '../in-flight';
import type { Answer, Sources } from './sources';
import { asked, nobodyAsked, once } from './sources';

export type MemberReader = {
  /** Reads departments with many wanted members as wholes. */
  readWholes(): Promise<void>;
  read(news: MemberNews, signal: AbortSignal): Promise<Settlement | 'try-again'>;
};

export type MemberReaderDeps = {
  readonly sources: Sources;
  readonly known: ReadonlyMap<string, KnownMember>;
  departmentSizes(departmentIds: readonly number[]): Promise<ReadonlyMap<number, number>>;
};

/** Some thousand members at a time, at most. */
const wholesInFlight = 4;

const keyOf = (userId: string): string => userId.toLowerCase();

export function createMemberReader(
  news: readonly MemberNews[],
  { sources, known, departmentSizes }: MemberReaderDeps,
): MemberReader {
  const { app, contacts } = sources;
  const inWholes = new Map<string, Member>();
  let contactsMayRead = contacts !== null;

  const knownOf = ({ userId, formerUserIds }: MemberNews): KnownMember | undefined =>
    [userId, ...formerUserIds.toReversed()]
      .map((id) => known.get(keyOf(id)))
      .find((one) => one !== undefined);

  const placesOf = (one: MemberNews): readonly number[] =>
    one.departmentIds ?? knownOf(one)?.departmentIds ?? [];

  /** Everything below what the app was given. */
  const visibleDepartments = once(async (): Promise<ReadonlySet<number>> => {
    if (app === null) return new Set();
    const nodes = await app.departments.simpleList({}, { signal: sources.signal, priority: 'bulk' });
    return new Set(nodes.map(({ id }) => id));
  });

  async function askContacts(userId: string, signal: AbortSignal): Promise<Answer<Member>> {
    if (contacts === null || !contactsMayRead) return nobodyAsked;
    const answer = await asked(() => contacts.members.get({ userId }, { signal, priority: 'bulk' }));
    // The right belongs to the secret, not to the member: nobody needs to be asked about again.
    if (answer.kind === 'may-not-ask') contactsMayRead = false;
    return answer;
  }

  async function askApp(userId: string, signal: AbortSignal): Promise<Answer<Member>> {
    if (app === null) return nobodyAsked;
    return asked(() => app.members.get({ userId }, { signal, priority: 'bulk' }));
  }

  /** Departments outside the app's range are not in its answers: those the event or the mirror names are kept. */
  async function departmentsOf(one: MemberNews, member: Member): Promise<number[]> {
    const read = new Set(member.departmentIds);
    const others = (one.madeAnew ? (one.departmentIds ?? []) : placesOf(one)).filter((id) => !read.has(id));
    if (others.length === 0) return [...read];
    const visible = await visibleDepartments();
    return [...read, ...others.filter((id) => !visible.has(id))];
  }

  async function found(one: MemberNews, member: Member, whole: boolean): Promise<Settlement> {
    const { formerUserIds, madeAnew, toldAtMs, eventIds } = one;
    const { userId, details } = staged(member);
    const departmentIds = whole ? [...member.departmentIds] : await departmentsOf(one, member);
    return {
      eventIds,
      outcome: 'applied',
      effect: {
        kind: 'member-read',
        userId,
        formerUserIds,
        madeAnew,
        departmentIds: departmentIds.toSorted((a, b) => a - b),
        details,
        toldAtMs,
      },
    };
  }

  function told(one: MemberNews): Settlement {
    const { userId, formerUserIds, madeAnew, departmentIds, toldAtMs, eventIds } = one;
    return {
      eventIds,
      outcome: 'not-visible',
      effect: { kind: 'member-told', userId, formerUserIds, madeAnew, departmentIds, toldAtMs },
    };
  }

  /** WeCom says "not found" of members outside the app's range, too: it counts where the app would see the member. */
  async function wouldBeSeen(one: MemberNews): Promise<boolean> {
    const places = placesOf(one);
    if (places.length === 0) return false;
    const visible = await visibleDepartments();
    return places.some((id) => visible.has(id));
  }

  return {
    async readWholes() {
      if (app === null) return;
      const wanted = news
        .filter(({ deleted }) => !deleted)
        .map((one) => ({ userId: one.userId, departmentIds: placesOf(one) }));
      if (wanted.length === 0) return;
      const sizes = await departmentSizes([...new Set(wanted.flatMap((one) => one.departmentIds))]);
      await eachInFlight(
        chooseReads(wanted, sizes).departmentIds,
        { limit: wholesInFlight, signal: sources.signal },
        async (departmentId, signal) => {
          const answer = await asked(() => app.members.list({ departmentId }, { signal, priority: 'bulk' }));
          // Whoever is not in the answers is asked for alone.
          if (answer.kind !== 'found') return;
          for (const member of answer.value) inWholes.set(keyOf(member.userId), member);
        },
      );
    },

    async read(one, signal) {
      const { userId, deleted, eventIds } = one;
      const listed = inWholes.get(keyOf(userId));
      if (!deleted && listed !== undefined) return found(one, listed, false);

      const fromApp = await askApp(userId, signal);
      if (fromApp.kind === 'found') return found(one, fromApp.value, false);
      if (fromApp.kind === 'refused') return 'try-again';

      const fromContacts = await askContacts(userId, signal);
      if (fromContacts.kind === 'found') return found(one, fromContacts.value, true);
      if (fromContacts.kind === 'refused') return 'try-again';

      if (!deleted) return told(one);
      const member = knownOf(one);
      if (member === undefined) return { eventIds, outcome: 'nothing-to-do' };
      const isGone =
        fromContacts.kind === 'not-found' ||
        (fromApp.kind === 'not-found' && (member.wasRead || (await wouldBeSeen(one))));
      if (!isGone) return { eventIds, outcome: 'left-to-pull' };
      return {
        eventIds,
        outcome: 'applied',
        effect: {
          kind: 'member-gone',
          userId,
          formerUserIds: one.formerUserIds,
          toldAtMs: one.toldAtMs,
        },
      };
    },
  };
}
