import { Button } from 'antd';
import { useLanguage } from '../language/use-language';

interface LoadMoreProps {
  readonly hasNextPage: boolean;
  readonly isFetchingNextPage: boolean;
  readonly fetchNextPage: () => Promise<unknown>;
}

export function LoadMore({ hasNextPage, isFetchingNextPage, fetchNextPage }: LoadMoreProps) {
  const { t } = useLanguage();
  if (!hasNextPage) return null;
  return (
    <div className="more">
      <Button loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
        {t('list.more')}
      </Button>
    </div>
  );
}
