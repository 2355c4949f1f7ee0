import { SearchOutlined, ThunderboltOutlined } from '@ant-design/icons';
import { type InfiniteData, useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Card, Empty, Select, Skeleton, Switch } from 'antd';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import {
  bindMember,
  type Candidate,
  type Conflict,
  conflictsQuery,
  type ConflictState,
  decideConflict,
  lookForConflicts,
  openConflictsKey,
} from '../api/bindings';
import type { Page } from '../api/client';
import type { Corp } from '../api/corps';
import { runsQuery } from '../api/runs';
import { useLanguage } from '../language/use-language';
import { MemberDrawer } from '../members/member-drawer';
import { withValues } from '../parts/address-values';
import { describeFailure, FailureNotice } from '../parts/failure-notice';
import { LoadMore } from '../parts/load-more';
import { TimeAgo } from '../parts/time';
import { useMay } from '../session/use-session';
import './bindings.css';
import { ConflictCase } from './conflict-case';
import { ConflictRule } from './conflict-rule';
import { DecidedList } from './decided-list';
import { FilterChips } from './filter-chips';
import { useReadAnew } from './use-bind';
import { useDeskKeys, useKeysSwitch } from './use-desk-keys';

const codes = ['several-users', 'several-members', 'bound-elsewhere'] as const;

export function ConflictDesk({ corp }: { readonly corp: Corp }) {
  const { t, number } = useLanguage();
  const { message } = App.useApp();
  const [parameters, setParameters] = useSearchParams();
  const mayDecide = useMay('bindings:write');
  const readAnew = useReadAnew(corp.id);
  const [opened, setOpened] = useState<string | undefined>();
  const [ruling, setRuling] = useState(false);
  const state: ConflictState = parameters.get('state') === 'decided' ? 'decided' : 'open';
  const code = codes.find((known) => known === parameters.get('code'));
  const conflicts = useInfiniteQuery({
    ...conflictsQuery(corp.id, state, code),
    placeholderData: (before) => before,
  });
  const first = conflicts.data?.pages[0];
  const items = conflicts.data?.pages.flatMap((page) => page.items) ?? [];
  // Everybody on the pages read so far was decided, and there are more.
  const waiting = conflicts.isPending || (items.length === 0 && (first?.total ?? 0) > 0);
  const look = useMutation({
    mutationFn: () => lookForConflicts(corp.id),
    onSuccess: async ({ found }) => {
      message.success(t('conflict.looked', { found: number(found) }));
      await readAnew();
    },
  });

  function change(name: 'state' | 'code', value: string | undefined) {
    setParameters((before) => withValues(before, { [name]: value }), { replace: true });
  }

  const lookButton = mayDecide && (
    <Button icon={<SearchOutlined />} loading={look.isPending} onClick={() => look.mutate()}>
      {t('conflict.look')}
    </Button>
  );
  return (
    <>
      <p className="quiet bind-lead">{t('conflict.about')}</p>
      <div className="spread">
        <div className="row">
          <FilterChips
            label={t('conflict.state')}
            chosen={state}
            onChoose={(next) => change('state', next === 'open' ? undefined : next)}
            chips={(['open', 'decided'] as const).map((value) => ({
              value,
              label: t(`conflict.state.${value}`),
            }))}
          />
          <Select
            allowClear
            className="desk-code"
            aria-label={t('conflict.code')}
            placeholder={t('conflict.code.all')}
            value={code}
            onChange={(value: string | undefined) => change('code', value)}
            options={codes.map((value) => ({ value, label: t(`conflict.code.${value}`) }))}
            popupMatchSelectWidth={false}
          />
        </div>
        {state === 'open' && items.length > 0 && (
          <div className="row">
            {lookButton}
            {mayDecide && (
              <Button icon={<ThunderboltOutlined />} onClick={() => setRuling(true)}>
                {t('conflict.rule')}
              </Button>
            )}
          </div>
        )}
      </div>
      {look.error !== null && <FailureNotice error={look.error} />}
      {conflicts.error !== null && (
        <FailureNotice error={conflicts.error} onRetry={() => void conflicts.refetch()} />
      )}
      {waiting && conflicts.error === null && <Skeleton active paragraph={{ rows: 5 }} />}
      {first?.total !== undefined && items.length > 0 && (
        <span className="quiet" role="status">
          {t(state === 'open' ? 'conflict.total' : 'conflict.total.decided', { total: number(first.total) })}
        </span>
      )}
      {first !== undefined && items.length === 0 && !waiting && (
        <NobodyHere
          corpId={corp.id}
          state={state}
          lookedAt={look.data === undefined ? undefined : new Date(look.submittedAt).toISOString()}
          lookButton={lookButton}
        />
      )}
      {items.length > 0 &&
        (state === 'open' ? (
          <OpenCases corp={corp} items={items} mayDecide={mayDecide} onOpen={setOpened} />
        ) : (
          <DecidedList items={items} onOpen={setOpened} />
        ))}
      <LoadMore {...conflicts} />
      <ConflictRule corpId={corp.id} open={ruling} onClose={() => setRuling(false)} />
      <MemberDrawer corpId={corp.id} userId={opened} onClose={() => setOpened(undefined)} />
    </>
  );
}

