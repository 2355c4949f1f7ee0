import { Alert, App, Button } from 'antd';
import { useNavigate } from 'react-router';
import type { AttendanceFacts } from '../api/attendance';
import { isOpen, type Run } from '../api/runs';
import { useLanguage } from '../language/use-language';
import { useMay } from '../session/use-session';
import { joined, rangeOver } from './day-ranges';
import { DayRangeWords } from './day-range-words';
import { countOf } from './run-counts';
import { useStartAttendanceRun } from './use-start-run';

interface HeldBackProps {
  readonly run: Run;
  readonly facts: AttendanceFacts;
}

/** Rows went missing in number: nothing was superseded until somebody says that they are really gone. */
export function HeldBack({ run, facts }: HeldBackProps) {
  const { t, number } = useLanguage();
  const { modal } = App.useApp();
  const navigate = useNavigate();
  const mayStart = useMay('runs:start');
  const again = useStartAttendanceRun(run.corpId, (runId) => void navigate(`/runs/${runId}`));
  const range = rangeOver(facts.heldBack);
  if (range === undefined) return null;
  const rows = number(countOf(run, 'heldBack'));

  function ask() {
    if (range === undefined) return;
    modal.confirm({
      title: t('att.held.accept.title', { rows }),
      content: (
        <>
          <p>{t('att.held.accept.about', { from: range.from, to: range.to })}</p>
          <p>{t(whoIsRead(facts))}</p>
        </>
      ),
      okText: t('att.held.accept'),
      okButtonProps: { danger: true },
      cancelText: t('action.cancel'),
      onOk: () =>
        again.mutate({
          ...range,
          kinds: facts.kinds,
          reads: facts.reads,
          ...(facts.ruleId === null ? {} : { ruleId: facts.ruleId }),
          ...(facts.userIds === null ? {} : { userIds: facts.userIds }),
          acceptLoss: true,
        }),
    });
  }

  return (
    <Alert
      type="warning"
      showIcon
      title={t('att.held.title', { rows })}
      description={
        <>
          <div>{t('att.held.about')}</div>
          <ul className="where-list">
            {joined(facts.heldBack).map((stretch) => (
              <li key={stretch.from}>
                <DayRangeWords range={stretch} />
              </li>
            ))}
          </ul>
          {mayStart && !isOpen(run) && (
            <div className="att-alarm-action">
              <Button danger loading={again.isPending} onClick={ask}>
                {t('att.held.accept')}
              </Button>
            </div>
          )}
        </>
      }
    />
  );
}

function whoIsRead({ ruleId, userIds }: AttendanceFacts) {
  if (userIds !== null) return 'att.held.accept.named';
  return ruleId === null ? 'att.held.accept.everybody' : 'att.held.accept.rule';
}
