import type { Run } from '../api/runs';
import { useLanguage } from '../language/use-language';
import { Facts } from '../parts/facts';
import { ExactTime } from '../parts/time';

export function RunFacts({ run }: { readonly run: Run }) {
  const { t, maybe } = useLanguage();
  return (
    <Facts
      items={[
        [t('runs.corp'), run.corpName],
        run.direction !== 'attendance' && [t('run.mode'), t(`mode.${run.mode}`)],
        [t('run.trigger'), maybe(`trigger.${run.trigger}`) ?? run.trigger],
        [t('run.requested-by'), <span className="wrap-anywhere">{run.requestedBy}</span>],
        run.settingsVersion !== null && [
          t('run.settings-version'),
          run.settingsVersion === 0
            ? t('settings.defaults')
            : t('settings.version', { version: run.settingsVersion }),
        ],
        [t('runs.started'), <ExactTime at={run.startedAt} />],
        run.finishedAt !== null && [t('run.finished'), <ExactTime at={run.finishedAt} />],
        [t('run.id'), <span className="mono">{run.id}</span>],
        [t('run.workflow-id'), <span className="mono">{run.workflowId}</span>],
      ]}
    />
  );
}
