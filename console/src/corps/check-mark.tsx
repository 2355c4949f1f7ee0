import type { CheckSummary } from '../api/corps';
import { useLanguage } from '../language/use-language';
import { Mark } from '../parts/mark';
import { TimeAgo } from '../parts/time';

export function CheckMark({ check }: { readonly check: CheckSummary | null }) {
  const { t } = useLanguage();
  if (check === null) return <Mark tone="quiet">{t('check.never')}</Mark>;
  return (
    <span className="row">
      {check.ok ? (
        <Mark tone="good">{t('check.ok')}</Mark>
      ) : (
        <Mark tone="bad">{t('check.failed', { failed: check.failed })}</Mark>
      )}
      <span className="quiet small">
        <TimeAgo at={check.at} />
      </span>
    </span>
  );
}
