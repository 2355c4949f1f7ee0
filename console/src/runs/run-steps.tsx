import { Steps } from 'antd';
import { isOpen, type Run, type RunPhase, type RunStep } from '../api/runs';
import { useLanguage } from '../language/use-language';
import { Mark } from '../parts/mark';
import { useNarrow } from '../parts/use-narrow';

const pullPhases = ['reading', 'planning', 'applying', 'done'] as const satisfies readonly RunPhase[];

/** The order in which a pull reads; steps this console doesn't know come last. */
const readingOrder = ['departments', 'member-ids', 'details'];

/** A pull's phases, and below them how far the reading has come. */
export function RunSteps({ run }: { readonly run: Run }) {
  const { t, maybe, number } = useLanguage();
  const narrow = useNarrow();
  const running = isOpen(run);
  // The steps that were finished say how far a run came that ended early.
  const reached = (pullPhases as readonly RunPhase[]).includes(run.phase)
    ? (pullPhases as readonly RunPhase[]).indexOf(run.phase)
    : run.steps.length > 0 && run.steps.every(({ done }) => done)
      ? 1
      : 0;
  const status = run.phase === 'done' ? 'finish' : running ? 'process' : 'error';
  return (
    <>
      <Steps
        size="small"
        orientation={narrow ? 'vertical' : 'horizontal'}
        current={reached}
        status={status}
        items={pullPhases.map((phase) => ({ title: t(`pull.phase.${phase}`) }))}
      />
      {run.steps.length > 0 && (
        <ul className="steps-list" style={{ marginTop: 12 }}>
          {inReadingOrder(run.steps).map(({ step, done, pages, rows }) => (
            <li key={step} className="step-row">
              {done ? <Mark tone="good">{''}</Mark> : <Mark tone={running ? 'busy' : 'quiet'}>{''}</Mark>}
              <span>
                {maybe(`step.${step}`) ?? step}
                <span className="small quiet">
                  {' '}
                  {t(done ? 'step.done' : running ? 'step.running' : 'step.unfinished')}
                </span>
              </span>
              <span className="quiet">{t('step.extent', { rows: number(rows), pages: number(pages) })}</span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function inReadingOrder(steps: readonly RunStep[]): readonly RunStep[] {
  const place = ({ step }: RunStep) =>
    readingOrder.includes(step) ? readingOrder.indexOf(step) : readingOrder.length;
  return [...steps].sort((a, b) => place(a) - place(b));
}
