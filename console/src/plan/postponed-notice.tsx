import { useQuery } from '@tanstack/react-query';
import { Alert } from 'antd';
import { postponementsQuery } from '../api/push';
import { useLanguage } from '../language/use-language';
import { timeIn } from '../parts/moments';
import { useZone } from '../parts/zone';

interface PostponedNoticeProps {
  readonly corpId: string;
  readonly changeId: string;
  readonly until: string;
}

/** Until when, by whom and why. */
export function PostponedNotice({ corpId, changeId, until }: PostponedNoticeProps) {
  const { t } = useLanguage();
  const all = useQuery(postponementsQuery(corpId));
  const own = all.data?.find((one) => one.changeId === changeId);
  return (
    <Alert
      type="warning"
      showIcon
      title={t('plan.postponed.notice', { day: timeIn(useZone(), until, 'minute') })}
      description={
        own && (
          <>
            <div>{t('plan.postponed.by', { who: own.by })}</div>
            {own.comment !== null && <div className="quiet wrap-anywhere">{own.comment}</div>}
          </>
        )
      }
    />
  );
}
