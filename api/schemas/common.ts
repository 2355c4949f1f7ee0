import { z } from 'zod';
import { apiTexts } from '../../i18n/api';
import type { Text } from '../../i18n';
import { FileAnswer } from '../file-answer';

/** A rule of ours with a text in every language; other messages come from the kind of the problem. */
export function says(text: Text): { readonly params: { readonly text: Text } } {
  return { params: { text } };
}

export function matching(pattern: RegExp, text: Text) {
  return z
    .string()
    .refine((value) => pattern.test(value), says(text))
    .meta({ pattern: pattern.source });
}

export const timestamp = z.string().meta({ format: 'date-time', example: '2026-01-31T02:00:00.000Z' });

export const id = z.string().min(1).max(64).meta({ example: '0199d3a0-6e1c-7c3e-9f51-0f0f7ce5b1aa' });

/** WeCom's numbers of departments have 32 bits, and so has their column. */
export const wecomDepartmentId = z.int().min(1).max(2_147_483_647);

export const name = z.string().trim().min(1).max(100);

export const limit = z.coerce.number().int().min(1).max(200).default(50);

export const cursor = z.string().min(1).max(500).optional();

export const numberCursor = z
  .string()
  .refine((value) => /^\d{1,18}$/.test(value), says(apiTexts.cursorShape))
  .optional();

/** `?flag=true`; the words as text, because a query has nothing else. */
export const flag = z.enum(['true', 'false']).transform((value) => value === 'true');

/** `?state=held,waiting`, or the parameter several times. */
export function listOf<const T extends readonly [string, ...string[]]>(values: T) {
  return z
    .union([z.string(), z.array(z.string())])
    .transform((given) => [given].flat().flatMap((part) => part.split(',')))
    .pipe(z.array(z.enum(values)).min(1).max(values.length))
    .meta({ description: `Of ${values.join(', ')}.` });
}

export const errorBody = z
  .object({
    error: z.looseObject({
      code: z.string(),
      message: z.string(),
      fields: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
      advice: z.string().optional(),
      wecom: z.object({ errcode: z.int().nullable(), errmsg: z.string(), path: z.string() }).optional(),
    }),
  })
  .meta({ id: 'Error', description: 'Messages and advice follow Accept-Language (zh-CN or en).' });

export function page<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}

export function pageWithTotal<T extends z.ZodType>(item: T) {
  return page(item).extend({ total: z.int() });
}

/** Documented by its media types. */
export const fileAnswer = z.custom<FileAnswer>((value) => value instanceof FileAnswer);
