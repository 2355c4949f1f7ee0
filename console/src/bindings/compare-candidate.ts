/** What is compared of the member, and of the OA user who may be the same person. */
export interface ComparedMember {
  readonly userId: string;
  readonly name: string | null;
  readonly departments: readonly string[];
  readonly mobile: string | null;
  readonly position: string | null;
}

export interface ComparedCandidate {
  readonly name: string;
  readonly loginId: string;
  readonly jobNumber: string | null;
  readonly department: string | null;
  readonly mobile: string | null;
  readonly position: string | null;
  readonly reasons: readonly { readonly code: string }[];
}

const comparedFields = ['name', 'login', 'department', 'mobile', 'position'] as const;
export type ComparedField = (typeof comparedFields)[number];

export interface Compared {
  readonly field: ComparedField;
  readonly value: string;
  /** Undefined where one side has nothing, or shows too little of it. */
  readonly same: boolean | undefined;
}

const reasonOf: Partial<Record<ComparedField, readonly string[]>> = {
  mobile: ['same-mobile'],
  login: ['same-job-number', 'same-login-id'],
};

const masked = (value: string) => value.includes('*');
const plain = (value: string) => value.trim().toLowerCase();

/** What is known of a candidate, each value held against the member's. */
export function compareCandidate(member: ComparedMember, candidate: ComparedCandidate): readonly Compared[] {
  const codes = new Set(candidate.reasons.map(({ code }) => code));
  const logins = [candidate.loginId, candidate.jobNumber].filter((value) => value !== null && value !== '');
  const values: Readonly<Record<ComparedField, readonly [mine: readonly string[], theirs: string | null]>> = {
    name: [present(member.name), candidate.name],
    login: [[member.userId], logins.length === 0 ? null : [...new Set(logins)].join(' · ')],
    department: [member.departments, candidate.department],
    mobile: [present(member.mobile), candidate.mobile],
    position: [present(member.position), candidate.position],
  };
  return comparedFields.flatMap((field) => {
    const [mine, theirs] = values[field];
    if (theirs === null || theirs === '') return [];
    return [{ field, value: theirs, same: isSame(field, mine, theirs, codes) }];
  });
}

const present = (value: string | null): readonly string[] => (value === null || value === '' ? [] : [value]);

function isSame(
  field: ComparedField,
  mine: readonly string[],
  theirs: string,
  codes: ReadonlySet<string>,
): boolean | undefined {
  if (reasonOf[field]?.some((code) => codes.has(code)) === true) return true;
  if (mine.length === 0) return undefined;
  const parts = field === 'login' ? theirs.split(' · ') : [theirs];
  // A department is known by its last name on both sides; the OA may give the whole path.
  const last = field === 'department' ? (theirs.split('/').at(-1) ?? theirs) : undefined;
  const equal = mine.some(
    (value) =>
      parts.some((part) => plain(part) === plain(value)) ||
      (last !== undefined && plain(last) === plain(value.split('/').at(-1) ?? value)),
  );
  // A userid need not be a login name or a job number: only that it is one says something.
  if (field === 'login' && !equal) return undefined;
  // Two numbers that look the same behind their asterisks may still differ.
  if (equal && masked(theirs)) return undefined;
  return equal;
}
