import { useQuery } from '@tanstack/react-query';
import { useParams } from 'react-router';
import '../bindings/bindings.css';
import { corpsQuery } from '../api/corps';
import { type MessageRule, ruleQuery } from '../api/messages';
import { useLanguage } from '../language/use-language';
import { Page } from '../parts/page';
import { QueryView } from '../parts/query-view';
import '../settings/settings.css';
import './messages.css';
import { RuleForm } from './rule-form';

export function Component() {
  const { ruleId = 'new' } = useParams();
  return ruleId === 'new' ? (
    <RuleView key="new" rule={undefined} />
  ) : (
    <StoredRule key={ruleId} ruleId={ruleId} />
  );
}

function StoredRule({ ruleId }: { readonly ruleId: string }) {
  // What somebody edits is not replaced under their hands.
  const rule = useQuery({ ...ruleQuery(ruleId), refetchOnWindowFocus: false });
  const { t } = useLanguage();
  if (rule.data === undefined) {
    return (
      <Page title={t('msg.rule')} back={{ to: '/messages', label: t('msg.tab.rules') }}>
        <QueryView query={rule}>{() => null}</QueryView>
      </Page>
    );
  }
  return <RuleView rule={rule.data} />;
}

function RuleView({ rule }: { readonly rule: MessageRule | undefined }) {
  const { t } = useLanguage();
  const corps = useQuery(corpsQuery);
  return (
    <Page
      title={rule === undefined ? t('msg.rule.add') : rule.name}
      lead={t('msg.rule.lead')}
      back={{ to: '/messages', label: t('msg.tab.rules') }}
    >
      <QueryView query={corps}>{(items) => <RuleForm rule={rule} corps={items} />}</QueryView>
    </Page>
  );
}
