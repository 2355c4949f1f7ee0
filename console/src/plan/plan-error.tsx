import { Alert } from 'antd';
import type { Run } from '../api/runs';
import { useLanguage } from '../language/use-language';
import { Facts } from '../parts/facts';
import { describeWecomAnswer } from '../parts/failure-notice';
import { writesToOa } from './target';

/** What happened, where, why, what to do, and what is still safe to do meanwhile. */
export function PlanError({ run }: { readonly run: Run }) {
  const { t, number } = useLanguage();
  const { error, verdict, progress, phase } = run;
  const reasons = verdict?.kind === 'stopped' ? verdict.reasons : [];
  // Said once is enough.
  const stopped = reasons.filter(({ message }) => message !== error?.message);
  if (error === null && stopped.length === 0) return null;
  const written = progress.done > 0;
  return (
    <Alert
      type={phase === 'paused' ? 'warning' : 'error'}
      showIcon
      role="alert"
      title={t(phase === 'paused' ? 'plan.error.paused' : 'run.error')}
      description={
        <Facts
          items={[
            error !== null && [t('run.error.what'), error.message],
            stopped.length > 0 && [
              t('run.error.why'),
              <ul className="where-list">
                {stopped.map(({ code, message }) => (
                  <li key={`${code} ${message}`}>{message}</li>
                ))}
              </ul>,
            ],
            error?.wecom !== undefined && [
              t('run.error.why'),
              <span className="mono">{describeWecomAnswer(error.wecom, t)}</span>,
            ],
            error?.advice !== undefined && [
              t('run.error.do'),
              <span style={{ whiteSpace: 'pre-line' }}>{error.advice}</span>,
            ],
            [
              t('plan.error.safe'),
              written
                ? t('plan.error.safe.written', { done: number(progress.done) })
                : t(writesToOa(run) ? 'plan.error.safe.nothing.oa' : 'plan.error.safe.nothing'),
            ],
            error !== null && [t('run.error.code'), <span className="mono">{error.code}</span>],
          ]}
        />
      }
    />
  );
}
