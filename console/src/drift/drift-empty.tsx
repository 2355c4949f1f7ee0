import { Button, Empty } from 'antd';
import type { DriftCoverage, DriftFilter } from '../api/drift';
import { useLanguage } from '../language/use-language';
import { LastLook } from './last-look';

interface DriftEmptyProps {
  readonly filter: DriftFilter;
  readonly coverage: DriftCoverage | undefined;
  readonly onClear: () => void;
}

export function DriftEmpty({ filter, coverage, onClear }: DriftEmptyProps) {
  const { t } = useLanguage();
  const isPlain =
    filter.state === 'open' &&
    filter.kind === undefined &&
    filter.field === undefined &&
    filter.q === undefined;
  return (
    <Empty
      image={Empty.PRESENTED_IMAGE_SIMPLE}
      description={
        isPlain ? (
          <>
            <div>{t('drift.empty.open')}</div>
            <div className="small quiet">
              {t('drift.empty.how')} <LastLook coverage={coverage} />
            </div>
          </>
        ) : (
          t('drift.empty.filtered')
        )
      }
    >
      {!isPlain && <Button onClick={onClear}>{t('drift.filter.clear')}</Button>}
    </Empty>
  );
}
