import { type ReactNode, useEffect, useRef } from 'react';
import type { ChangeFilter, Plan, PushFacts } from '../api/push';
import { isOpen, type Run } from '../api/runs';
import { type Translate, useLanguage } from '../language/use-language';
import { type MarkIcon, markIcon, type Tone } from '../parts/mark';
import { Duration, TimeAgo } from '../parts/time';
import { phaseLooks, PhaseMark } from '../runs/phase-mark';
import { parsedFilter } from './change-filter';
import { hasWork } from './counts-in-words';
import { writesToOa } from './target';
import { tileLook } from './tile-looks';

interface PlanStripProps {
  readonly run: Run;
  readonly push: PushFacts;
  readonly plan: Plan | undefined;
  readonly buttons: ReactNode;
  readonly onFilter: (filter: ChangeFilter) => void;
}

/** Also said when it is zero: that nobody is deleted is what people look for. */
const alwaysShown: ReadonlySet<string> = new Set(['delete', 'disable', 'depart']);

/** The verdict, and what to do about it: stays on the screen however far the list is scrolled. */
export function PlanStrip({ run, push, plan, buttons, onFilter }: PlanStripProps) {
  const { t, maybe, number } = useLanguage();
  const strip = useRef<HTMLElement>(null);
  useEffect(() => {
    const element = strip.current;
    if (!element) return;
    // The head of the list sticks below the strip, whose height follows its words.
    const observer = new ResizeObserver(() => {
      document.documentElement.style.setProperty('--strip-height', `${element.offsetHeight}px`);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const { tone, icon } = look(run);
  const dangerous = (plan?.tiles ?? []).filter(
    ({ dangerous: may, count, kind, key }) =>
      may && (count > 0 || (kind === 'people' && alwaysShown.has(key))),
  );
  return (
    <section ref={strip} className={`plan-strip verdict mark-${tone}`} aria-label={t('plan.verdict')}>
      <span className="verdict-icon">{markIcon(icon)}</span>
      <div className="verdict-words">
        <strong aria-live="polite">{sentence(run, push, t, number)}</strong>
        <span className="plan-strip-line">
          <PhaseMark phase={run.phase} mode={run.mode} />
          {dangerous.map((tile) => {
            const { colour, icon: sign } = tileLook(tile.key);
            const label = `${maybe(`plan.chip.${tile.kind}.${tile.key}`) ?? tile.key}`;
            const words = (
              <>
                {sign} {number(tile.count)} {label}
              </>
            );
            const { filter } = tile;
            return tile.count > 0 && filter !== null ? (
              <button
                key={`${tile.kind} ${tile.key}`}
                type="button"
                className={`chip pill-${colour}`}
                onClick={() => onFilter(parsedFilter(filter))}
              >
                {words}
              </button>
            ) : (
              <span key={`${tile.kind} ${tile.key}`} className="chip chip-zero">
                {words}
              </span>
            );
          })}
          <span className="quiet small only-wide">
            {isOpen(run) ? (
              <>
                {t('run.running-for')} <Duration from={run.startedAt} to={null} />
              </>
            ) : (
              run.finishedAt !== null && <TimeAgo at={run.finishedAt} />
            )}
          </span>
        </span>
      </div>
      <div className="verdict-actions">{buttons}</div>
    </section>
  );
}

const verdictLooks: Readonly<Record<string, { readonly tone: Tone; readonly icon: MarkIcon }>> = {
  pass: { tone: 'good', icon: 'good' },
  hold: { tone: 'warn', icon: 'warn' },
  blocked: { tone: 'bad', icon: 'stopped' },
  stopped: { tone: 'bad', icon: 'stopped' },
};

function look(run: Run): { readonly tone: Tone; readonly icon: MarkIcon } {
  const { phase, mode, verdict, progress } = run;
  if (phase === 'done' && mode === 'apply' && progress.failed > 0) return { tone: 'warn', icon: 'warn' };
  if (phase === 'done' && mode === 'simulate') {
    return (verdict && verdictLooks[verdict.kind]) ?? phaseLooks[phase];
  }
  return phaseLooks[phase];
}

function sentence(run: Run, push: PushFacts, t: Translate, number: (value: number) => string): string {
  const { phase, progress, verdict } = run;
  const done = number(progress.done);
  const failed = number(progress.failed);
  const total = number(progress.total);
  switch (phase) {
    case 'reading':
      return t('plan.verdict.reading');
    case 'planning':
      return t('plan.verdict.planning');
    case 'blocked':
    case 'awaiting-approval':
      return verdict?.summary ?? t(`verdict.${phase}`);
    case 'applying':
      return t(writesToOa(run) ? 'plan.verdict.applying.oa' : 'plan.verdict.applying', { done, total });
    case 'paused':
      return t(run.error ? 'plan.verdict.paused.error' : 'plan.verdict.paused', { done, total });
    case 'done':
      if (!hasWork(run.counts) && progress.total === 0) return t('plan.nothing');
      if (run.mode === 'simulate') return verdict?.summary ?? t('verdict.done');
      if (progress.failed > 0) return t('plan.verdict.done.failed', { done, failed });
      if (push.held > 0) return t('plan.verdict.done.held', { done, held: number(push.held) });
      return t('plan.verdict.done', { done });
    case 'failed':
      return verdict?.kind === 'stopped' ? verdict.summary : t('plan.verdict.failed', { done, total });
    case 'rejected':
      return t('plan.verdict.rejected', { done });
    case 'cancelled':
      return t('plan.verdict.cancelled', { done, total });
    case 'expired':
      return t('plan.verdict.expired', { done });
  }
}
