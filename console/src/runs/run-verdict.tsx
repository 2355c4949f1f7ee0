import { isOpen, type Run } from '../api/runs';
import { countOf } from '../attendance/run-counts';
import { type Translate, useLanguage } from '../language/use-language';
import { Duration, TimeAgo } from '../parts/time';
import { Verdict } from '../parts/verdict';
import { phaseLooks } from './phase-mark';
import type { ReactNode } from 'react';

export function RunVerdict({ run, actions }: { readonly run: Run; readonly actions: ReactNode }) {
  const { t, number } = useLanguage();
  const incomplete = run.phase === 'done' && run.completeness?.complete === false;
  const held = run.direction === 'attendance' && run.phase === 'done' && countOf(run, 'heldBack') > 0;
  const look = incomplete || held ? ({ tone: 'warn', icon: 'warn' } as const) : phaseLooks[run.phase];
  return (
    <Verdict {...look} title={sentence(run, t, number)} actions={actions}>
      <span className="quiet">
        {isOpen(run) ? (
          <>
            {t('run.running-for')} <Duration from={run.startedAt} to={null} />
          </>
        ) : (
          <>
            {t('run.took')} <Duration from={run.startedAt} to={run.finishedAt ?? run.startedAt} />
            {run.finishedAt !== null && (
              <>
                {' · '}
                <TimeAgo at={run.finishedAt} />
              </>
            )}
          </>
        )}
      </span>
    </Verdict>
  );
}

function attendanceSentence(run: Run, t: Translate, number: (value: number) => string): string | undefined {
  const count = (name: 'read' | 'new' | 'changed' | 'superseded' | 'heldBack') => number(countOf(run, name));
  switch (run.phase) {
    case 'planning':
      return t('att.verdict.planning');
    case 'reading':
      return t('att.verdict.reading', { read: count('read') });
    case 'paused':
      return t('att.verdict.paused', { read: count('read') });
    case 'cancelled':
      return t('att.verdict.cancelled', { read: count('read') });
    case 'done':
      return t(countOf(run, 'heldBack') > 0 ? 'att.verdict.held' : 'att.verdict.done', {
        ...{ read: count('read'), new: count('new'), changed: count('changed') },
        ...{ superseded: count('superseded'), held: count('heldBack') },
      });
    default:
      return undefined;
  }
}

function sentence(run: Run, t: Translate, number: (value: number) => string): string {
  const ofAttendance = run.direction === 'attendance' ? attendanceSentence(run, t, number) : undefined;
  if (ofAttendance !== undefined) return ofAttendance;
  const count = (name: string) => number(run.counts[name] ?? 0);
  const rowsOf = (wanted: string) => run.steps.find(({ step }) => step === wanted)?.rows ?? 0;
  switch (run.phase) {
    case 'reading': {
      const [departments, members] = [rowsOf('departments'), rowsOf('member-ids')];
      return departments === 0
        ? t('verdict.reading.start')
        : t('verdict.reading', { departments: number(departments), members: number(members) });
    }
    case 'planning':
      return t('verdict.planning');
    case 'applying':
      return t(run.direction === 'pull' ? 'verdict.merging' : 'verdict.applying');
    case 'done': {
      if (run.direction === 'push') return t('verdict.done');
      if (run.completeness?.complete === false) return t('verdict.incomplete');
      const params = {
        members: number(run.completeness?.members.read ?? 0),
        departments: number(run.completeness?.departments.read ?? 0),
        created: count('createUser'),
        updated: count('updateUser'),
        gone: count('deleteUser'),
      };
      return t(run.mode === 'simulate' ? 'verdict.pulled.simulated' : 'verdict.pulled', params);
    }
    case 'failed':
      return t('verdict.failed');
    case 'blocked':
    case 'awaiting-approval':
    case 'paused':
    case 'rejected':
    case 'cancelled':
    case 'expired':
      return t(`verdict.${run.phase}`);
  }
}
