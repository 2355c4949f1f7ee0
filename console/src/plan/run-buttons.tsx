import {
  AuditOutlined,
  BellOutlined,
  CaretRightOutlined,
  CheckOutlined,
  CloseOutlined,
  MoreOutlined,
  PauseOutlined,
  RedoOutlined,
  SafetyOutlined,
  StopOutlined,
  SyncOutlined,
  UndoOutlined,
} from '@ant-design/icons';
import { Button, Dropdown, type MenuProps } from 'antd';
import { type ReactNode, useState } from 'react';
import type { PushFacts } from '../api/push';
import { isOpen, type Run } from '../api/runs';
import { useLanguage } from '../language/use-language';
import { useNarrow } from '../parts/use-narrow';
import { useMaster } from '../runs/use-master';
import { useStartPlan } from '../runs/use-start-plan';
import { useMay } from '../session/use-session';
import { ApproveDialog, type ApprovedPart } from './approve-dialog';
import { hasWork } from './counts-in-words';
import { RejectDialog } from './reject-dialog';
import { writesToOa } from './target';
import { useRunCommands } from './use-run-commands';

interface Offer {
  readonly key: string;
  readonly label: string;
  readonly icon: ReactNode;
  readonly onClick: () => void;
  readonly type?: 'primary' | 'default';
  readonly danger?: boolean;
  readonly loading?: boolean;
  readonly disabled?: boolean;
}

const snoozeHours = [4, 24, 72] as const;

interface RunButtonsProps {
  readonly run: Run;
  readonly push: PushFacts;
  /** What the plan was made of has changed since: approving it would be refused. */
  readonly stale: boolean;
}

/** What can be done now with this run, the likeliest first; where it is narrow the rest waits in a menu. */
export function RunButtons({ run, push, stale }: RunButtonsProps) {
  const { t, number } = useLanguage();
  const narrow = useNarrow();
  const mayStart = useMay('runs:start');
  const mayApprove = useMay('runs:approve');
  const commands = useRunCommands(run);
  const { syncsToOa } = useMaster(run.corpId);
  const again = useStartPlan(run.corpId, run.direction === 'push' ? 'push' : 'pull');
  const [approving, setApproving] = useState<ApprovedPart | undefined>();
  const [rejecting, setRejecting] = useState(false);
  const { phase } = run;
  const waits = phase === 'blocked' || phase === 'awaiting-approval';
  // A simulation that was applied is a record of what was meant; nothing is left to decide.
  const simulated = phase === 'done' && run.mode === 'simulate' && push.appliedByRunId === null;
  const open = isOpen(run);
  const offers: Offer[] = [];

  if (mayApprove && (waits || simulated) && (hasWork(run.counts) || waits)) {
    const disabled = stale || !push.canApprove.allowed;
    offers.push({
      key: 'approve',
      label: t('plan.approve'),
      icon: <CheckOutlined />,
      type: stale ? 'default' : 'primary',
      disabled,
      onClick: () => setApproving('whole'),
    });
    if (push.held > 0) {
      offers.push({
        key: 'safe',
        label: t('plan.approve.safe'),
        icon: <SafetyOutlined />,
        disabled,
        onClick: () => setApproving('safe'),
      });
    }
  }
  if (mayApprove && waits) {
    offers.push({
      key: 'reject',
      label: t('plan.reject'),
      icon: <CloseOutlined />,
      danger: true,
      onClick: () => setRejecting(true),
    });
  }
  if (mayStart) {
    if (phase === 'paused' || push.resumable) {
      offers.push({
        key: 'resume',
        label: t('plan.command.resume'),
        icon: <CaretRightOutlined />,
        type: 'primary',
        loading: commands.pending === 'resume',
        onClick: () => commands.send('resume'),
      });
    }
    if (phase === 'applying') {
      offers.push({
        key: 'pause',
        label: t('plan.command.pause'),
        icon: <PauseOutlined />,
        loading: commands.pending === 'pause',
        onClick: () => commands.send('pause'),
      });
    }
    if (open && !waits) {
      offers.push({
        key: 'cancel',
        label: t(phase === 'applying' || phase === 'paused' ? 'plan.command.cancel' : 'run.cancel'),
        icon: <StopOutlined />,
        danger: true,
        loading: commands.pending === 'cancel',
        onClick: () => commands.ask('cancel'),
      });
    }
    if (!open && push.retryable > 0) {
      offers.push({
        key: 'retry-failed',
        label: t('plan.command.retry-failed.count', { count: number(push.retryable) }),
        icon: <RedoOutlined />,
        type: 'primary',
        loading: commands.pending === 'retry-failed',
        onClick: () => commands.ask('retry-failed'),
      });
    }
    if (!open && push.undoable) {
      offers.push({
        key: 'undo',
        label: t('plan.command.undo'),
        icon: <UndoOutlined />,
        loading: commands.pending === 'undo',
        onClick: () => commands.ask('undo'),
      });
    }
    // While a plan waits for approval another push is refused; a blocked one gives way. A change that was taken into
    // the OA by hand has no plan for everybody behind it.
    if ((!open || phase === 'blocked') && (!writesToOa(run) || syncsToOa)) {
      offers.push({
        key: 'again',
        label: t('plan.again'),
        icon: <SyncOutlined />,
        type: (open || simulated || push.retryable > 0) && !stale ? 'default' : 'primary',
        loading: again.isPending,
        onClick: () => again.start('simulate'),
      });
    }
  }
  const shown = narrow ? offers.slice(0, 1) : offers;
  const rest = offers.slice(shown.length);
  return (
    <>
      {shown.map(({ key, label, ...offer }) => (
        <Button key={key} {...offer}>
          {label}
        </Button>
      ))}
      {waits && mayStart && !narrow && (
        <Dropdown trigger={['click']} menu={{ items: snoozeItems() }}>
          <Button icon={<BellOutlined />}>{t('plan.snooze')}</Button>
        </Dropdown>
      )}
      {narrow && rest.length > 0 && (
        <Dropdown
          trigger={['click']}
          menu={{ items: [...rest.map(menuItem), ...(waits && mayStart ? snoozeItems() : [])] }}
        >
          <Button icon={<MoreOutlined />} aria-label={t('action.more')} />
        </Dropdown>
      )}
      {mayApprove &&
        (waits || simulated) &&
        !push.canApprove.allowed &&
        push.canApprove.why !== undefined && (
          <span className="small quiet why-not">
            <AuditOutlined aria-hidden /> {push.canApprove.why}
          </span>
        )}
      {approving !== undefined && (
        <ApproveDialog
          run={run}
          push={push}
          part={approving}
          onPart={setApproving}
          onClose={() => setApproving(undefined)}
        />
      )}
      {rejecting && <RejectDialog run={run} onClose={() => setRejecting(false)} />}
    </>
  );

  function snoozeItems(): NonNullable<MenuProps['items']> {
    return snoozeHours.map((hours) => ({
      key: `snooze-${hours}`,
      icon: <BellOutlined />,
      label: t('plan.snooze.hours', { hours }),
      onClick: () => commands.snooze(hours),
    }));
  }
}

function menuItem({ key, label, icon, danger, disabled, onClick }: Offer) {
  return { key, label, icon, onClick, danger: danger === true, disabled: disabled === true };
}
