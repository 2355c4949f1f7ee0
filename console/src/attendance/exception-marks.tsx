import type { ExceptionCode } from '../api/attendance';
import { useLanguage } from '../language/use-language';
import { Mark } from '../parts/mark';
import { byWeight, exceptionLooks } from './exception-looks';

interface ExceptionMarksProps {
  readonly codes: readonly ExceptionCode[];
  /** Left out where nothing is out of the ordinary. */
  readonly normal?: boolean;
}

export function ExceptionMarks({ codes, normal = false }: ExceptionMarksProps) {
  const { t, maybe } = useLanguage();
  if (codes.length === 0) return normal ? <span className="quiet">{t('att.exception.none')}</span> : null;
  return (
    <span className="att-marks">
      {byWeight(codes).map((code) => {
        const { tone, icon } = exceptionLooks[code] ?? { tone: 'warn', icon: 'warn' };
        return (
          <span key={code} className={`att-mark att-mark-${tone}`}>
            <Mark tone={tone} icon={icon}>
              {maybe(`att.exception.${code}`) ?? code}
            </Mark>
          </span>
        );
      })}
    </span>
  );
}
