import { ExportOutlined } from '@ant-design/icons';
import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { App, Button, Card, DatePicker, Input, Radio, Select, Skeleton } from 'antd';
import dayjs from 'dayjs';
import { useState } from 'react';
import { corpsQuery } from '../api/corps';
import {
  type BulkRecall,
  type BulkRecallFilter,
  recallMany,
  recallPreviewQuery,
  recallsQuery,
  rulesQuery,
} from '../api/messages';
import { useBindingWords } from '../bindings/use-binding-words';
import { useLanguage } from '../language/use-language';
import { describeFailure, FailureNotice } from '../parts/failure-notice';
import { LoadMore } from '../parts/load-more';
import { Mark } from '../parts/mark';
import { RecordList } from '../parts/record-list';
import { ExactTime } from '../parts/time';
import { useSettled } from '../parts/use-settled';
import { useMay } from '../session/use-session';
import { eventLink } from './links';
import { useReadMessagesAnew } from './use-read-anew';
import { Link } from 'react-router';

/** Many at once: what was sent by a rule, through an app or for an event, in a stretch of time. */
export default function RecallsTab() {
  const mayWrite = useMay('events:write');
  return (
    <div className="stack">
      {mayWrite && <RecallForm />}
      <Recalls />
    </div>
  );
}

const aims = ['rule', 'app', 'corp', 'event'] as const;
type Aim = (typeof aims)[number];

const stretches = { hour: 1, day: 24 } as const;
const typingPauseMs = 400;

interface Chosen {
  readonly aim: Aim;
  readonly what: string | undefined;
  readonly from: string;
  readonly to: string;
}

const lastHours = (hours: number) => ({
  from: dayjs().subtract(hours, 'hour').second(0).millisecond(0).toISOString(),
  // The minute that has begun counts as well.
  to: dayjs().add(1, 'minute').second(0).millisecond(0).toISOString(),
});

/** Undefined while something is missing. */
function filterOf({ aim, what, from, to }: Chosen): BulkRecallFilter | undefined {
  if (what === undefined || what === '') return undefined;
  switch (aim) {
    case 'event':
      return { eventId: what };
    case 'rule':
      return { ruleId: what, from, to };
    case 'app':
      return { appId: what, from, to };
    case 'corp':
      return { corpId: what, from, to };
  }
}

function RecallForm() {
  const { t, number } = useLanguage();
  const { modal, message } = App.useApp();
  const readAnew = useReadMessagesAnew();
  const [chosen, setChosen] = useState<Chosen>(() => ({ aim: 'rule', what: undefined, ...lastHours(1) }));
  const change = (next: Partial<Chosen>) => setChosen((before) => ({ ...before, ...next }));
  const filter = filterOf(useSettled(chosen, typingPauseMs));
  const count = useQuery({ ...recallPreviewQuery(filter ?? {}), enabled: filter !== undefined });
  const recall = useMutation({
    mutationFn: recallMany,
    onSuccess: ({ pushes }) => void message.success(t('msg.recalls.started', { count: number(pushes) })),
    onError: (error) => message.error(describeFailure(error, t).title),
    onSettled: readAnew,
  });
  const found = filter === undefined ? undefined : count.data;
  // What was counted is what is recalled: not something chosen since.
  const isCounted =
    found !== undefined && filter !== undefined && filterOf(chosen) !== undefined && !count.isFetching;

  function confirm() {
    if (filter === undefined || found === undefined) return;
    modal.confirm({
      title: t('msg.recalls.confirm', { pushes: number(found.pushes), messages: number(found.messages) }),
      content: t('msg.recall.rest'),
      okText: t('msg.do.recall'),
      okButtonProps: { danger: true },
      cancelText: t('action.cancel'),
      onOk: () => recall.mutate(filter),
    });
  }

  return (
    <Card title={<h2 className="set-heading">{t('msg.recalls.new')}</h2>}>
      <div className="stack">
        <p className="quiet msg-lead">{t('msg.recalls.lead')}</p>
        <Radio.Group
          aria-label={t('msg.recalls.aim')}
          optionType="button"
          value={chosen.aim}
          onChange={({ target }) => change({ aim: target.value as Aim, what: undefined })}
          options={aims.map((aim) => ({ value: aim, label: t(`msg.recalls.aim.${aim}`) }))}
        />
        <div className="members-filter">
          <What chosen={chosen} onChange={(what) => change({ what })} />
          {chosen.aim !== 'event' && (
            <>
              <Moment
                label={t('msg.recalls.from')}
                value={chosen.from}
                onChange={(from) => change({ from })}
              />
              <Moment label={t('msg.recalls.to')} value={chosen.to} onChange={(to) => change({ to })} />
            </>
          )}
        </div>
        {chosen.aim !== 'event' && (
          <div className="row">
            <Button size="small" onClick={() => change(lastHours(stretches.hour))}>
              {t('msg.recalls.last-hour')}
            </Button>
            <Button size="small" onClick={() => change(lastHours(stretches.day))}>
              {t('msg.recalls.last-day')}
            </Button>
          </div>
        )}
        {count.error !== null && filter !== undefined && <FailureNotice error={count.error} />}
        <div className="spread">
          <span role="status">
            {found === undefined ? (
              <span className="quiet">{t('msg.recalls.choose')}</span>
            ) : found.pushes === 0 ? (
              t('msg.recalls.nothing')
            ) : (
              t('msg.recalls.count', { pushes: number(found.pushes), messages: number(found.messages) })
            )}
          </span>
          <Button
            danger
            type="primary"
            disabled={!isCounted || found.pushes === 0}
            loading={recall.isPending}
            onClick={confirm}
          >
            {t('msg.recalls.do')}
          </Button>
        </div>
      </div>
    </Card>
  );
}

