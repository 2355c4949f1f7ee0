import type { DepartmentNews } from '../../domain/directory/contact-events';
import type { Settlement } from '../../store/directory-events';
import type { Department, DepartmentNode } from '../../wecom';
import type { Answer, Sources } from './sources';
import { asked, nobodyAsked } from './sources';

export type DepartmentReader = {
  /** Reads the whole tree where that is less than one call for each. */
  readWhole(): Promise<void>;
  read(news: DepartmentNews, signal: AbortSignal): Promise<Settlement | 'try-again'>;
};

/** WeCom advises against the list of all; from here on it is the smaller evil. */
const worthReadingWhole = 12;

export function createDepartmentReader(
  news: readonly DepartmentNews[],
  { app, contacts, signal: batchSignal }: Sources,
): DepartmentReader {
  const inWhole = new Map<number, Department>();

  async function askApp(id: number, signal: AbortSignal): Promise<Answer<Department>> {
    if (app === null) return nobodyAsked;
    return asked(() => app.departments.get({ id }, { signal, priority: 'bulk' }));
  }

  /** Place and existence, without the name: all the contacts secret may read today. */
  async function askContacts(id: number, signal: AbortSignal): Promise<Answer<DepartmentNode>> {
    if (contacts === null) return nobodyAsked;
    const answer = await asked(() => contacts.departments.simpleList({ id }, { signal, priority: 'bulk' }));
    if (answer.kind !== 'found') return answer;
    const node = answer.value.find((one) => one.id === id);
    return node === undefined ? { kind: 'not-found' } : { kind: 'found', value: node };
  }

  return {
    async readWhole() {
      if (app === null || news.length < worthReadingWhole) return;
      const answer = await asked(() => app.departments.list({}, { signal: batchSignal, priority: 'bulk' }));
      if (answer.kind !== 'found') return;
      for (const department of answer.value) inWhole.set(department.id, department);
    },

    async read(one, signal) {
      const { departmentId, deleted, eventIds, name, parentId, toldAtMs } = one;
      const asRead = (
        place: DepartmentNode,
        words: { name: string | null; nameEn: string | null; leaders: readonly string[] | null },
      ): Settlement => ({
        eventIds,
        outcome: 'applied',
        effect: {
          kind: 'department-read',
          departmentId,
          parentId: place.parentId,
          order: place.order,
          ...words,
        },
      });
      const listed = deleted ? undefined : inWhole.get(departmentId);
      const fromApp: Answer<Department> =
        listed === undefined ? await askApp(departmentId, signal) : { kind: 'found', value: listed };
      if (fromApp.kind === 'found') {
        const { value } = fromApp;
        const { nameEn = null, leaders } = value;
        return asRead(value, { name: value.name ?? name, nameEn, leaders });
      }
      if (fromApp.kind === 'refused') return 'try-again';

      const fromContacts = await askContacts(departmentId, signal);
      if (fromContacts.kind === 'found') {
        return asRead(fromContacts.value, { name, nameEn: null, leaders: null });
      }
      if (fromContacts.kind === 'refused') return 'try-again';

      // Of departments outside its range an app is told so; "not found" means what it says.
      const isGone = fromContacts.kind === 'not-found' || fromApp.kind === 'not-found';
      if (isGone && deleted)
        return { eventIds, outcome: 'applied', effect: { kind: 'department-gone', departmentId } };
      if (isGone || deleted) return { eventIds, outcome: 'left-to-pull' };
      return {
        eventIds,
        outcome: 'not-visible',
        effect: { kind: 'department-told', departmentId, name, parentId, toldAtMs },
      };
    },
  };
}
