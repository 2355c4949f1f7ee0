import { useQuery } from '@tanstack/react-query';
import { Badge } from 'antd';
import { departureCountsQuery } from '../api/departures';
import { useLanguage } from '../language/use-language';
import './departures.css';

/** With how many wait for a decision. */
export function DeparturesTabLabel({ corpId }: { readonly corpId: string }) {
  const { t } = useLanguage();
  const { data } = useQuery(departureCountsQuery(corpId));
  const held = data?.held ?? 0;
  return (
    <Badge
      className="departures-tab"
      size="small"
      color="#a15c00"
      count={held}
      offset={[8, -1]}
      title={t('corp.tab.departures.held', { count: held })}
    >
      {t('corp.tab.departures')}
    </Badge>
  );
}
