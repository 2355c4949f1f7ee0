import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button } from 'antd';
import { useState } from 'react';
import { type ChangeDetails, postponementsQuery, type PushFacts, takeBackPostponement } from '../api/push';
import { isOpen, type Run, runQuery } from '../api/runs';
import { OaPersonPicker } from '../bindings/oa-person-picker';
import { type Translate, useLanguage } from '../language/use-language';
import { describeFailure } from '../parts/failure-notice';
import { useMay } from '../session/use-session';
import { canBeLeftOut } from './change-list';
import { MemberPicker } from './member-picker';
import { PostponeDialog } from './postpone-dialog';
import { writesToOa } from './target';
import { TryDialog } from './try-dialog';

export type ChangeDecision = 'leave-out' | 'take-back-in' | 'always';

interface ChangeActionsProps {
  readonly run: Run;
  readonly push: PushFacts;
  readonly change: ChangeDetails;
  readonly mayDecide: boolean;
  /** Nothing of the plan is being applied, or has been. */
  readonly undecided: boolean;
  readonly deciding: boolean;
  readonly onDecide: (change: ChangeDetails, how: ChangeDecision) => void;
  readonly onSimulate: () => void;
}

type Open = 'none' | 'postpone' | 'bind' | 'bound' | 'try';

/** What can be done about one change; what can't says why. */
export function ChangeActions(props: ChangeActionsProps) {
  const { run, push, change, mayDecide, undecided, deciding, onDecide, onSimulate } = props;
  const { t } = useLanguage();
  const { message, modal } = App.useApp();
  const client = useQueryClient();
  const mayStart = useMay('runs:start');
  const mayApprove = useMay('runs:approve');
  const mayBind = useMay('bindings:write');
  const [open, setOpen] = useState<Open>('none');
  const readAnew = async () => {
    await client.invalidateQueries({ queryKey: runQuery(run.id).queryKey });
    await client.invalidateQueries({ queryKey: ['runs', 'plan', run.id] });
    await client.invalidateQueries({ queryKey: postponementsQuery(run.corpId).queryKey });
  };
  const takeBack = useMutation({
    mutationFn: () => takeBackPostponement(run.id, change.id),
    onSuccess: (decided) => {
      if (decided.planAnew !== true) {
        message.success(t('plan.postpone.taken-back'));
        return;
      }
      modal.confirm({
        title: t('plan.postpone.taken-back'),
        content: t('plan.postpone.taken-back.anew'),
        okText: t('plan.again'),
        cancelText: t('action.close'),
        onOk: onSimulate,
      });
    },
    onError: (error) => {
      const { title, advice } = describeFailure(error, t);
      modal.error({ title, content: advice });
    },
    onSettled: readAnew,
  });
  const decidable = mayDecide && canBeLeftOut(change);
  const isPostponed = change.postponedUntil !== null;
  const mayPostpone = mayStart || mayApprove;
  const postponable =
    mayPostpone &&
    undecided &&
    push.kind === 'push' &&
    canBeLeftOut(change) &&
    !change.leftOut &&
    !isPostponed;
  const bindable = mayBind && push.kind === 'push' ? bindingOf(change) : undefined;
  const tryable = mayApprove && isUnwritten(change);
  const whyNot = tryable ? whyNotTried(run, push, change, t) : undefined;
  if (!decidable && !postponable && bindable === undefined && !tryable && !isPostponed) return null;

  return (
    <div className="stack change-actions">
      <div className="row">
        {decidable && !isPostponed && (
          <Button
            loading={deciding}
            onClick={() => onDecide(change, change.leftOut ? 'take-back-in' : 'leave-out')}
          >
            {t(change.leftOut ? 'plan.decide.take-back' : 'plan.decide.once')}
          </Button>
        )}
        {postponable && <Button onClick={() => setOpen('postpone')}>{t('plan.postpone')}</Button>}
        {isPostponed && mayPostpone && (
          <Button loading={takeBack.isPending} onClick={() => takeBack.mutate()}>
            {t('plan.postpone.take-back')}
          </Button>
        )}
        {bindable !== undefined && <Button onClick={() => setOpen('bind')}>{t('plan.bind')}</Button>}
        {tryable && (
          <Button disabled={whyNot !== undefined} onClick={() => setOpen('try')}>
            {t('plan.try')}
          </Button>
        )}
        {decidable && change.subject === 'user' && (
          <Button danger loading={deciding} onClick={() => onDecide(change, 'always')}>
            {t('plan.decide.always')}
          </Button>
        )}
      </div>
      {whyNot !== undefined && (
        <span className="small quiet">
          {t('plan.try')}: {whyNot}
        </span>
      )}
      {open === 'bind' && bindable !== undefined && (
        <section className="change-bind">
          <h3 className="change-bind-title">
            {t(bindable.of === 'oa' ? 'plan.bind.oa' : 'plan.bind.member', { name: bindable.shown })}
          </h3>
          {bindable.of === 'oa' ? (
            <MemberPicker
              corpId={run.corpId}
              oa={{ id: bindable.oaUserId, name: change.name }}
              onDone={() => setOpen('bound')}
              onCancel={() => setOpen('none')}
            />
          ) : (
            <OaPersonPicker
              corpId={run.corpId}
              member={{ userId: bindable.userId, name: change.name }}
              bound={null}
              onDone={() => setOpen('bound')}
              onCancel={() => setOpen('none')}
            />
          )}
        </section>
      )}
      {open === 'bound' && (
        <Alert
          type="success"
          showIcon
          role="status"
          title={t('plan.bind.done')}
          action={
            mayStart && (
              <Button size="small" onClick={onSimulate}>
                {t('plan.again')}
              </Button>
            )
          }
        />
      )}
      {open === 'postpone' && (
        <PostponeDialog
          runId={run.id}
          change={change}
          onClose={() => setOpen('none')}
          onPostponed={() => {
            setOpen('none');
            void readAnew();
          }}
        />
      )}
      {open === 'try' && <TryDialog run={run} change={change} onClose={() => setOpen('none')} />}
    </div>
  );
}

