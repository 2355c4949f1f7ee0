import { useQuery } from '@tanstack/react-query';
import { Alert, Drawer, Empty, Tabs } from 'antd';
import { Link } from 'react-router';
import { type ChangeDetails, changeQuery, type PushFacts } from '../api/push';
import type { Run, RunPhase } from '../api/runs';
import { useLanguage } from '../language/use-language';
import { Facts } from '../parts/facts';
import { describeWecomAnswer } from '../parts/failure-notice';
import { QueryView } from '../parts/query-view';
import { ExactTime } from '../parts/time';
import { ActionPill } from './action-pill';
import { ChangeActions, type ChangeDecision } from './change-actions';
import { ChangeState, statusLooks, waitsForRetry } from './change-state';
import { PostponedNotice } from './postponed-notice';
import { writesToOa } from './target';
import { TakesEffect, worded } from './change-words';
import { Mark } from '../parts/mark';

interface ChangeDrawerProps {
  readonly run: Run;
  readonly push: PushFacts;
  readonly changeId: string | undefined;
  readonly live: boolean;
  readonly mayDecide: boolean;
  readonly undecided: boolean;
  readonly deciding: boolean;
  readonly onDecide: (change: ChangeDetails, how: ChangeDecision) => void;
  /** Makes the plan anew. */
  readonly onSimulate: () => void;
  readonly onClose: () => void;
}

export function ChangeDrawer({ changeId, onClose, ...rest }: ChangeDrawerProps) {
  const { t } = useLanguage();
  return (
    <Drawer
      open={changeId !== undefined}
      onClose={onClose}
      size={720}
      title={t('plan.change')}
      destroyOnHidden
    >
      {changeId !== undefined && <OpenChange changeId={changeId} {...rest} />}
    </Drawer>
  );
}

function OpenChange({
  run,
  changeId,
  live,
  ...actions
}: Omit<ChangeDrawerProps, 'onClose' | 'changeId'> & { readonly changeId: string }) {
  const { t } = useLanguage();
  const change = useQuery(changeQuery(run.id, changeId, live));
  return (
    <QueryView query={change}>
      {(data) => (
        <div className="stack">
          <div className="row">
            <h2 className="drawer-name">{data.name ?? data.userId ?? data.oaKey ?? data.id}</h2>
            <ActionPill action={data.action} held={data.status === 'held'} leftOut={data.leftOut} />
            <ChangeState row={data} phase={run.phase} />
          </div>
          {data.postponedUntil === null ? (
            <HeldNotice change={data} />
          ) : (
            <PostponedNotice corpId={run.corpId} changeId={data.id} until={data.postponedUntil} />
          )}
          <OutcomeNotice change={data} phase={run.phase} />
          <ChangeActions run={run} change={data} {...actions} />
          <Tabs
            items={[
              {
                key: 'what',
                label: t('plan.tab.what'),
                children: <What change={data} ofOa={writesToOa(run)} />,
              },
              { key: 'why', label: t('plan.tab.why'), children: <Why change={data} /> },
              { key: 'history', label: t('plan.tab.history'), children: <History change={data} /> },
              ...(data.raw === undefined || data.raw === null
                ? []
                : [{ key: 'raw', label: t('plan.tab.raw'), children: <Raw change={data} /> }]),
            ]}
          />
        </div>
      )}
    </QueryView>
  );
}

function HeldNotice({ change: { heldBy, barred, status } }: { readonly change: ChangeDetails }) {
  const { t } = useLanguage();
  if (status !== 'held' || heldBy.length === 0) return null;
  return (
    <Alert
      type="warning"
      showIcon
      title={t(barred ? 'plan.held.barred' : 'plan.held.releasable')}
      description={
        <ul className="where-list">
          {heldBy.map(({ code, text }) => (
            <li key={code}>{text}</li>
          ))}
        </ul>
      }
    />
  );
}

interface OutcomeNoticeProps {
  readonly change: ChangeDetails;
  readonly phase: RunPhase;
}

function OutcomeNotice({ change, phase }: OutcomeNoticeProps) {
  const { t } = useLanguage();
  const { outcome, status, leftOut } = change;
  if (outcome === null || leftOut || status === 'held') return null;
  const { message, advice, wecom, nextTryAt } = outcome;
  return (
    <Alert
      type={status === 'failed' ? 'error' : status === 'done' ? 'success' : 'info'}
      showIcon
      title={message}
      description={
        <>
          {advice !== undefined && <div style={{ whiteSpace: 'pre-line' }}>{advice}</div>}
          {wecom !== undefined && <div className="quiet small mono">{describeWecomAnswer(wecom, t)}</div>}
          {nextTryAt !== undefined && waitsForRetry(change, phase) && (
            <div className="quiet small">
              {t('plan.next-try')} <ExactTime at={nextTryAt} />
            </div>
          )}
        </>
      }
    />
  );
}

