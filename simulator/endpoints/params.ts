import { Rejection } from '../errors';
import type { Fields } from './endpoint';

const MAX_ORDER = 2 ** 32;

export function optionalText(fields: Fields, name: string, errcode = 40058): string | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw new Rejection(errcode, `${name} must be a string`);
  return value;
}

export function optionalInteger(fields: Fields, name: string, errcode = 40058): number | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) {
    throw new Rejection(errcode, `${name} must be an integer`);
  }
  return value;
}

export function optionalFlag(fields: Fields, name: string): 0 | 1 | undefined {
  const value = optionalInteger(fields, name);
  if (value === undefined || value === 0 || value === 1) return value;
  throw new Rejection(40058, `${name} must be 0 or 1`);
}

export function optionalOrder(fields: Fields, name: string): number | undefined {
  const value = optionalInteger(fields, name);
  if (value !== undefined && (value < 0 || value >= MAX_ORDER))
    throw new Rejection(40058, `${name} out of range`);
  return value;
}

export function optionalIntegers(fields: Fields, name: string, errcode = 40058): number[] | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (
    !Array.isArray(value) ||
    !value.every((item) => typeof item === 'number' && Number.isSafeInteger(item))
  ) {
    throw new Rejection(errcode, `${name} must be a list of integers`);
  }
  return value as number[];
}

export function optionalTexts(fields: Fields, name: string, errcode = 40058): string[] | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) {
    throw new Rejection(errcode, `${name} must be a list of strings`);
  }
  return value;
}

export function optionalObject(fields: Fields, name: string, errcode = 40058): Fields | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'object' || Array.isArray(value))
    throw new Rejection(errcode, `${name} must be an object`);
  return value as Fields;
}

/** An id in a query string. */
export function queryInteger(
  query: Readonly<Record<string, string>>,
  name: string,
  errcode: number,
): number | undefined {
  const value = query[name];
  if (value === undefined || value === '') return undefined;
  if (!/^\d{1,10}$/.test(value)) throw new Rejection(errcode, `${name} must be a number`);
  return Number(value);
}

export function charCount(text: string): number {
  return [...text].length;
}

export function byteCount(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}
