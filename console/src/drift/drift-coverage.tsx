import type { CoveredField, DriftCoverage } from '../api/drift';
import { useLanguage } from '../language/use-language';
import { Mark } from '../parts/mark';
import { neverLooked } from './last-look';

const ways = ['event', 'pull'] as const;

/** An empty list only says something together with what could have been seen. */
export function DriftCoverageBox({ coverage }: { readonly coverage: DriftCoverage }) {
  const { t, number } = useLanguage();
  const { members, departments, fields, note } = coverage;
  // Then every field would say the same.
  if (neverLooked(coverage)) return <p className="quiet">{t('drift.looked.never')}</p>;
  // “Name” alone could be a member's or a department's.
  const word = ({ kind, fieldName }: CoveredField) =>
    kind === 'department' ? t('drift.coverage.of-department', { field: fieldName }) : fieldName;
  const unseen = fields.filter(({ observable }) => !observable);
  return (
    <div className="drift-coverage">
      <Mark tone={members.observed >= members.total ? 'good' : 'warn'}>
        {t('drift.coverage.members', { observed: number(members.observed), total: number(members.total) })}
      </Mark>
      {departments.observed < departments.total && (
        <div>
          <Mark tone="warn">
            {t('drift.coverage.departments', {
              observed: number(departments.observed),
              total: number(departments.total),
            })}
          </Mark>
        </div>
      )}
      <div className="drift-coverage-parts">
        {unseen.length === 0 ? (
          <p className="quiet">{t('drift.coverage.not.none')}</p>
        ) : (
          <section>
            <h3 className="set-subheading">{t('drift.coverage.not')}</h3>
            <dl>
              {unseen.map((field) => (
                <div key={keyOf(field)}>
                  <dt>{word(field)}</dt>
                  <dd className="small quiet">{field.why}</dd>
                </div>
              ))}
            </dl>
          </section>
        )}
        {ways.map((way) => {
          const seen = fields.filter(({ observable, how }) => observable && how === way);
          return (
            seen.length > 0 && (
              <section key={way}>
                <h3 className="set-subheading">{t(`drift.coverage.${way}`)}</h3>
                <ul className="drift-fields">
                  {seen.map((field) => (
                    <li key={keyOf(field)} title={field.why}>
                      {word(field)}
                    </li>
                  ))}
                </ul>
              </section>
            )
          );
        })}
      </div>
      <p className="small quiet">{note === '' ? t('drift.coverage.nobody') : note}</p>
    </div>
  );
}

const keyOf = ({ kind, field }: CoveredField) => `${kind} ${field}`;
