import type { Request } from 'express';
import type { z } from 'zod';
import type { Corp } from '../state/corp';
import type { World } from '../state/world';

export class ControlError extends Error {
  override readonly name = 'ControlError';

  constructor(
    readonly status: number,
    message: string,
    readonly fields: readonly { path: string; message: string }[] = [],
  ) {
    super(message);
  }
}

export function corpOf(world: World, request: Request): Corp {
  const corpid = String(request.params['corpid']);
  const corp = world.corps.get(corpid);
  if (corp === undefined) throw new ControlError(404, `no corp ${corpid}`);
  return corp;
}

export function parse<T>(schema: z.ZodType<T, unknown>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const fields = result.error.issues
    .slice(0, 20)
    .map((issue) => ({ path: issue.path.join('.'), message: issue.message }));
  throw new ControlError(422, 'the body does not have the expected shape', fields);
}
