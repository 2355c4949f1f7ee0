import { CheckCircleFilled } from '@ant-design/icons';
import { Card } from 'antd';
import type { PushFacts } from '../api/push';
import type { Run } from '../api/runs';
import { useLanguage } from '../language/use-language';
import { ExactTime, TimeAgo } from '../parts/time';

/** Both sides agree: that is a result too, and says when it was found. */
export function NothingToDo({ run, push }: { readonly run: Run; readonly push: PushFacts }) {
  const { t, number } = useLanguage();
  const at = push.plannedAt ?? run.finishedAt ?? run.startedAt;
  return (
    <Card>
      <div className="nothing">
        <CheckCircleFilled className="mark-good" aria-hidden />
        <h2>{t('plan.nothing')}</h2>
        <p>
          {t('plan.nothing.checked')} <TimeAgo at={at} /> (<ExactTime at={at} />)
        </p>
        <p className="quiet">
          {t('plan.nothing.unchanged', {
            people: number(run.counts['unchangedUser'] ?? 0),
            departments: number(run.counts['unchangedDepartment'] ?? 0),
          })}
        </p>
      </div>
    </Card>
  );
}
