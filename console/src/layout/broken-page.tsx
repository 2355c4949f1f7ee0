import { Button, Result } from 'antd';
import { useRouteError } from 'react-router';
import { useLanguage } from '../language/use-language';

/** Also what is seen when a chunk is gone because the server has been updated: a reload fetches the new ones. */
export function BrokenPage() {
  const { t } = useLanguage();
  const error = useRouteError();
  return (
    <Result
      status="error"
      title={t('broken.title')}
      subTitle={error instanceof Error ? error.message : undefined}
      extra={
        <Button type="primary" onClick={() => window.location.reload()}>
          {t('broken.reload')}
        </Button>
      }
    />
  );
}
