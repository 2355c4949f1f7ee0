import { z } from 'zod';

/**
 * Fields as WeCom really sends them: numbers now and then as strings, lists left out instead of empty.
 * A secondary field that makes no sense becomes its empty value, because one odd member must not cost the whole page.
 */

export const wholeNumber = z.coerce.number().int();

export const looseNumber = wholeNumber.optional().catch(undefined);
export const looseString = z.string().optional().catch(undefined);
export const looseFlag = z
  .union([z.boolean(), z.coerce.number().transform((value) => value !== 0)])
  .optional()
  .catch(undefined);

export const numberList = z
  .array(wholeNumber)
  .nullish()
  .transform((list) => list ?? []);

export const stringList = z
  .array(z.string())
  .nullish()
  .transform((list) => list ?? []);

/** For answers of which nothing but the errcode matters. */
export const acknowledged = z.object({}).transform(() => undefined);

/** WeCom says them in lower case. */
export function idsAsEchoed(userIds: readonly string[]): readonly string[] {
  return userIds.flatMap((id) => (id.length > 1 ? [id, id.toLowerCase()] : []));
}
