import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { queryOptions } from '@tanstack/react-query';
import { call, type Page } from '../api/client';
import type { OaUser } from '../api/oa';
import { useLanguage } from '../language/use-language';

export const oaFields = [
  'loginId',
  'jobNumber',
  'name',
  'mobile',
  'email',
  'gender',
  'position',
  'telephone',
  'id',
] as const;

export const mappedFields = [
  'position',
  'alias',
  'telephone',
  'address',
  'gender',
  'biz_mail',
  'external_position',
] as const;

export const matchedFields = ['userid', 'mobile', 'email', 'name', 'biz_mail', 'telephone'] as const;

/** What the OA takes over from WeCom. */
export const oaTargets = [
  'loginId',
  'name',
  'departments',
  'mobile',
  'email',
  'gender',
  'position',
  'telephone',
  'jobNumber',
] as const;

/** What a member has. */
export const memberFields = [
  'userid',
  'name',
  'departments',
  'mobile',
  'email',
  'biz_mail',
  'gender',
  'position',
  'telephone',
  'alias',
  'address',
] as const;

const custom = 'custom.';
const extattr = 'extattr.';

/** Fields are named for people; what has no name is shown as it is written. */
export function useFieldNames() {
  const { t, maybe } = useLanguage();
  return useMemo(
    () => ({
      oa: (field: string): string =>
        field.startsWith(custom)
          ? t('set.mapping.custom', { name: field.slice(custom.length) })
          : (maybe(`oa-field.${field}`) ?? field),
      wecom: (field: string): string => {
        if (field.startsWith(extattr)) {
          return t('set.mapping.extattr', { name: field.slice(extattr.length) });
        }
        if (field === 'external_corp_name') return t('set.mapping.corp-name');
        return maybe(`wecom-field.${field}`) ?? field;
      },
    }),
    [t, maybe],
  );
}

const sampleSize = 50;

/** Nothing tells which fields the OA has of its own: a few people show them. */
const customFieldsQuery = queryOptions({
  queryKey: ['oa', 'custom-fields'],
  queryFn: async ({ signal }) => {
    const { items } = await call<Page<OaUser>>('GET', '/oa/users', { signal, query: { limit: sampleSize } });
    return [...new Set(items.flatMap((user) => Object.keys(user.custom)))].sort();
  },
  staleTime: 5 * 60_000,
});

export function useOaFields(): readonly string[] {
  const { data = [] } = useQuery(customFieldsQuery);
  return useMemo(() => [...oaFields, ...data.map((name) => `${custom}${name}`)], [data]);
}
