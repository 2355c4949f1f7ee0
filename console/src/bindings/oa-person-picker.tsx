import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Alert, Button, Radio } from 'antd';
import { useEffect, useMemo, useRef, useState } from 'react';
import { bindingOfOaUserQuery } from '../api/bindings';
import { oaNodesQuery, type OaUser, oaUsersQuery } from '../api/oa';
import { useLanguage } from '../language/use-language';
import { OaDepartmentSelect } from '../oa/oa-department-tree';
import { oaPaths, oaTree } from '../oa/oa-tree';
import { FailureNotice } from '../parts/failure-notice';
import { SearchWords } from '../parts/search-words';
import './bindings.css';
import { useBind } from './use-bind';

const resultsShown = 30;
const departmentPrefix = 'department:';

interface OaPersonPickerProps {
  readonly corpId: string;
  readonly member: { readonly userId: string; readonly name: string | null };
  /** Whom the member is bound to now. */
  readonly bound: { readonly oaUserId: string; readonly name: string | null } | null;
  readonly onDone: () => void;
  readonly onCancel: () => void;
}

/** Search, choose, read who loses a binding by it, bind. */
export function OaPersonPicker({ corpId, member, bound, onDone, onCancel }: OaPersonPickerProps) {
  const { t } = useLanguage();
  const box = useRef<HTMLElement>(null);
  useEffect(() => box.current?.querySelector('input')?.focus(), []);
  const [words, setWords] = useState(member.name ?? '');
  const [node, setNode] = useState<string | undefined>();
  const [chosen, setChosen] = useState<OaUser | undefined>();
  const nodes = useQuery(oaNodesQuery);
  const tree = useMemo(() => oaTree(nodes.data ?? []), [nodes.data]);
  const paths = useMemo(() => oaPaths(tree), [tree]);
  const departmentId =
    node?.startsWith(departmentPrefix) === true ? node.slice(departmentPrefix.length) : undefined;
  const asked = words !== '' || departmentId !== undefined;
  const people = useInfiniteQuery({
    ...oaUsersQuery({ q: words === '' ? undefined : words, departmentId }, resultsShown),
    enabled: asked,
    placeholderData: (before) => before,
  });
  const found = asked ? (people.data?.pages[0]?.items ?? []) : [];
  const holder = useQuery({
    ...bindingOfOaUserQuery(corpId, chosen?.id ?? '', chosen?.loginId ?? ''),
    enabled: chosen !== undefined,
  });
  const loser = holder.data != null && holder.data.userId !== member.userId ? holder.data : undefined;
  const bind = useBind(corpId, onDone);
  const memberName = member.name ?? member.userId;
  const replace = loser !== undefined || bound !== null;

  return (
    <section className="bind-picker" aria-label={t('bind.action.choose')} ref={box}>
      <div className="members-filter">
        <SearchWords label={t('bind.pick.search')} words={words} onChange={setWords} />
        <OaDepartmentSelect
          tree={tree}
          size={nodes.data?.length ?? 0}
          chosen={node}
          onChoose={(key) => setNode(key)}
        />
      </div>
      {people.error !== null && <FailureNotice error={people.error} onRetry={() => void people.refetch()} />}
      {!asked && <p className="quiet bind-picker-hint">{t('bind.pick.type')}</p>}
      {asked && people.data !== undefined && found.length === 0 && (
        <p className="quiet bind-picker-hint" role="status">
          {t('bind.pick.none')}
        </p>
      )}
      {found.length > 0 && (
        <Radio.Group
          className="bind-people"
          aria-label={t('bind.pick.results')}
          value={chosen?.id}
          onChange={({ target }) => setChosen(found.find(({ id }) => id === target.value))}
        >
          {found.map((user) => (
            <Radio
              key={user.id}
              value={user.id}
              disabled={user.status === 'departed'}
              className="bind-person"
            >
              <span className="bind-person-name">{user.name}</span>
              <span className="mono small">{user.loginId}</span>
              {user.jobNumber !== null && user.jobNumber !== user.loginId && (
                <span className="small quiet">
                  {t('oa-field.jobNumber')} {user.jobNumber}
                </span>
              )}
              <span className="small quiet">
                {user.departmentId === null
                  ? ''
                  : (paths.get(`${departmentPrefix}${user.departmentId}`)?.slice(-2).join(' / ') ?? '')}
              </span>
              {user.status === 'departed' && (
                <span className="small mark-warn">{t('bind.pick.departed')}</span>
              )}
            </Radio>
          ))}
        </Radio.Group>
      )}
      {found.length > 0 && people.hasNextPage && (
        <p className="quiet small bind-picker-hint">{t('bind.pick.more', { count: resultsShown })}</p>
      )}
      {chosen !== undefined && replace && !holder.isPending && (
        <Alert
          type="warning"
          showIcon
          role="alert"
          title={
            <>
              {loser !== undefined && (
                <div>
                  {t('bind.warn.holder', {
                    oa: chosen.name,
                    holder: loser.name === null ? loser.userId : `${loser.name} (${loser.userId})`,
                  })}
                </div>
              )}
              {bound !== null && bound.oaUserId !== chosen.id && (
                <div>{t('bind.warn.own', { member: memberName, oa: bound.name ?? bound.oaUserId })}</div>
              )}
              <div className="quiet small">{t('bind.accounts-stay')}</div>
            </>
          }
        />
      )}
      {bind.error !== null && <FailureNotice error={bind.error} />}
      <div className="row">
        <Button
          type="primary"
          danger={chosen !== undefined && replace}
          disabled={chosen === undefined || holder.isPending || bound?.oaUserId === chosen.id}
          loading={bind.isPending}
          onClick={() => chosen && bind.mutate({ member, oa: chosen, replace })}
        >
          {t(replace && chosen !== undefined ? 'bind.action.rebind' : 'bind.action')}
        </Button>
        <Button onClick={onCancel}>{t('action.cancel')}</Button>
      </div>
    </section>
  );
}
