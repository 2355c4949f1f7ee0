import { Empty } from 'antd';
import type { Approval } from '../api/push';
import { useLanguage } from '../language/use-language';
import { ExactTime } from '../parts/time';
import { shortHash } from './short-hash';

/** Who decided what about which plan, and why. */
export function Approvals({ approvals }: { readonly approvals: readonly Approval[] }) {
  const { t, maybe } = useLanguage();
  if (approvals.length === 0) {
    return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('plan.approvals.none')} />;
  }
  return (
    <ul className="findings">
      {approvals.map(({ at, actor, decision, planHash, comment }) => (
        <li key={`${at} ${actor}`} className="approval">
          <div className="spread">
            <strong>
              {actor} · {maybe(`plan.decision.${decision}`) ?? decision}
            </strong>
            <span className="quiet small">
              <ExactTime at={at} /> <span className="mono">{shortHash(planHash)}</span>
            </span>
          </div>
          {comment !== null && comment !== '' && <p>{comment}</p>}
        </li>
      ))}
    </ul>
  );
}