function What({
  chosen,
  onChange,
}: {
  readonly chosen: Chosen;
  readonly onChange: (what: string | undefined) => void;
}) {
  const { t } = useLanguage();
  const rules = useQuery(rulesQuery);
  const corps = useQuery(corpsQuery);
  if (chosen.aim === 'event') {
    return (
      <Input
        className="mono"
        aria-label={t('msg.event.id')}
        placeholder={t('msg.event.id')}
        autoComplete="off"
        value={chosen.what ?? ''}
        onChange={({ target }) => onChange(target.value.trim())}
      />
    );
  }
  const options = {
    rule: (rules.data ?? []).map(({ ruleId, name }) => ({ value: ruleId, label: name })),
    app: (corps.data ?? []).flatMap(({ name, apps }) =>
      apps.map((app) => ({ value: app.id, label: `${name} · ${app.name}` })),
    ),
    corp: (corps.data ?? []).map(({ id, name }) => ({ value: id, label: name })),
  }[chosen.aim];
  return (
    <Select
      key={chosen.aim}
      className="members-search"
      aria-label={t(`msg.recalls.aim.${chosen.aim}`)}
      placeholder={t(`msg.recalls.aim.${chosen.aim}`)}
      value={chosen.what}
      onChange={onChange}
      options={options}
    />
  );
}

interface MomentProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (moment: string) => void;
}

function Moment({ label, value, onChange }: MomentProps) {
  return (
    <DatePicker
      className="msg-moment"
      aria-label={label}
      showTime={{ format: 'HH:mm' }}
      format="YYYY-MM-DD HH:mm"
      allowClear={false}
      value={dayjs(value)}
      onChange={(moment) => moment !== null && onChange(moment.toISOString())}
    />
  );
}

function Recalls() {
  const { t } = useLanguage();
  const { actor } = useBindingWords();
  const recalls = useInfiniteQuery(recallsQuery);
  return (
    <Card title={<h2 className="set-heading">{t('msg.recalls.earlier')}</h2>}>
      {recalls.error !== null && (
        <FailureNotice error={recalls.error} onRetry={() => void recalls.refetch()} />
      )}
      {recalls.isPending && recalls.error === null && <Skeleton active paragraph={{ rows: 2 }} />}
      {recalls.data !== undefined && (
        <RecordList<BulkRecall>
          label={t('msg.recalls.earlier')}
          records={recalls.data.pages.flatMap(({ items }) => items)}
          rowKey={({ recallId }) => recallId}
          empty={t('msg.recalls.empty')}
          columns={[
            {
              key: 'what',
              title: t('msg.recalls.aim'),
              role: 'heading',
              render: (one) => <Aimed {...one} />,
            },
            {
              key: 'phase',
              title: t('msg.state'),
              render: ({ phase, finishedAt }) => (
                <span className="msg-cell">
                  <Mark tone={phase === 'done' ? 'good' : 'busy'}>{t(`msg.recalls.phase.${phase}`)}</Mark>
                  {finishedAt !== null && (
                    <span className="small quiet">
                      <ExactTime at={finishedAt} />
                    </span>
                  )}
                </span>
              ),
            },
            { key: 'counts', title: t('msg.recalls.result'), render: (one) => <Result {...one} /> },
            {
              key: 'by',
              title: t('msg.recalls.by'),
              render: ({ askedBy, askedAt }) => (
                <span className="msg-cell">
                  {actor(askedBy)}
                  <span className="small quiet">
                    <ExactTime at={askedAt} />
                  </span>
                </span>
              ),
            },
            {
              key: 'temporal',
              title: '',
              role: 'actions',
              render: ({ temporalUrl }) =>
                temporalUrl !== null && (
                  <Button
                    type="text"
                    icon={<ExportOutlined />}
                    aria-label={t('run.temporal')}
                    href={temporalUrl}
                    target="_blank"
                    rel="noreferrer"
                  />
                ),
            },
          ]}
        />
      )}
      <LoadMore {...recalls} />
    </Card>
  );
}

function Aimed({ filter }: Pick<BulkRecall, 'filter'>) {
  const { t } = useLanguage();
  const { eventId, ruleId, ruleName, appId, appName, corpId, corpName, from, to } = filter;
  return (
    <span className="bind-cell">
      {ruleId !== null && <span>{`${t('msg.recalls.aim.rule')}: ${ruleName ?? ruleId}`}</span>}
      {appId !== null && <span>{`${t('msg.recalls.aim.app')}: ${appName ?? appId}`}</span>}
      {corpId !== null && <span>{`${t('msg.recalls.aim.corp')}: ${corpName ?? corpId}`}</span>}
      {eventId !== null && (
        <span>
          {t('msg.recalls.aim.event')}: <Link to={eventLink(eventId)}>{eventId}</Link>
        </span>
      )}
      {from !== null && to !== null && (
        <span className="small quiet">
          <ExactTime at={from} /> – <ExactTime at={to} />
        </span>
      )}
    </span>
  );
}

/** Those that nothing came of are left out. */
function Result({ counts }: Pick<BulkRecall, 'counts'>) {
  const { t, number } = useLanguage();
  const parts = (
    ['recalled', 'partlyRecalled', 'cancelled', 'tooLate', 'refused', 'nothingSent'] as const
  ).filter((key) => (counts[key] ?? 0) > 0);
  return (
    <span className="msg-cell">
      <span>{t('msg.recalls.of', { pushes: number(counts.pushes), messages: number(counts.messages) })}</span>
      {parts.length > 0 && (
        <span className="small quiet">
          {parts
            .map((key) => `${t(`msg.recalls.counts.${key}`)} ${number(counts[key])}`)
            .join(t('list.comma'))}
        </span>
      )}
    </span>
  );
}
