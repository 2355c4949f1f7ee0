import { ReloadOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button, Card } from 'antd';
import { type Corp, networkQuery } from '../api/corps';
import { useLanguage } from '../language/use-language';
import { CopyField } from '../parts/copy-field';
import { QueryView } from '../parts/query-view';
import { TimeAgo } from '../parts/time';

export function NetworkTab({ corp }: { readonly corp: Corp }) {
  const { t } = useLanguage();
  const network = useQuery(networkQuery(corp.id));
  return (
    <div className="stack">
      <div className="spread">
        <span className="quiet">
          {network.data?.checkedAt && (
            <>
              {t('network.checked')} <TimeAgo at={network.data.checkedAt} />
            </>
          )}
        </span>
        <Button icon={<ReloadOutlined />} loading={network.isFetching} onClick={() => void network.refetch()}>
          {t('action.refresh')}
        </Button>
      </div>
      <QueryView query={network}>
        {({ publicIp, apiDomainIps, callbackIps }) => (
          <>
            <Card title={t('network.public-ip')}>
              <p className="quiet" style={{ marginTop: 0 }}>
                {t('network.public-ip.about')}
              </p>
              {publicIp === null ? (
                t('network.public-ip.unknown')
              ) : (
                <CopyField value={publicIp} label={t('network.public-ip')} />
              )}
            </Card>
            <Addresses
              title={t('network.api-ips')}
              about={t('network.api-ips.about', { host: corp.apiBaseUrl })}
              addresses={apiDomainIps}
            />
            <Addresses
              title={t('network.callback-ips')}
              about={t('network.callback-ips.about')}
              addresses={callbackIps}
            />
          </>
        )}
      </QueryView>
    </div>
  );
}

interface AddressesProps {
  readonly title: string;
  readonly about: string;
  readonly addresses: readonly string[];
}

function Addresses({ title, about, addresses }: AddressesProps) {
  const { t } = useLanguage();
  return (
    <Card title={`${title} · ${addresses.length}`}>
      <p className="quiet" style={{ marginTop: 0 }}>
        {about}
      </p>
      {addresses.length === 0 ? (
        t('network.none')
      ) : (
        <CopyField value={addresses.join('\n')} label={title} tall />
      )}
    </Card>
  );
}
