import type { Tone } from '../parts/mark';

export interface CountLook {
  readonly name: string;
  readonly of: 'members' | 'departments';
  /** Shown beside the word, so that the kind of change never rests on its colour. */
  readonly sign: string;
  readonly tone: Tone;
  /** What it describes, in a run that only reads. */
  readonly inMirror: boolean;
}

/** What may hurt stands first. Counts this console doesn't know are shown at the end under their own name. */
export const countLooks: readonly CountLook[] = [
  { name: 'deleteUser', of: 'members', sign: '−', tone: 'bad', inMirror: true },
  { name: 'disableUser', of: 'members', sign: '⏸', tone: 'warn', inMirror: false },
  { name: 'deleteDepartment', of: 'departments', sign: '−', tone: 'bad', inMirror: true },
  { name: 'conflict', of: 'members', sign: '?', tone: 'warn', inMirror: false },
  { name: 'heldUser', of: 'members', sign: '⛔', tone: 'quiet', inMirror: false },
  { name: 'createUser', of: 'members', sign: '+', tone: 'good', inMirror: true },
  { name: 'updateUser', of: 'members', sign: '~', tone: 'busy', inMirror: true },
  { name: 'enableUser', of: 'members', sign: '↺', tone: 'good', inMirror: false },
  { name: 'unchangedUser', of: 'members', sign: '=', tone: 'quiet', inMirror: true },
  { name: 'createDepartment', of: 'departments', sign: '+', tone: 'good', inMirror: true },
  { name: 'renameDepartment', of: 'departments', sign: '~', tone: 'busy', inMirror: true },
  { name: 'moveDepartment', of: 'departments', sign: '→', tone: 'busy', inMirror: true },
  { name: 'unchangedDepartment', of: 'departments', sign: '=', tone: 'quiet', inMirror: true },
];
