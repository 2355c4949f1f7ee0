import { useQuery } from '@tanstack/react-query';
import { Card, Steps } from 'antd';
import type { PushFacts } from '../api/push';
import { type Run, type RunPhase, runQuery } from '../api/runs';
import { useLanguage } from '../language/use-language';
import { useNarrow } from '../parts/use-narrow';
import { RunSteps } from '../runs/run-steps';

const stages = ['reading', 'planning', 'approval', 'applying', 'done'] as const;

const stageOf: Readonly<Partial<Record<RunPhase, number>>> = { reading: 0, planning: 1 };

/** While there is no plan yet: how far the reading has come. */
export function PushSteps({ run, push }: { readonly run: Run; readonly push: PushFacts }) {
  const { t } = useLanguage();
  const narrow = useNarrow();
  return (
    <Card title={t('run.steps')}>
      <Steps
        size="small"
        orientation={narrow ? 'vertical' : 'horizontal'}
        current={stageOf[run.phase] ?? 0}
        items={stages
          .filter((stage) => run.mode === 'apply' || (stage !== 'approval' && stage !== 'applying'))
          .map((stage) => ({ title: t(`plan.stage.${stage}`) }))}
      />
      {push.pullRunId !== null && run.phase === 'reading' && <PullSteps runId={push.pullRunId} />}
    </Card>
  );
}

function PullSteps({ runId }: { readonly runId: string }) {
  const { t } = useLanguage();
  const pull = useQuery(runQuery(runId));
  if (!pull.data) return null;
  return (
    <div style={{ marginTop: 16 }}>
      <h3 className="small quiet">{t('plan.stage.reading.about')}</h3>
      <RunSteps run={pull.data} />
    </div>
  );
}
