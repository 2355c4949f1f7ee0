import {
  ArrowDownOutlined,
  ArrowUpOutlined,
  DeleteOutlined,
  EditOutlined,
  PlusOutlined,
} from '@ant-design/icons';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Empty, Switch } from 'antd';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { changeRule, type MessageRule, orderRules, removeRule, rulesKey, rulesQuery } from '../api/messages';
import { useLanguage } from '../language/use-language';
import { describeFailure } from '../parts/failure-notice';
import { Mark } from '../parts/mark';
import { QueryView } from '../parts/query-view';
import { useMay } from '../session/use-session';

/** Every rule that fits an event applies; per app the first of them. */
export default function RulesTab() {
  const { t } = useLanguage();
  const navigate = useNavigate();
  const rules = useQuery(rulesQuery);
  const mayWrite = useMay('settings:write');
  const add = (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => void navigate('/messages/rules/new')}>
      {t('msg.rule.add')}
    </Button>
  );
  return (
    <div className="stack">
      <div className="spread">
        <p className="quiet msg-lead">{t('msg.rules.lead')}</p>
        {mayWrite && (rules.data?.length ?? 0) > 0 && add}
      </div>
      <QueryView query={rules}>
        {(items) =>
          items.length === 0 ? (
            <Empty
              image={Empty.PRESENTED_IMAGE_SIMPLE}
              description={
                <div className="msg-empty">
                  <div>{t('msg.rules.empty')}</div>
                  <div className="small quiet">{t('msg.rules.empty.about')}</div>
                </div>
              }
            >
              {mayWrite && add}
            </Empty>
          ) : (
            <Rules rules={items} mayWrite={mayWrite} />
          )
        }
      </QueryView>
    </div>
  );
}

function Rules({ rules, mayWrite }: { readonly rules: readonly MessageRule[]; readonly mayWrite: boolean }) {
  const { t } = useLanguage();
  const client = useQueryClient();
  const { message } = App.useApp();
  // A screen reader hears where a rule went.
  const [moved, setMoved] = useState('');
  const order = useMutation({
    mutationFn: orderRules,
    onMutate: (ruleIds) => {
      client.setQueryData(
        rulesQuery.queryKey,
        (before) => before && ruleIds.flatMap((id) => before.find(({ ruleId }) => ruleId === id) ?? []),
      );
    },
    onError: (error) => message.error(describeFailure(error, t).title),
    onSettled: () => client.invalidateQueries({ queryKey: rulesKey }),
  });

  function move(index: number, by: -1 | 1) {
    const ids = rules.map(({ ruleId }) => ruleId);
    const [id] = ids.splice(index, 1);
    const rule = rules[index];
    if (id === undefined || rule === undefined) return;
    ids.splice(index + by, 0, id);
    setMoved(t('msg.rule.moved', { name: rule.name, place: index + by + 1 }));
    order.mutate(ids);
  }

  return (
    <>
      <ol className="msg-rules" aria-label={t('msg.tab.rules')}>
        {rules.map((rule, index) => (
          <Rule
            key={rule.ruleId}
            rule={rule}
            place={index + 1}
            last={index === rules.length - 1}
            mayWrite={mayWrite}
            onMove={(by) => move(index, by)}
          />
        ))}
      </ol>
      <span role="status" className="visually-hidden">
        {moved}
      </span>
    </>
  );
}

interface RuleProps {
  readonly rule: MessageRule;
  readonly place: number;
  readonly last: boolean;
  readonly mayWrite: boolean;
  readonly onMove: (by: -1 | 1) => void;
}

function Rule({ rule, place, last, mayWrite, onMove }: RuleProps) {
  const { t } = useLanguage();
  const { modal, message } = App.useApp();
  const client = useQueryClient();
  const { ruleId, name, enabled, source, targets } = rule;
  const readAnew = () => client.invalidateQueries({ queryKey: rulesKey });
  const failed = (error: Error) => void message.error(describeFailure(error, t).title);
  const change = useMutation({
    mutationFn: (next: boolean) => changeRule(ruleId, { enabled: next }),
    onError: failed,
    onSettled: readAnew,
  });
  const remove = useMutation({ mutationFn: () => removeRule(ruleId), onError: failed, onSettled: readAnew });

  function confirmRemoval() {
    modal.confirm({
      title: t('msg.rule.remove.title', { name }),
      content: t('msg.rule.remove.about'),
      okText: t('action.remove'),
      okButtonProps: { danger: true },
      cancelText: t('action.cancel'),
      onOk: () => remove.mutate(),
    });
  }

  return (
    <li className={enabled ? 'msg-rule' : 'msg-rule msg-rule-off'}>
      <span className="msg-rule-place" aria-hidden>
        {place}
      </span>
      <div className="msg-rule-words">
        <div className="row">
          <Link className="msg-rule-name" to={`/messages/rules/${ruleId}`}>
            {name}
          </Link>
          {!enabled && (
            <Mark tone="quiet" icon="stopped">
              {t('msg.rule.off')}
            </Mark>
          )}
        </div>
        <div className="quiet small">
          {source === 'all' ? t('msg.source.all') : t('msg.source.one', { module: source })}
          <Options options={rule.options} />
        </div>
        <Targets targets={targets} />
      </div>
      <div className="msg-rule-actions">
        {mayWrite && (
          <>
            <Switch
              checked={enabled}
              loading={change.isPending}
              aria-label={t('msg.rule.enabled', { name })}
              onChange={(next) => change.mutate(next)}
            />
            <Button
              type="text"
              icon={<ArrowUpOutlined />}
              disabled={place === 1}
              aria-label={t('msg.rule.up', { name })}
              onClick={() => onMove(-1)}
            />
            <Button
              type="text"
              icon={<ArrowDownOutlined />}
              disabled={last}
              aria-label={t('msg.rule.down', { name })}
              onClick={() => onMove(1)}
            />
            <Link
              to={`/messages/rules/${ruleId}`}
              aria-label={t('msg.rule.edit', { name })}
              className="msg-icon-link"
            >
              <EditOutlined />
            </Link>
            <Button
              type="text"
              danger
              icon={<DeleteOutlined />}
              aria-label={t('msg.rule.remove', { name })}
              onClick={confirmRemoval}
            />
          </>
        )}
        <Link to={`/messages/log?rule=${encodeURIComponent(ruleId)}`}>{t('msg.rule.log')}</Link>
      </div>
    </li>
  );
}

function Options({ options: { quietHours, digest } }: Pick<MessageRule, 'options'>) {
  const { t, number } = useLanguage();
  return (
    <>
      {quietHours !== null && ` · ${t('msg.quiet.short', { from: quietHours.from, to: quietHours.to })}`}
      {digest !== null && ` · ${t('msg.digest.short', { minutes: number(digest.everyMinutes) })}`}
    </>
  );
}

function Targets({ targets }: Pick<MessageRule, 'targets'>) {
  const { t } = useLanguage();
  if (targets.length === 0) {
    return (
      <Mark tone="warn" icon="warn">
        {t('msg.rule.no-target')}
      </Mark>
    );
  }
  return (
    <ul className="msg-targets">
      {targets.map(({ targetId, corpName, appName, type, canTakeTaps }) => (
        <li key={targetId}>
          <span>
            {corpName} · {appName}
          </span>
          <span className="msg-type">{t(`msg.type.${type}`)}</span>
          {type === 'template_card' && !canTakeTaps && (
            <Mark tone="warn" icon="warn">
              {t('msg.rule.no-callback')}
            </Mark>
          )}
        </li>
      ))}
    </ul>
  );
}
