import { ExportOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Alert, Button } from 'antd';
import { type EventTodo, type Todo, todoQuery } from '../api/messages';
import { useLanguage } from '../language/use-language';
import { Facts } from '../parts/facts';
import { Mark, type MarkIcon, type Tone } from '../parts/mark';
import { QueryView } from '../parts/query-view';
import { ExactTime } from '../parts/time';

const looks: Readonly<Record<Todo['state'], { readonly tone: Tone; readonly icon: MarkIcon }>> = {
  open: { tone: 'quiet', icon: 'waiting' },
  deciding: { tone: 'busy', icon: 'busy' },
  decided: { tone: 'good', icon: 'good' },
  settled: { tone: 'good', icon: 'good' },
};

/** What was decided by whom, and whether every card shows it. */
export function TodoBox({ todo: { taskId, kind, showActions, actions } }: { readonly todo: EventTodo }) {
  const { t } = useLanguage();
  const todo = useQuery(todoQuery(taskId));
  const words = (key: string) => actions.find((action) => action.key === key)?.text ?? key;
  return (
    <QueryView query={todo}>
      {(data) => (
        <div className="stack">
          {data.oaAwaySince !== null && (
            <Alert
              type="warning"
              showIcon
              title={t('msg.todo.oa-away')}
              description={
                <>
                  {t('msg.todo.oa-away.since')} <ExactTime at={data.oaAwaySince} />
                </>
              }
            />
          )}
          <div className="msg-facts">
            <Facts
              items={[
                [t('msg.todo.kind'), t(`msg.todo.kind.${kind}`)],
                [t('msg.state'), <Mark {...looks[data.state]}>{t(`msg.todo.state.${data.state}`)}</Mark>],
                data.outcome !== null && [
                  t('msg.todo.outcome'),
                  <>
                    {data.outcomeText ?? words(data.outcome)}
                    {data.by !== null && (
                      <>
                        {' · '}
                        <span title={data.by}>{data.byName ?? data.by}</span>
                      </>
                    )}
                    {data.at !== null && (
                      <>
                        {' '}
                        · <ExactTime at={data.at} />
                      </>
                    )}
                  </>,
                ],
                data.oaAnswer !== null && [
                  t('msg.todo.oa-answer'),
                  data.oaAnswer.message ?? data.oaAnswer.code,
                ],
                [
                  t('msg.todo.actions'),
                  showActions && actions.length > 0
                    ? actions.map(({ text }) => text).join(t('list.comma'))
                    : t('msg.todo.no-actions'),
                ],
                [t('msg.todo.cards'), <Cards cards={data.cards} />],
                data.taps.length > 0 && [t('msg.todo.taps'), <Taps taps={data.taps} words={words} />],
                [t('msg.todo.task'), <span className="mono">{taskId}</span>],
              ]}
            />
          </div>
          {data.temporalUrl !== null && (
            <div>
              <Button icon={<ExportOutlined />} href={data.temporalUrl} target="_blank" rel="noreferrer">
                {t('run.temporal')}
              </Button>
            </div>
          )}
        </div>
      )}
    </QueryView>
  );
}

function Cards({ cards }: Pick<Todo, 'cards'>) {
  const { t, number } = useLanguage();
  if (cards.length === 0) return <>{t('msg.todo.cards.none')}</>;
  const states = (['outstanding', 'updated', 'stale'] as const).map(
    (state) => [state, cards.filter((card) => card.state === state).length] as const,
  );
  return (
    <>
      {states
        .filter(([, count]) => count > 0)
        .map(([state, count]) => `${t(`msg.card.${state}`)} ${number(count)}`)
        .join(t('list.comma'))}
    </>
  );
}

interface TapsProps extends Pick<Todo, 'taps'> {
  readonly words: (action: string) => string;
}

function Taps({ taps, words }: TapsProps) {
  const { t } = useLanguage();
  return (
    <ul className="msg-taps">
      {taps.map(({ tapId, userId, name, action, state, reason, at }) => (
        <li key={tapId}>
          {words(action)} ·{' '}
          {name === null ? <span className="mono">{userId}</span> : <span title={userId}>{name}</span>} ·{' '}
          {t(`msg.tap.${state}`)}
          {reason !== null && ` · ${reason}`}{' '}
          <span className="quiet small">
            <ExactTime at={at} />
          </span>
        </li>
      ))}
    </ul>
  );
}
