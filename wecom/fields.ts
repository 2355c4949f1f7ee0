import { departmentLimits, memberLimits } from './limits';

/**
 * WeCom's rules for values, checked before anything is sent: a plan can then say what WeCom would refuse.
 * Bytes and characters are different things to WeCom, and characters are code points.
 */

export type FieldProblem =
  | { readonly kind: 'missing' }
  | { readonly kind: 'too-short'; readonly min: number; readonly unit: 'bytes' | 'characters' }
  | { readonly kind: 'too-long'; readonly max: number; readonly unit: 'bytes' | 'characters' | 'items' }
  | { readonly kind: 'malformed' };

type Check = (value: string) => FieldProblem | undefined;

const missing: FieldProblem = { kind: 'missing' };
const malformed: FieldProblem = { kind: 'malformed' };

export function countCharacters(text: string): number {
  return [...text].length;
}

export function countBytes(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

export const checkUserId: Check = (value) =>
  required(value) ??
  atMostBytes(value, memberLimits.userIdBytes) ??
  matching(value, /^[A-Za-z0-9][A-Za-z0-9_\-@.]*$/);

export const checkMemberName: Check = (value) =>
  required(value) ?? atMostCharacters(value, memberLimits.nameChars);

export const checkAlias: Check = (value) => atMostCharacters(value, memberLimits.aliasChars);

export const checkMobile: Check = (value) =>
  required(value) ??
  atMostCharacters(value, memberLimits.mobileChars) ??
  matching(value, /^\+?[0-9-]*[0-9][0-9-]*$/);

export const checkEmail: Check = (value) =>
  required(value) ??
  atLeastBytes(value, memberLimits.emailBytes.min) ??
  atMostBytes(value, memberLimits.emailBytes.max) ??
  matching(value, /^[^\s@,;<>"]+@[^\s@,;<>".]+(\.[^\s@,;<>".]+)+$/);

export const checkPosition: Check = (value) => atMostCharacters(value, memberLimits.positionChars);

export const checkTelephone: Check = (value) =>
  atMostBytes(value, memberLimits.telephoneBytes) ?? matching(value, /^[0-9+,-]*$/);

export const checkAddress: Check = (value) => atMostCharacters(value, memberLimits.addressChars);

export const checkExternalPosition: Check = (value) =>
  atMostCharacters(value, memberLimits.externalPositionChars);

export const checkExtAttrText: Check = (value) => atMostCharacters(value, memberLimits.extAttrTextChars);

export function checkMemberDepartments(departmentIds: readonly number[]): FieldProblem | undefined {
  if (departmentIds.length === 0) return missing;
  if (departmentIds.length > memberLimits.departments) {
    return { kind: 'too-long', max: memberLimits.departments, unit: 'items' };
  }
  return departmentIds.every((id) => Number.isInteger(id) && id > 0) ? undefined : malformed;
}

export function checkOrder(order: number): FieldProblem | undefined {
  const fits = Number.isInteger(order) && order >= 0 && order <= departmentLimits.maxOrder;
  return fits ? undefined : malformed;
}

/** WeCom looks userids up without regard to case, so they have to be compared that way. */
export function sameUserId(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

export function checkDepartmentName(value: string, maxChars: number = departmentLimits.nameChars) {
  return (
    required(value) ??
    atMostCharacters(value, maxChars) ??
    (forbiddenInDepartmentName(value) ? malformed : undefined)
  );
}

const lookAlikes: Readonly<Record<string, string>> = {
  '\\': '＼',
  ':': '：',
  '*': '＊',
  '?': '？',
  '"': '＂',
  '<': '＜',
  '>': '＞',
  // The full-width bar is forbidden as well, so this one becomes a broken bar.
  '|': '¦',
  '｜': '¦',
};

const forbiddenCharacters = /[\\:*?"<>|｜]/;
const controlCharacters = /\p{Cc}/u;

function forbiddenInDepartmentName(name: string): boolean {
  return forbiddenCharacters.test(name) || controlCharacters.test(name) || name !== name.trim();
}

/**
 * The nearest name WeCom accepts: full-width look-alikes for forbidden characters, shortened with an ellipsis.
 * Shortened names can collide among siblings; `suffix` (a short part of the source's id) keeps them apart.
 */
export function alterDepartmentName(
  name: string,
  {
    maxChars = departmentLimits.nameChars,
    suffix = '',
  }: { readonly maxChars?: number; readonly suffix?: string } = {},
): string {
  const allowed = [...name.replace(/\s+/g, ' ').trim()]
    .filter((character) => !controlCharacters.test(character))
    .map((character) => (forbiddenCharacters.test(character) ? (lookAlikes[character] ?? '') : character));
  if (allowed.length + countCharacters(suffix) <= maxChars) return allowed.join('') + suffix;
  const kept = allowed.slice(0, Math.max(0, maxChars - countCharacters(suffix) - 1)).join('');
  return `${kept.trimEnd()}…${suffix}`;
}

function required(value: string): FieldProblem | undefined {
  return value.trim() === '' ? missing : undefined;
}

function matching(value: string, pattern: RegExp): FieldProblem | undefined {
  return pattern.test(value) ? undefined : malformed;
}

function atMostCharacters(value: string, max: number): FieldProblem | undefined {
  return countCharacters(value) > max ? { kind: 'too-long', max, unit: 'characters' } : undefined;
}

function atMostBytes(value: string, max: number): FieldProblem | undefined {
  return countBytes(value) > max ? { kind: 'too-long', max, unit: 'bytes' } : undefined;
}

function atLeastBytes(value: string, min: number): FieldProblem | undefined {
  return countBytes(value) < min ? { kind: 'too-short', min, unit: 'bytes' } : undefined;
}
