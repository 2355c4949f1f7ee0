import type { Tone } from '../parts/mark';

export interface CountLook {
  readonly name: string;
  readonly of: 'members' | 'departments';
  /** Shown beside the word, so that the kind of change never rests on its colour. */
  readonly sign: string;
  readonly tone: Tone;
  /** What it describes, in a run that only reads. */
  readonly inMirror: boolean;
  /** Its colour in the bar of a run; without one it is no change. */
  readonly bar?: 'create' | 'update' | 'move' | 'disable' | 'delete' | 'enable' | 'matched' | 'conflict';
}

/** What may hurt stands first. Counts this console doesn't know are shown at the end under their own name. */
export const countLooks: readonly CountLook[] = [
  { name: 'deleteUser', of: 'members', sign: '−', tone: 'bad', inMirror: true, bar: 'delete' },
  { name: 'disableUser', of: 'members', sign: '‖', tone: 'warn', inMirror: false, bar: 'disable' },
  { name: 'deleteDepartment', of: 'departments', sign: '−', tone: 'bad', inMirror: true, bar: 'delete' },
  { name: 'conflict', of: 'members', sign: '?', tone: 'warn', inMirror: false, bar: 'conflict' },
  { name: 'departOaUser', of: 'members', sign: '‖', tone: 'warn', inMirror: false, bar: 'disable' },
  { name: 'removeOaDepartment', of: 'departments', sign: '−', tone: 'bad', inMirror: false, bar: 'delete' },
  // Those held are counted under their own action too: no part of the bar.
  { name: 'heldUser', of: 'members', sign: '⊘', tone: 'quiet', inMirror: false },
  { name: 'createUser', of: 'members', sign: '+', tone: 'good', inMirror: true, bar: 'create' },
  { name: 'createOaUser', of: 'members', sign: '+', tone: 'good', inMirror: false, bar: 'create' },
  { name: 'updateOaUser', of: 'members', sign: '~', tone: 'busy', inMirror: false, bar: 'update' },
  { name: 'returnOaUser', of: 'members', sign: '↺', tone: 'good', inMirror: false, bar: 'enable' },
  { name: 'updateUser', of: 'members', sign: '~', tone: 'busy', inMirror: true, bar: 'update' },
  { name: 'enableUser', of: 'members', sign: '↺', tone: 'good', inMirror: false, bar: 'enable' },
  { name: 'bindUser', of: 'members', sign: '●', tone: 'busy', inMirror: false, bar: 'matched' },
  { name: 'setSuperior', of: 'members', sign: '~', tone: 'busy', inMirror: false, bar: 'update' },
  { name: 'unchangedUser', of: 'members', sign: '=', tone: 'quiet', inMirror: true },
  { name: 'createDepartment', of: 'departments', sign: '+', tone: 'good', inMirror: true, bar: 'create' },
  { name: 'createOaDepartment', of: 'departments', sign: '+', tone: 'good', inMirror: false, bar: 'create' },
  { name: 'renameOaDepartment', of: 'departments', sign: '~', tone: 'busy', inMirror: false, bar: 'update' },
  { name: 'moveOaDepartment', of: 'departments', sign: '→', tone: 'busy', inMirror: false, bar: 'move' },
  { name: 'renameDepartment', of: 'departments', sign: '~', tone: 'busy', inMirror: true, bar: 'update' },
  { name: 'moveDepartment', of: 'departments', sign: '→', tone: 'busy', inMirror: true, bar: 'move' },
  { name: 'linkDepartment', of: 'departments', sign: '●', tone: 'busy', inMirror: false, bar: 'matched' },
  { name: 'unchangedDepartment', of: 'departments', sign: '=', tone: 'quiet', inMirror: true },
];