interface NobodyHereProps {
  readonly corpId: string;
  readonly state: ConflictState;
  /** Since this page was opened. */
  readonly lookedAt: string | undefined;
  readonly lookButton: React.ReactNode;
}

/** Nobody found means little without the time of the last look. */
function NobodyHere({ corpId, state, lookedAt, lookButton }: NobodyHereProps) {
  const { t } = useLanguage();
  const pulls = useInfiniteQuery(runsQuery({ corpId, direction: 'pull', phase: 'done' }));
  const last = pulls.data?.pages[0]?.items.find(({ finishedAt }) => finishedAt !== null)?.finishedAt;
  const at = lookedAt ?? last ?? undefined;
  if (state === 'decided') {
    return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('conflict.empty.decided')} />;
  }
  return (
    <Card>
      <Empty
        image={Empty.PRESENTED_IMAGE_SIMPLE}
        description={
          <div className="stack" style={{ gap: 4 }}>
            <strong>{t('conflict.empty')}</strong>
            {at !== undefined && (
              <span className="quiet" role="status">
                {t('conflict.empty.looked')} <TimeAgo at={at} />
              </span>
            )}
            {!pulls.isPending && (
              <span className="quiet">
                {t(at === undefined ? 'conflict.empty.never' : 'conflict.empty.about')}
              </span>
            )}
          </div>
        }
      >
        {lookButton}
      </Empty>
    </Card>
  );
}

interface OpenCasesProps {
  readonly corp: Corp;
  readonly items: readonly Conflict[];
  readonly mayDecide: boolean;
  readonly onOpen: (userId: string) => void;
}

interface Decided {
  readonly conflict: Conflict;
  readonly candidate: Candidate | null;
}

type Cases = InfiniteData<Page<Conflict>>;

function without(cases: Cases | undefined, memberId: string): Cases | undefined {
  return (
    cases && {
      ...cases,
      pages: cases.pages.map((page) => ({
        ...page,
        items: page.items.filter((one) => one.memberId !== memberId),
        ...(page.total === undefined ? {} : { total: page.total - 1 }),
      })),
    }
  );
}

