import { Alert, Form, Select } from 'antd';
import { Link } from 'react-router';
import type { Corp } from '../api/corps';
import type { DirectorySettings } from '../api/settings';
import { useLanguage } from '../language/use-language';
import { Section } from './section';
import { ChoiceField, CustomField } from './setting-fields';
import { ZoneSelect } from './zone-select';

interface AccessSectionProps {
  readonly corp: Corp;
  readonly saved: DirectorySettings;
}

export function AccessSection({ corp, saved }: AccessSectionProps) {
  const { t } = useLanguage();
  const access = Form.useWatch<string | undefined>('access');
  const master = Form.useWatch<string | undefined>('master');
  return (
    <Section name="access">
      <ChoiceField path="master" values={['oa', 'wecom']}>
        {master !== undefined && master !== saved.master && (
          <Alert type="warning" showIcon className="set-consequence" title={t('set.master.changed')} />
        )}
      </ChoiceField>
      <ChoiceField path="access" values={['read-only', 'read-write']}>
        {access === 'read-write' && !corp.hasContactsSecret && (
          <Alert
            type="warning"
            showIcon
            className="set-consequence"
            title={t('set.access.secret-missing')}
            description={
              <>
                <div>{t('set.access.secret-how')}</div>
                <Link to={`/corps/${corp.id}`}>{t('set.access.secret-go')}</Link>
              </>
            }
          />
        )}
        {access === 'read-write' && corp.hasContactsSecret && saved.access === 'read-only' && (
          <Alert type="info" showIcon className="set-consequence" title={t('set.access.checked')} />
        )}
      </ChoiceField>
      <CustomField path="appId">
        <Select
          allowClear
          placeholder={t('set.appId.first')}
          options={corp.apps.map(({ id, name, agentId }) => ({ value: id, label: `${name} (${agentId})` }))}
          notFoundContent={t('corp.apps.none')}
        />
      </CustomField>
      <CustomField path="timezone" required>
        <ZoneSelect />
      </CustomField>
    </Section>
  );
}
