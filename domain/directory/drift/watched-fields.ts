import type { PushSettings } from '../settings';

type Mappings = Pick<PushSettings, 'fieldMapping' | 'externalMapping' | 'leaders'>;

/** The fields of a member in which the OA has a say, by WeCom's names. */
export function watchedFields({ fieldMapping, externalMapping, leaders }: Mappings): ReadonlySet<string> {
  return new Set([
    'name',
    'mobile',
    'email',
    ...fieldMapping.map(({ to }) => to),
    ...externalMapping.map(({ to }) => (to === 'external_position' ? to : `external.${to}`)),
    ...(leaders ? ['direct_leader'] : []),
  ]);
}
