import type { Change } from '../../domain/directory/push/changes';
import { maskTable } from '../masking';
import type { Principal } from '../principal';
import { isAdministrator } from '../principal';

/** The change's own before and after, as far as the reader may see them. */
export function maskRaw(
  { before, after }: Pick<Change, 'before' | 'after'>,
  principal: Principal,
): { before: unknown; after: unknown } {
  if (isAdministrator(principal)) return { before, after };
  return { before: maskSide(before), after: maskSide(after) };
}

function maskSide(side: Change['before'] | Change['after']): unknown {
  if (side === null || !('values' in side)) return side;
  return { ...side, values: maskTable(side.values) };
}