/** One of them is the current one: the keys are about it. */
function OpenCases({ corp, items, mayDecide, onOpen }: OpenCasesProps) {
  const { t } = useLanguage();
  const { modal } = App.useApp();
  const client = useQueryClient();
  const readAnew = useReadAnew(corp.id);
  const [keysOn, setKeysOn] = useKeysSwitch();
  const [currentId, setCurrentId] = useState<string | undefined>();
  const [last, setLast] = useState<Decided | undefined>();
  const place = Math.max(
    0,
    items.findIndex(({ memberId }) => memberId === currentId),
  );
  const current = items[place];
  const decide = useMutation({
    mutationFn: async ({ conflict, candidate }: Decided) => {
      if (candidate === null || candidate.boundTo === null) {
        await decideConflict(corp.id, conflict.memberId, candidate?.oaUserId ?? null);
      } else {
        await bindMember(corp.id, conflict.member.userId, candidate.oaUserId, true);
      }
    },
    onSuccess: (_, decided) => {
      const { memberId } = decided.conflict;
      setLast(decided);
      const after = items[place + 1] ?? items[place - 1];
      if (memberId === current?.memberId) setCurrentId(after?.memberId);
      // Whoever works through many of them does not wait for the list to be read anew.
      client.setQueriesData<Cases>({ queryKey: openConflictsKey(corp.id) }, (before) =>
        without(before, memberId),
      );
      void readAnew();
    },
  });
  const busy = decide.isPending;

  function choose(conflict: Conflict, candidate: Candidate) {
    if (busy || candidate.status === 'departed') return;
    if (candidate.boundTo === null) {
      decide.mutate({ conflict, candidate });
      return;
    }
    const oa = candidate.name;
    modal.confirm({
      title: t('conflict.take.title', { oa, member: conflict.member.name ?? conflict.member.userId }),
      content: `${t('bind.warn.holder', { oa, holder: candidate.boundTo })} ${t('bind.accounts-stay')}`,
      okText: t('conflict.take'),
      okButtonProps: { danger: true },
      cancelText: t('action.cancel'),
      onOk: () => decide.mutate({ conflict, candidate }),
    });
  }

  useDeskKeys(keysOn && mayDecide, {
    choose: (nth) => {
      const candidate = current?.candidates[nth];
      if (current && candidate) choose(current, candidate);
    },
    none: () => {
      if (current && !busy) decide.mutate({ conflict: current, candidate: null });
    },
    next: () => setCurrentId(items[Math.min(place + 1, items.length - 1)]?.memberId),
    previous: () => setCurrentId(items[Math.max(place - 1, 0)]?.memberId),
  });

  return (
    <>
      {mayDecide && <Legend on={keysOn} onSwitch={setKeysOn} />}
      <div aria-live="polite" className="desk-last">
        {last !== undefined && <LastDecision decided={last} onOpen={onOpen} />}
      </div>
      {decide.error !== null && <Refused error={decide.error} decided={decide.variables} />}
      <ol className="desk-cases" aria-label={t('conflict.list')}>
        {items.map((conflict) => (
          <ConflictCase
            key={conflict.memberId}
            conflict={conflict}
            current={conflict.memberId === current?.memberId}
            follow={currentId !== undefined}
            mayDecide={mayDecide}
            busy={busy}
            onFocus={() => setCurrentId(conflict.memberId)}
            onOpen={() => onOpen(conflict.member.userId)}
            onChoose={(candidate) => choose(conflict, candidate)}
            onNone={() => decide.mutate({ conflict, candidate: null })}
          />
        ))}
      </ol>
    </>
  );
}

interface LastDecisionProps {
  readonly decided: Decided;
  readonly onOpen: (userId: string) => void;
}

/** A slip of the finger is mended on the card. */
function LastDecision({ decided, onOpen }: LastDecisionProps) {
  const { t } = useLanguage();
  const { conflict, candidate } = decided;
  const member = conflict.member.name ?? conflict.member.userId;
  return (
    <Alert
      type="success"
      showIcon
      title={
        candidate === null
          ? t('conflict.done.none', { member })
          : t('conflict.done', { member, oa: candidate.name })
      }
      action={
        <Button size="small" onClick={() => onOpen(conflict.member.userId)}>
          {t('conflict.open-card')}
        </Button>
      }
    />
  );
}

function Refused({ error, decided }: { readonly error: Error; readonly decided: Decided | undefined }) {
  const { t } = useLanguage();
  const { title, advice } = describeFailure(error, t);
  const member = decided?.conflict.member;
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      title={member === undefined ? title : `${member.name ?? member.userId}: ${title}`}
      description={advice}
    />
  );
}

interface LegendProps {
  readonly on: boolean;
  readonly onSwitch: (on: boolean) => void;
}

function Legend({ on, onSwitch }: LegendProps) {
  const { t } = useLanguage();
  return (
    <div className="desk-legend">
      <label className="row">
        <Switch size="small" checked={on} onChange={onSwitch} />
        {t('conflict.keys')}
      </label>
      {on && (
        <span className="desk-legend-keys quiet">
          <span>
            <kbd>1</kbd>–<kbd>9</kbd> {t('conflict.keys.choose')}
          </span>
          <span>
            <kbd>0</kbd> {t('conflict.keys.none')}
          </span>
          <span>
            <kbd>j</kbd> {t('conflict.keys.next')}
          </span>
          <span>
            <kbd>k</kbd> {t('conflict.keys.previous')}
          </span>
        </span>
      )}
    </div>
  );
}