function What({ change, ofOa }: { readonly change: ChangeDetails; readonly ofOa: boolean }) {
  const { t, maybe, number } = useLanguage();
  const isUser = change.subject === 'user';
  return (
    <div className="stack">
      {change.values.length > 0 && (
        <div className="table-box">
          <table className="figures values" aria-label={t('plan.values')}>
            <thead>
              <tr>
                <th scope="col">{t('member.field')}</th>
                <th scope="col">{t(ofOa ? 'plan.values.before.oa' : 'plan.values.before')}</th>
                <th scope="col">{t('plan.values.after')}</th>
                <th scope="col">{t('plan.values.source')}</th>
              </tr>
            </thead>
            <tbody>
              {change.values.map(({ field, label, before, after, source, rule }) => (
                <tr key={field}>
                  <th scope="row">{label}</th>
                  <td className={differs(before, after) && before ? 'value-before' : ''}>{worded(before)}</td>
                  <td className={differs(before, after) && after ? 'value-after' : ''}>{worded(after)}</td>
                  <td>
                    <span className="mono small">{worded(source)}</span>
                    {rule !== null && <span className="small quiet value-rule">{rule}</span>}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <Facts
        items={[
          isUser && [t('member.user-id'), <span className="mono">{change.userId ?? '—'}</span>],
          isUser && [t('plan.column.oa'), <span className="mono">{change.oaUserId ?? '—'}</span>],
          change.mobile !== null && [t('member.mobile'), change.mobile],
          !isUser && [
            t('plan.department-id'),
            <span className="mono">{change.departmentId ?? t('plan.department-id.none')}</span>,
          ],
          !isUser &&
            change.oaKey !== null && [t('plan.oa-key'), <span className="mono">{change.oaKey}</span>],
          change.pathFrom !== null && [t('plan.path.now'), change.pathFrom],
          change.pathTo !== null && change.pathTo !== change.pathFrom && [t('plan.path.then'), change.pathTo],
          [t('plan.column.reason'), change.rule.text],
          change.limitGroups.length > 0 && [
            t('plan.counts-in'),
            change.limitGroups.map((group) => maybe(`plan.limit.${group}`) ?? group).join(t('list.comma')),
          ],
          [t('plan.risk'), t(`plan.risk.${change.risk}`)],
          [t('plan.column.when'), <TakesEffect row={change} />],
          change.attempts > 0 && [t('plan.attempts'), number(change.attempts)],
          change.finishedAt !== null && [t('plan.finished'), <ExactTime at={change.finishedAt} />],
        ]}
      />
    </div>
  );
}

function differs(before: string | null, after: string | null): boolean {
  return (before ?? '') !== (after ?? '');
}

/** From the OA's record to the day it happens, one step after the other. */
function Why({ change }: { readonly change: ChangeDetails }) {
  const { t } = useLanguage();
  if (change.why.length === 0) {
    return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={change.rule.text} />;
  }
  return (
    <ol className="why" aria-label={t('plan.tab.why')}>
      {change.why.map(({ step, title, text }, index) => (
        <li key={step}>
          <span className="why-number" aria-hidden>
            {index + 1}
          </span>
          <div>
            <strong>{title}</strong>
            <p>{text}</p>
          </div>
        </li>
      ))}
    </ol>
  );
}

function History({ change: { history } }: { readonly change: ChangeDetails }) {
  const { t } = useLanguage();
  if (history.length === 0) {
    return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('plan.history.none')} />;
  }
  return (
    <ul className="findings">
      {history.map(({ runId, at, action, status }) => (
        <li key={`${runId} ${action}`} className="spread history-row">
          <span className="row">
            <ActionPill action={action} />
            <Mark {...statusLooks[status]}>{t(`plan.status.${status}`)}</Mark>
          </span>
          <Link to={`/runs/${runId}`}>
            <ExactTime at={at} />
          </Link>
        </li>
      ))}
    </ul>
  );
}

function Raw({ change: { raw } }: { readonly change: ChangeDetails }) {
  const { t } = useLanguage();
  return (
    <pre className="raw-json mono" tabIndex={0} aria-label={t('plan.tab.raw')}>
      {JSON.stringify(raw, null, 2)}
    </pre>
  );
}
