import { PlusOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button, Card, Empty, Tag } from 'antd';
import { Link } from 'react-router';
import { type Corp, corpsQuery } from '../api/corps';
import { useLanguage } from '../language/use-language';
import { Facts } from '../parts/facts';
import { Page } from '../parts/page';
import { QueryView } from '../parts/query-view';
import { useMay } from '../session/use-session';
import { CheckMark } from './check-mark';

export function Component() {
  const { t } = useLanguage();
  const mayWrite = useMay('corps:write');
  const corps = useQuery(corpsQuery);
  const connect = mayWrite && (
    <Link to="/corps/new">
      <Button type="primary" icon={<PlusOutlined />}>
        {t('corps.connect')}
      </Button>
    </Link>
  );
  return (
    <Page title={t('corps.title')} lead={t('corps.lead')} actions={connect}>
      <QueryView query={corps}>
        {(items) =>
          items.length === 0 ? (
            <Card>
              <Empty description={t('corps.empty')}>{connect}</Empty>
            </Card>
          ) : (
            <div className="corp-grid">
              {items.map((corp) => (
                <CorpCard key={corp.id} corp={corp} />
              ))}
            </div>
          )
        }
      </QueryView>
    </Page>
  );
}

function CorpCard({ corp }: { readonly corp: Corp }) {
  const { t, number } = useLanguage();
  return (
    <Card
      title={<Link to={`/corps/${corp.id}`}>{corp.name}</Link>}
      extra={
        <>
          {corp.isDemo && <Tag className="demo-tag">{t('corp.demo')}</Tag>}
          <Tag>{t(`kind.${corp.kind}`)}</Tag>
        </>
      }
    >
      <Facts
        items={[
          [t('corp.corp-id'), <span className="mono">{corp.corpId}</span>],
          [t('corp.check'), <CheckMark check={corp.lastCheck} />],
          [t('corp.access'), t(`access.${corp.access}`)],
          [
            t('corp.apps'),
            corp.apps.length === 0
              ? t('corp.apps.none')
              : corp.apps.map(({ name }) => name).join(t('list.comma')),
          ],
          corp.accountLimit !== null && [t('corp.account-limit'), number(corp.accountLimit)],
        ]}
      />
    </Card>
  );
}
