import { LinkOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useMemo, useRef, useState } from 'react';
import { Link } from 'react-router';
import { type MemberDetails, membersQuery } from '../api/members';
import { oaNodesQuery, oaUserQuery } from '../api/oa';
import { useLanguage } from '../language/use-language';
import { oaPaths, oaTree } from '../oa/oa-tree';
import { Mark } from '../parts/mark';
import { TimeAgo } from '../parts/time';
import { useMay } from '../session/use-session';
import './bindings.css';
import { OaPersonPicker } from './oa-person-picker';
import { useUnbind } from './use-bind';
import { useBindingWords } from './use-binding-words';

interface MemberBindingProps {
  readonly corpId: string;
  readonly member: MemberDetails;
}

/** Whom in the OA this member is, how that is known, and the ways to change it. */
export function MemberBinding({ corpId, member }: MemberBindingProps) {
  const { t } = useLanguage();
  const words = useBindingWords();
  const mayBind = useMay('bindings:write');
  const [choosing, setChoosing] = useState(false);
  const box = useRef<HTMLElement>(null);
  const unbind = useUnbind(corpId);
  const { binding } = member;
  const oaName = binding === null ? '' : (binding.name ?? t('bind.unknown-person', { id: binding.oaUserId }));

  function close() {
    setChoosing(false);
    // The buttons of the picker go away, and the focus with them.
    box.current?.focus({ preventScroll: true });
  }

  return (
    <section className="bind-box" aria-label={t('member.binding')} ref={box} tabIndex={-1}>
      <div className="spread">
        <div>
          <div className="quiet small">{t('member.binding')}</div>
          {binding === null ? (
            <>
              <Mark tone="quiet">{t('bind.none')}</Mark>
              <div className="quiet small">{t('bind.none.about')}</div>
              {member.goneAt === null && <ToBeDecided corpId={corpId} userId={member.userId} />}
            </>
          ) : (
            <>
              <strong className="bind-box-name">
                <LinkOutlined aria-hidden /> {oaName}
              </strong>
              <OaPersonLine oaUserId={binding.oaUserId} />
              <div className="quiet small bind-box-how">
                <span>{words.how(binding)}</span>
                {binding.boundBy != null && (
                  <span>{t('bind.by', { who: words.actor(binding.boundBy) })}</span>
                )}
                <TimeAgo at={binding.boundAt} />
                {binding.runId != null && <Link to={`/runs/${binding.runId}`}>{t('bind.run')}</Link>}
              </div>
            </>
          )}
        </div>
        {mayBind && !choosing && (member.goneAt === null || binding !== null) && (
          <div className="row">
            {member.goneAt === null && (
              <Button type={binding === null ? 'primary' : 'default'} onClick={() => setChoosing(true)}>
                {t(binding === null ? 'bind.action.choose' : 'bind.action.rebind')}
              </Button>
            )}
            {binding !== null && (
              <Button
                danger
                loading={unbind.isPending}
                onClick={() => unbind.ask({ userId: member.userId, name: member.name, oaName })}
              >
                {t('bind.action.unbind')}
              </Button>
            )}
          </div>
        )}
      </div>
      {choosing && (
        <OaPersonPicker corpId={corpId} member={member} bound={binding} onDone={close} onCancel={close} />
      )}
    </section>
  );
}

/** There is nothing to search for where candidates were found already. */
function ToBeDecided({ corpId, userId }: { readonly corpId: string; readonly userId: string }) {
  const { t } = useLanguage();
  const found = useQuery(membersQuery(corpId, { q: userId, binding: 'conflict' }, undefined, 20));
  if (found.data?.items.some((one) => one.userId === userId) !== true) return null;
  return (
    <Link to={`/corps/${corpId}/bindings?view=conflicts`}>
      <Mark tone="warn">{t('bind.none.candidates')}</Mark>
    </Link>
  );
}

/** Two people may have one name. */
function OaPersonLine({ oaUserId }: { readonly oaUserId: string }) {
  const { t } = useLanguage();
  const user = useQuery({ ...oaUserQuery(oaUserId), retry: false });
  const nodes = useQuery(oaNodesQuery);
  const paths = useMemo(() => oaPaths(oaTree(nodes.data ?? [])), [nodes.data]);
  if (user.data === undefined) return null;
  const { loginId, jobNumber, departmentId, status } = user.data;
  return (
    <div className="small bind-box-how">
      <span className="mono">{loginId}</span>
      {jobNumber !== null && jobNumber !== loginId && (
        <span>
          {t('oa-field.jobNumber')} {jobNumber}
        </span>
      )}
      {departmentId !== null && <span>{paths.get(`department:${departmentId}`)?.slice(-2).join(' / ')}</span>}
      {status === 'departed' && <Mark tone="warn">{t('oa.user.departed')}</Mark>}
    </div>
  );
}
