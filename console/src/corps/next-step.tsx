import { Button } from 'antd';
import { Link } from 'react-router';
import type { Corp } from '../api/corps';
import { useLanguage } from '../language/use-language';
import { Verdict } from '../parts/verdict';

/** What stands between this corp and its first pull. */
export function NextStep({ corp }: { readonly corp: Corp }) {
  const { t } = useLanguage();
  if (corp.apps.length > 0) return null;
  return (
    <Verdict
      tone="busy"
      icon="info"
      title={t('next.app')}
      actions={
        <Link to={`/corps/${corp.id}/apps`}>
          <Button>{t('next.app.go')}</Button>
        </Link>
      }
    >
      <span className="quiet">{t('next.app.about')}</span>
    </Verdict>
  );
}
