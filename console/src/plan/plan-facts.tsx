import { WarningOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import type { Plan, PushFacts } from '../api/push';
import { isOpen, type Run } from '../api/runs';
import { useLanguage } from '../language/use-language';
import { copyText } from '../parts/copy-text';
import { ExactTime, TimeAgo } from '../parts/time';
import { shortHash } from './short-hash';
import { TimeLeft } from './time-left';

interface PlanFactsProps {
  readonly run: Run;
  readonly push: PushFacts;
  readonly plan: Plan | undefined;
}

/** Which plan this is, how old it is, and until when it may be approved. */
export function PlanFacts({ run, push, plan }: PlanFactsProps) {
  const { t } = useLanguage();
  const { planHash } = run;
  const [openedAt] = useState(() => Date.now());
  const movedOn = plan?.freshness.movedOn;
  return (
    <div className="plan-facts">
      <strong>{t(`plan.target.${push.kind === 'undo' ? 'undo.' : ''}${push.target}`)}</strong>
      {push.only != null && <span>{t('plan.only')}</span>}
      <span>
        {t('plan.id')} <span className="mono">{run.id.slice(0, 8)}</span>
      </span>
      {planHash !== null && (
        <span>
          {t('plan.hash')}{' '}
          <Button
            type="link"
            className="hash"
            title={`${planHash}\n${t('copy.action')}`}
            aria-label={t('copy.what', { what: `${t('plan.hash')} ${shortHash(planHash)}` })}
            onClick={() => void copyText(planHash)}
          >
            <span className="mono" data-testid="plan-hash">
              {shortHash(planHash)}
            </span>
          </Button>
          {push.firstHash !== null && push.firstHash !== planHash && (
            <span className="quiet"> {t('plan.hash.rewritten', { before: shortHash(push.firstHash) })}</span>
          )}
        </span>
      )}
      {push.plannedAt !== null && (
        <span>
          {t('plan.planned')} <TimeAgo at={push.plannedAt} />
        </span>
      )}
      {run.settingsVersion !== null && (
        <Link to={`/corps/${run.corpId}/settings`}>
          {run.settingsVersion === 0
            ? t('settings.defaults')
            : t('plan.settings', { version: run.settingsVersion })}
        </Link>
      )}
      {push.oaVersion !== null && <span>{t('plan.oa-version', { version: push.oaVersion })}</span>}
      {push.leftOut > 0 && <span>{t('plan.left-out.count', { count: push.leftOut })}</span>}
      {isOpen(run) && push.expiresAt !== null && (
        <span>
          {t('plan.expires')} <TimeLeft until={push.expiresAt} />
        </span>
      )}
      {isOpen(run) && push.snoozedUntil !== null && Date.parse(push.snoozedUntil) > openedAt && (
        <span>
          {t('plan.snoozed')} <ExactTime at={push.snoozedUntil} />
        </span>
      )}
      {push.approvedAt !== null && (
        <span>
          {t('plan.approved-by', { who: push.approvedBy ?? '—' })} <TimeAgo at={push.approvedAt} />
        </span>
      )}
      {push.rejectedBy !== null && (
        <span className="wrap-anywhere">
          {t('plan.rejected-by', { who: push.rejectedBy, reason: push.rejectedReason ?? '—' })}
        </span>
      )}
      {push.kind === 'undo' && push.undoOfRunId !== null && (
        <Link to={`/runs/${push.undoOfRunId}`}>{t('plan.undo-of')}</Link>
      )}
      {push.kind === 'departures' && <Link to={`/corps/${run.corpId}/departures`}>{t('departure.all')}</Link>}
      {push.basedOnRunId !== null && <Link to={`/runs/${push.basedOnRunId}`}>{t('plan.based-on')}</Link>}
      {push.pullRunId !== null && <Link to={`/runs/${push.pullRunId}`}>{t('plan.pull-run')}</Link>}
      {movedOn?.settings === true && push.appliedByRunId === null && (
        <span className="mark-warn">
          <WarningOutlined aria-hidden /> {t('plan.moved.settings')}
        </span>
      )}
      {/* What was written into the OA is new data there too. */}
      {movedOn?.oa === true && (isOpen(run) || run.mode === 'simulate') && push.appliedByRunId === null && (
        <span className="quiet">
          <WarningOutlined aria-hidden /> {t('plan.moved.oa')}
        </span>
      )}
    </div>
  );
}
