import { useQueries, useQuery } from '@tanstack/react-query';
import { Spin } from 'antd';
import { Link } from 'react-router';
import { bindingOfOaUserQuery } from '../api/bindings';
import { corpsQuery } from '../api/corps';
import type { OaUser } from '../api/oa';
import { useLanguage } from '../language/use-language';

/** In which corps the person is a member, and under which account. */
export function OaUserBindings({ user }: { readonly user: OaUser }) {
  const { t } = useLanguage();
  const corps = useQuery(corpsQuery);
  const bindings = useQueries({
    queries: (corps.data ?? []).map(({ id }) => bindingOfOaUserQuery(id, user.id, user.loginId)),
  });
  const found = (corps.data ?? []).flatMap((corp, index) => {
    const binding = bindings[index]?.data;
    return binding ? [{ corp, binding }] : [];
  });
  if (corps.isPending || bindings.some(({ isPending }) => isPending)) return <Spin size="small" />;
  // Whoever can't be asked is no proof that there is none.
  if (corps.error !== null || (found.length === 0 && bindings.some(({ error }) => error !== null)))
    return '—';
  if (found.length === 0) return <span className="quiet">{t('oa.user.bindings.none')}</span>;
  return (
    <>
      {found.map(({ corp, binding }) => (
        <div key={corp.id}>
          <Link to={`/corps/${corp.id}/bindings?q=${encodeURIComponent(binding.userId)}`}>{corp.name}</Link>
          {' · '}
          {binding.name ?? ''} <span className="mono">{binding.userId}</span>
        </div>
      ))}
    </>
  );
}
