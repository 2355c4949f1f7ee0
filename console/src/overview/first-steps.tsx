import { Card, Steps } from 'antd';
import { Link } from 'react-router';
import type { Corp } from '../api/corps';
import type { Overview } from '../api/overview';
import type { ConsoleText } from '../../../i18n/console';
import { useLanguage } from '../language/use-language';
import { useNarrow } from '../parts/use-narrow';
import { useMay } from '../session/use-session';

interface FirstStep {
  readonly text: ConsoleText;
  readonly about: ConsoleText;
  readonly done: boolean;
  readonly link: string;
}

/** From nothing to the first pull of the first corp; with that it has done its work. */
export function FirstSteps({
  corps,
  overview,
}: {
  readonly corps: readonly Corp[];
  readonly overview: Overview;
}) {
  const { t } = useLanguage();
  const narrow = useNarrow();
  const mayWrite = useMay('corps:write');
  const corp = corps.find(({ isDemo }) => !isDemo) ?? corps[0];
  const steps: readonly FirstStep[] = [
    { text: 'first.connect', about: 'first.connect.about', done: corp !== undefined, link: '/corps/new' },
    {
      text: 'first.app',
      about: 'first.app.about',
      done: corp !== undefined && corp.apps.length > 0,
      link: corp ? `/corps/${corp.id}/apps` : '/corps',
    },
    {
      text: 'first.check',
      about: 'first.check.about',
      done: corp?.lastCheck?.ok === true,
      link: corp ? `/corps/${corp.id}` : '/corps',
    },
    {
      text: 'first.pull',
      about: 'first.pull.about',
      done: false,
      link: corp ? `/corps/${corp.id}` : '/corps',
    },
  ];
  const isPulled = overview.corps.some(({ lastPull }) => lastPull?.phase === 'done');
  if (isPulled || !mayWrite) return null;
  const next = steps.findIndex(({ done }) => !done);
  return (
    <Card title={t('first.title')}>
      <Steps
        orientation={narrow ? 'vertical' : 'horizontal'}
        size="small"
        current={next}
        items={steps.map(({ text, about, done, link }, index) => ({
          title: index === next ? <Link to={link}>{t(text)}</Link> : t(text),
          content: t(about),
          status: done ? 'finish' : index === next ? 'process' : 'wait',
        }))}
      />
    </Card>
  );
}
