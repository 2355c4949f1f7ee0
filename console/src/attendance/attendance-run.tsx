import { Card } from 'antd';
import { Link } from 'react-router';
import type { AttendanceFacts } from '../api/attendance';
import { isOpen, type Run } from '../api/runs';
import '../departures/departures.css';
import { useLanguage } from '../language/use-language';
import { Facts } from '../parts/facts';
import { CallTable } from '../runs/call-table';
import { RunFacts } from '../runs/run-facts';
import './attendance.css';
import { DayRangeWords } from './day-range-words';
import { HeldBack } from './held-back';
import { AttendanceCountTiles, countOf } from './run-counts';
import { AttendanceProgress } from './run-progress';
import { UnknownPeople } from './unknown-people';
import { whatIsRead } from './what-is-read';

interface AttendanceRunProps {
  readonly run: Run;
  readonly facts: AttendanceFacts;
}

/** What a run that reads check-in data asked for, how far it has come, and what came of it. */
export default function AttendanceRun({ run, facts }: AttendanceRunProps) {
  const { t } = useLanguage();
  const unknown = Math.max(countOf(run, 'unknownPeople'), facts.unknownPeople.length);
  return (
    <>
      <HeldBack run={run} facts={facts} />
      <AttendanceCountTiles run={run} />
      <div className="two-columns">
        <div className="stack">
          <Card title={t('run.steps')}>
            <AttendanceProgress run={run} />
          </Card>
          <Card title={t('att.run.asked')}>
            <Asked run={run} facts={facts} />
          </Card>
          {unknown > 0 && (
            <Card title={t('att.unknown')}>
              <UnknownPeople corpId={run.corpId} facts={facts} total={unknown} />
            </Card>
          )}
        </div>
        <div className="stack">
          <Card title={t('run.calls')}>
            <CallTable run={run} />
          </Card>
          <Card title={t('run.facts')}>
            <RunFacts run={run} />
          </Card>
        </div>
      </div>
      {!isOpen(run) && (
        <div className="row">
          <Link
            to={`/corps/${run.corpId}/attendance?view=records&from=${facts.from}&to=${facts.to}&state=all`}
          >
            {t('att.run.records')}
          </Link>
          <Link to={`/corps/${run.corpId}/attendance?view=runs`}>{t('att.run.others')}</Link>
        </div>
      )}
    </>
  );
}

function Asked({ run, facts }: AttendanceRunProps) {
  const { t, number } = useLanguage();
  const { ruleId, ruleName, reads, kinds, timezone, dayStartsAt, people, acceptLoss } = facts;
  return (
    <Facts
      items={[
        [
          t('att.rule'),
          ruleName === null ? (
            <span className="quiet">{t('att.rule.none')}</span>
          ) : ruleId === null ? (
            t('att.rule.gone', { name: ruleName })
          ) : (
            <Link to={`/corps/${run.corpId}/attendance?view=rules&edit=${ruleId}`}>{ruleName}</Link>
          ),
        ],
        [t('att.range'), <DayRangeWords range={facts} />],
        [t('att.people'), number(people)],
        [t('att.reads'), whatIsRead(reads, kinds, t)],
        [t('att.day-starts'), `${dayStartsAt} · ${timezone}`],
        acceptLoss && [t('att.held.accepted'), t('att.held.accepted.about')],
      ]}
    />
  );
}
