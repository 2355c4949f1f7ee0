import type { ExceptionCode } from '../api/attendance-values';

interface Look {
  readonly tone: 'bad' | 'warn';
  readonly icon: 'bad' | 'warn' | 'waiting';
  /** Stands first where several are told. */
  readonly weight: number;
}

/** What costs somebody a day or a punch is red; what may have a good reason is amber. */
export const exceptionLooks: Readonly<Record<ExceptionCode, Look>> = {
  absent: { tone: 'bad', icon: 'bad', weight: 0 },
  missing: { tone: 'bad', icon: 'bad', weight: 1 },
  late: { tone: 'warn', icon: 'waiting', weight: 2 },
  early: { tone: 'warn', icon: 'waiting', weight: 3 },
  time: { tone: 'warn', icon: 'waiting', weight: 4 },
  place: { tone: 'warn', icon: 'warn', weight: 5 },
  wifi: { tone: 'warn', icon: 'warn', weight: 6 },
  device: { tone: 'warn', icon: 'warn', weight: 7 },
};

/** The gravest first, each once; codes this console does not know come last. */
export function byWeight(codes: readonly ExceptionCode[]): readonly ExceptionCode[] {
  const weightOf = (code: ExceptionCode) => exceptionLooks[code]?.weight ?? Number.MAX_SAFE_INTEGER;
  return [...new Set(codes)].sort((a, b) => weightOf(a) - weightOf(b));
}

export function gravest(codes: readonly ExceptionCode[]): Look['tone'] | undefined {
  const [first] = byWeight(codes);
  return first && (exceptionLooks[first]?.tone ?? 'warn');
}
