import type { Punch } from '../api/attendance';
import { useLanguage } from '../language/use-language';

/** In the reader's language, and in WeCom's own words where this console does not know them. */
export function KindMark({
  punch: { kindCode, kind },
}: {
  readonly punch: Pick<Punch, 'kind' | 'kindCode'>;
}) {
  const { t } = useLanguage();
  return (
    <span className={`att-kind att-kind-${kindCode}`} title={kind}>
      {kindCode === 'other' ? kind : t(`att.kind.${kindCode}`)}
    </span>
  );
}
