import { Button, Result } from 'antd';
import { Link } from 'react-router';
import { useLanguage } from '../language/use-language';

export function NotFoundPage() {
  const { t } = useLanguage();
  return (
    <Result
      status="404"
      title={<h1 style={{ fontSize: 22, margin: 0 }}>{t('not-found.title')}</h1>}
      subTitle={t('not-found.lead')}
      extra={
        <Link to="/">
          <Button type="primary">{t('not-found.home')}</Button>
        </Link>
      }
    />
  );
}