type Bindable = { readonly shown: string } & (
  { readonly of: 'oa'; readonly oaUserId: string } | { readonly of: 'member'; readonly userId: string }
);

const bindingActions: ReadonlySet<string> = new Set([
  'createUser',
  'bindUser',
  'conflict',
  'skipUser',
  'createOaUser',
]);

/** Whom a person can be told to be; the side that the change is about is the one that is known. */
function bindingOf({ action, subject, status, name, userId, oaUserId }: ChangeDetails): Bindable | undefined {
  if (subject !== 'user' || !bindingActions.has(action) || status === 'done') return undefined;
  if (oaUserId !== null && action !== 'createOaUser') {
    return { of: 'oa', oaUserId, shown: name ?? oaUserId };
  }
  return userId === null ? undefined : { of: 'member', userId, shown: name ?? userId };
}

const unwritten: ReadonlySet<string> = new Set(['pending', 'held', 'failed']);

function isUnwritten({ status, action, leftOut }: ChangeDetails): boolean {
  return action !== 'conflict' && action !== 'skipUser' && (leftOut || unwritten.has(status));
}

/** What the API would refuse anyway. */
function whyNotTried(
  run: Run,
  { kind }: PushFacts,
  { barred, postponedUntil }: ChangeDetails,
  t: Translate,
): string | undefined {
  if (kind === 'undo') return t('plan.try.not.undo');
  if (writesToOa(run)) return t('plan.try.not.oa');
  if (postponedUntil !== null) return t('plan.try.not.postponed');
  if (barred) return t('plan.try.not.barred');
  return isOpen(run) ? t('plan.try.not.open') : undefined;
}
