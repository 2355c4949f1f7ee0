import { CloudDownloadOutlined } from '@ant-design/icons';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Button, Card, Select } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import {
  attendanceRulesQuery,
  attendanceRunsQuery,
  type AttendanceSettings,
  attendanceSummaryQuery,
} from '../api/attendance';
import type { Corp } from '../api/corps';
import { isOpen, phases, type Run } from '../api/runs';
import { useLanguage } from '../language/use-language';
import { FailureNotice } from '../parts/failure-notice';
import { LoadMore } from '../parts/load-more';
import { RunList } from '../runs/run-list';
import { useMay } from '../session/use-session';
import { DayRangeWords } from './day-range-words';
import { DeliveryCard } from './delivery-state';
import { HeldBack } from './held-back';
import { NextStep } from './next-step';
import { AttendanceCountWords, countOf } from './run-counts';
import { AttendanceProgress, AttendanceRunButtons } from './run-progress';
import { StartRunDialog } from './start-run-dialog';
import { UnknownPeople } from './unknown-people';
import { useAttendanceView } from './use-attendance-view';

interface RunsViewProps {
  readonly corp: Corp;
  readonly settings: AttendanceSettings;
}

/** What is being read, what was read, and how far the OA has been told. */
export function RunsView({ corp, settings }: RunsViewProps) {
  const { t } = useLanguage();
  const mayStart = useMay('runs:start');
  const { rule, phase, change } = useAttendanceView();
  const [starting, setStarting] = useState(false);
  const rules = useQuery(attendanceRulesQuery(corp.id));
  const summary = useQuery(attendanceSummaryQuery(corp.id));
  const runs = useInfiniteQuery({
    ...attendanceRunsQuery(corp.id, { ruleId: rule, phase }),
    placeholderData: (before) => before,
  });
  const rows = runs.data?.pages.flatMap(({ items }) => items) ?? [];
  const narrowed = rule !== undefined || phase !== undefined;
  const needsSomebody = rows.filter((run) => !isOpen(run)).find((run) => needsALook(run));
  return (
    <>
      <div className="spread">
        <p className="quiet att-lead">{t('att.runs.lead')}</p>
        {mayStart && settings.configured && (
          <Button type="primary" icon={<CloudDownloadOutlined />} onClick={() => setStarting(true)}>
            {t('att.run.start')}
          </Button>
        )}
      </div>
      {rows.filter(isOpen).map((run) => (
        <OpenRun key={run.id} run={run} />
      ))}
      {needsSomebody !== undefined && needsSomebody.id === rows.find((run) => !isOpen(run))?.id && (
        <LastRun run={needsSomebody} />
      )}
      {summary.data !== undefined && settings.configured && (
        <DeliveryCard corpId={corp.id} summary={summary.data} />
      )}
      <Card title={<h2 className="set-heading">{t('att.runs.history')}</h2>}>
        <div className="stack">
          <div className="members-filter">
            <Select
              allowClear
              aria-label={t('att.rule')}
              placeholder={t('att.runs.all-rules')}
              value={rule}
              onChange={(ruleId: string | undefined) => change({ rule: ruleId })}
              options={(rules.data ?? []).map(({ ruleId, name }) => ({ value: ruleId, label: name }))}
            />
            <Select
              allowClear
              aria-label={t('runs.phase')}
              placeholder={t('runs.all-phases')}
              value={phase}
              onChange={(value: string | undefined) => change({ phase: value })}
              options={phases
                .filter((value) => ofAttendance.includes(value))
                .map((value) => ({ value, label: t(`phase.${value}`) }))}
            />
          </div>
          {runs.error !== null && <FailureNotice error={runs.error} onRetry={() => void runs.refetch()} />}
          <RunList
            runs={rows}
            withCorp={false}
            loading={runs.isPending}
            empty={
              narrowed ? (
                <>
                  <p>{t('att.runs.filtered')}</p>
                  <Button onClick={() => change({ rule: undefined, phase: undefined })}>
                    {t('att.filter.clear')}
                  </Button>
                </>
              ) : (
                <>
                  <p>{t('att.runs.empty')}</p>
                  <NextStep settings={settings} />
                </>
              )
            }
          />
          <LoadMore {...runs} />
        </div>
      </Card>
      {starting && (
        <StartRunDialog
          corpId={corp.id}
          settings={settings}
          rules={rules.data ?? []}
          onClose={() => setStarting(false)}
        />
      )}
    </>
  );
}

/** Others belong to plans, which attendance has none of. */
const ofAttendance: readonly string[] = ['planning', 'reading', 'paused', 'done', 'failed', 'cancelled'];

const needsALook = (run: Run): boolean =>
  countOf(run, 'heldBack') > 0 || (run.attendance?.unknownPeople.length ?? 0) > 0;

function OpenRun({ run }: { readonly run: Run }) {
  const { t } = useLanguage();
  const { attendance } = run;
  return (
    <Card size="small" className="att-open-run">
      <div className="stack att-tight">
        <div className="spread">
          <span>
            <Link to={`/runs/${run.id}`}>
              <strong>{attendance?.ruleName ?? t('att.rule.none')}</strong>
            </Link>{' '}
            {attendance != null && <DayRangeWords range={attendance} />}
          </span>
          <span className="row">
            <AttendanceRunButtons run={run} />
          </span>
        </div>
        <AttendanceProgress run={run} />
        {countOf(run, 'read') > 0 && (
          <span className="small">
            <AttendanceCountWords run={run} />
          </span>
        )}
      </div>
    </Card>
  );
}

/** The newest that has ended, where it left something to decide or to look at. */
function LastRun({ run }: { readonly run: Run }) {
  const { t } = useLanguage();
  const { attendance } = run;
  if (attendance == null) return null;
  const unknown = Math.max(countOf(run, 'unknownPeople'), attendance.unknownPeople.length);
  return (
    <>
      {countOf(run, 'heldBack') > 0 && <HeldBack run={run} facts={attendance} />}
      {unknown > 0 && (
        <Card title={<h2 className="set-heading">{t('att.unknown')}</h2>}>
          <UnknownPeople corpId={run.corpId} facts={attendance} total={unknown} />
        </Card>
      )}
    </>
  );
}
