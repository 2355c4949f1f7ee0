import { useState } from 'react';
import type { PushFacts } from '../api/push';
import type { Run } from '../api/runs';
import { useLanguage } from '../language/use-language';
import { Duration } from '../parts/time';
import { FactLine } from './fact-line';
import { writesToOa } from './target';

/** WeCom's published limit for one API of one corp. */
const wecomCallsPerMinute = 10_000;
const lookBackMs = 30_000;

interface Sample {
  readonly at: number;
  readonly finished: number;
  readonly calls: Readonly<Record<string, number>>;
}

interface ApplyProgressProps {
  readonly run: Run;
  readonly push: PushFacts;
  /** When these numbers were read. */
  readonly readAt: number;
}

/** How far the writing has come, how fast it goes, and how long it will take at this pace. */
export function ApplyProgress({ run, push, readAt }: ApplyProgressProps) {
  const { t, number } = useLanguage();
  const { done, failed, total } = run.progress;
  const [samples, setSamples] = useState<readonly Sample[]>([]);
  if (samples.at(-1)?.at !== readAt) {
    const sample = { at: readAt, finished: done + failed, calls: run.apiCalls };
    setSamples([...samples.filter(({ at }) => readAt - at <= lookBackMs), sample]);
  }
  const pace = paceOf(samples);
  const left = Math.max(0, total - done - failed);
  const share = (part: number) => `${total === 0 ? 0 : (part / total) * 100}%`;
  const applying = run.phase === 'applying';
  return (
    <div className="apply">
      <div
        className="apply-bar"
        role="progressbar"
        aria-label={t('plan.progress')}
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={done + failed}
      >
        <span className="apply-done" style={{ width: share(done) }} />
        <span className="apply-failed" style={{ width: share(failed) }} />
      </div>
      <FactLine
        items={[
          [
            t('plan.progress'),
            t('plan.progress.words', { done: number(done), total: number(total), failed: number(failed) }),
          ],
          applying && [
            t('plan.pace'),
            pace === undefined
              ? t('plan.pace.measuring')
              : writesToOa(run)
                ? t('plan.pace.writes', { writes: number(Math.round(pace.finishedPerMinute)) })
                : t('plan.pace.words', {
                    writes: number(Math.round(pace.finishedPerMinute)),
                    calls: number(Math.round(pace.busiestCallsPerMinute)),
                    limit: number(wecomCallsPerMinute),
                    percent: number(Math.ceil((pace.busiestCallsPerMinute / wecomCallsPerMinute) * 100)),
                  }),
          ],
          applying &&
            pace !== undefined &&
            pace.finishedPerMinute > 0 && [
              t('plan.time-left'),
              t('plan.time-left.about', { words: aboutMinutes(left / pace.finishedPerMinute, t) }),
            ],
          push.approvedAt !== null && [
            t('plan.since-approval'),
            <Duration from={push.approvedAt} to={run.finishedAt} />,
          ],
          push.held > 0 && [t('plan.tile.held'), number(push.held)],
        ]}
      />
    </div>
  );
}

function aboutMinutes(minutes: number, t: ReturnType<typeof useLanguage>['t']): string {
  const seconds = Math.round(minutes * 60);
  if (seconds < 60) return t('duration.seconds', { seconds });
  const whole = Math.round(minutes);
  return whole < 60
    ? t('plan.minutes', { minutes: whole })
    : t('duration.hours', { hours: Math.floor(whole / 60), minutes: whole % 60 });
}

function paceOf(samples: readonly Sample[]) {
  const first = samples[0];
  const last = samples.at(-1);
  if (!first || !last || last.at - first.at < 2_000) return undefined;
  const minutes = (last.at - first.at) / 60_000;
  const busiest = Object.entries(last.calls).reduce(
    (most, [path, calls]) => Math.max(most, calls - (first.calls[path] ?? 0)),
    0,
  );
  return {
    finishedPerMinute: (last.finished - first.finished) / minutes,
    busiestCallsPerMinute: busiest / minutes,
  };
}
