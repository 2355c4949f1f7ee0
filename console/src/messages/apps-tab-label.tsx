import { useQuery } from '@tanstack/react-query';
import { Badge } from 'antd';
import { messageAppsQuery } from '../api/messages';
import { useLanguage } from '../language/use-language';

/** With how many of them are paused, wherever one is on the page. */
export function AppsTabLabel() {
  const { t } = useLanguage();
  const apps = useQuery(messageAppsQuery);
  const paused = apps.data?.filter(({ state }) => state === 'paused').length ?? 0;
  return (
    <Badge
      className="msg-tab"
      count={paused}
      size="small"
      offset={[8, -2]}
      title={t('msg.apps.paused', { count: paused })}
    >
      {t('msg.tab.apps')}
    </Badge>
  );
}
