import type { Plan, ReadExtent } from '../api/push';
import { useLanguage } from '../language/use-language';
import { Mark, type MarkIcon, type Tone } from '../parts/mark';
import { TimeAgo } from '../parts/time';

/** Whether both sides were read whole: without that nobody is disabled or deleted. */
export function PlanCompleteness({ plan }: { readonly plan: Plan }) {
  const { t, number } = useLanguage();
  const { oa, wecom, missingFields, notes } = plan.completeness;
  const whole = oa.reading === 'complete' && wecom.reading === 'complete';
  const was = (last: number | null) => (last === null ? '' : t('plan.read.last', { count: number(last) }));
  return (
    <div className="plan-reads">
      <Mark tone={whole ? 'good' : 'bad'}>{t(whole ? 'plan.read.whole' : 'plan.read.gap')}</Mark>
      <dl className="plan-reads-table">
        <dt>{t('plan.read.oa')}</dt>
        <dd>
          <Reading reading={oa.reading} />{' '}
          {oa.users !== null &&
            t('plan.read.oa.extent', {
              users: number(oa.users),
              departments: number(oa.departments ?? 0),
            })}
          <span className="quiet"> {was(oa.lastUsers)}</span>
          {oa.fedAt !== null && (
            <span className="quiet small">
              {' · '}
              {t('plan.read.fed')} <TimeAgo at={oa.fedAt} />
            </span>
          )}
        </dd>
        <dt>{t('plan.read.wecom')}</dt>
        <dd>
          <Reading reading={wecom.reading} />{' '}
          {wecom.departments && <Extent of="departments" extent={wecom.departments} />}
          {wecom.members && (
            <>
              {t('list.comma')}
              <Extent of="members" extent={wecom.members} />
            </>
          )}
          <span className="quiet"> {was(wecom.lastMembers)}</span>
        </dd>
        {missingFields.length > 0 && (
          <>
            <dt>{t('plan.read.missing')}</dt>
            <dd>
              <details>
                <summary>{t('plan.read.missing.count', { count: missingFields.length })}</summary>
                <ul className="where-list">
                  {missingFields.map(({ field, text }) => (
                    <li key={field}>{text}</li>
                  ))}
                </ul>
              </details>
            </dd>
          </>
        )}
        {(plan.lookUps.asked > 0 || plan.lookUps.notLookedUp > 0) && (
          <>
            <dt>{t('plan.look-ups')}</dt>
            <dd>
              {t('plan.look-ups.extent', {
                asked: number(plan.lookUps.asked),
                budget: number(plan.lookUps.budget),
              })}
              {plan.lookUps.notLookedUp > 0 && (
                <span className="quiet">
                  {' · '}
                  {t('plan.look-ups.left', { count: number(plan.lookUps.notLookedUp) })}
                </span>
              )}
            </dd>
          </>
        )}
      </dl>
      {notes.length > 0 && (
        <ul className="where-list">
          {notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

const readingLooks: Readonly<Record<string, { readonly tone: Tone; readonly icon: MarkIcon }>> = {
  complete: { tone: 'good', icon: 'good' },
  incomplete: { tone: 'bad', icon: 'bad' },
  'loss-unconfirmed': { tone: 'warn', icon: 'warn' },
};

function Reading({ reading }: { readonly reading: string | null }) {
  const { maybe } = useLanguage();
  if (reading === null) return null;
  const look = readingLooks[reading] ?? { tone: 'quiet', icon: 'quiet' };
  return <Mark {...look}>{maybe(`plan.reading.${reading}`) ?? reading}</Mark>;
}

function Extent({
  of,
  extent: { read, expected },
}: {
  readonly of: 'departments' | 'members';
  readonly extent: ReadExtent;
}) {
  const { t, number } = useLanguage();
  const text = t(`plan.read.${of}`, { read: number(read), expected: number(expected) });
  return read < expected ? <strong className="mark-bad">{text}</strong> : <span>{text}</span>;
}
