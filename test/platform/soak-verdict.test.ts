import type { Sample } from '../../bench/soak/samples';
import { findGrowth, growthsOf, tableGrowthsOf } from '../../bench/soak/verdict';

const part = { memoryMb: 300, handles: 60, heapMb: 90 };
const calm: Sample = {
  atSeconds: 0,
  parts: {
    supervisor: { memoryMb: 60, handles: 30 },
    api: part,
    worker: part,
    simulator: part,
    postgres: { memoryMb: 200, handles: 400 },
    temporal: { memoryMb: 250, handles: 80 },
  },
  connections: 25,
  backlog: 3,
  openWorkflows: 120,
  tables: [{ table: 'message_push', liveRows: 50_000, deadRows: 1_000, bytes: 40 * 2 ** 20 }],
};

/** `of` is what a sample differs in, by how much of the time is over. */
const samples = (of: (share: number) => Partial<Sample>): Sample[] =>
  Array.from({ length: 30 }, (_, index) => ({ ...calm, atSeconds: index * 10, ...of(index / 30) }));

const findings = (taken: readonly Sample[]): string[] => findGrowth(growthsOf(taken), tableGrowthsOf(taken));

const partsWith = (name: keyof Sample['parts'], more: object): Pick<Sample, 'parts'> => ({
  parts: { ...calm.parts, [name]: { ...calm.parts[name], ...more } },
});

describe('the verdict about a soak', () => {
  it('is flat where the last third looks like the first', () => {
    expect(findings(samples(() => ({})))).toEqual([]);
  });

  it.each([
    ['memory', (share: number) => partsWith('worker', { memoryMb: 300 + 300 * share }), 'worker.memoryMb'],
    [
      'what is left of a heap after each clean-up',
      (share: number) => partsWith('api', { heapMb: 90 + 90 * share }),
      'api.heapMb',
    ],
    [
      'open handles',
      (share: number) => partsWith('postgres', { handles: 400 + 400 * share }),
      'postgres.handles',
    ],
    ['database connections', (share: number) => ({ connections: 25 + 40 * share }), 'connections'],
    ['the backlog', (share: number) => ({ backlog: 3 + 300 * share }), 'backlog'],
    ['open workflows', (share: number) => ({ openWorkflows: 120 + 500 * share }), 'openWorkflows'],
  ])('names what grows all the time: %s', (_what, of, named) => {
    expect(findings(samples(of))).toEqual([expect.stringMatching(`^${named}: `)]);
  });

  it('forgives a heap that is cleaned up, however high it stands in between', () => {
    const sawtooth = samples((share) =>
      partsWith('worker', { heapMb: 90 + (Math.round(share * 30) % 5) * 200 * share }),
    );
    expect(findings(sawtooth)).toEqual([]);
  });

  it('forgives a moment in which everything waited', () => {
    const once = samples((share) => ({ backlog: Math.round(share * 30) === 25 ? 5_000 : 3 }));
    expect(findings(once)).toEqual([]);
  });

  it('forgives the simulator, which remembers all it saw', () => {
    expect(findings(samples((share) => partsWith('simulator', { memoryMb: 300 + 900 * share })))).toEqual([]);
  });

  it('names a table most of whose rows are dead', () => {
    const bloated = samples((share) => ({
      tables: [{ table: 'rate_window', liveRows: 100, deadRows: 100 + 900_000 * share, bytes: 60 * 2 ** 20 }],
    }));
    expect(findings(bloated)).toEqual([expect.stringMatching('^rate_window: ')]);
  });

  it('names a table that takes ever more room for as many rows', () => {
    const bloated = samples((share) => ({
      tables: [{ table: 'mirror_member', liveRows: 50_000, deadRows: 0, bytes: (10 + 90 * share) * 2 ** 20 }],
    }));
    expect(findings(bloated)).toEqual([expect.stringMatching('^mirror_member: ')]);
  });

  it('forgives a table that grows with its rows', () => {
    const log = samples((share) => ({
      tables: [
        {
          table: 'message_push',
          liveRows: 50_000 * (1 + share),
          deadRows: 0,
          bytes: 40 * (1 + share) * 2 ** 20,
        },
      ],
    }));
    expect(findings(log)).toEqual([]);
  });
});
