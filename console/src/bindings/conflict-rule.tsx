import { ArrowRightOutlined } from '@ant-design/icons';
import { useMutation, useQuery } from '@tanstack/react-query';
import { App, Button, Drawer, Radio, Skeleton } from 'antd';
import { useState } from 'react';
import { type ConflictRule as Rule, conflictRules, decideByRule, type RuleOutcome } from '../api/bindings';
import { useLanguage } from '../language/use-language';
import { FailureNotice } from '../parts/failure-notice';
import { RecordList } from '../parts/record-list';
import { Verdict } from '../parts/verdict';
import { useReadAnew } from './use-bind';

interface ConflictRuleProps {
  readonly corpId: string;
  readonly open: boolean;
  readonly onClose: () => void;
}

export function ConflictRule({ corpId, open, onClose }: ConflictRuleProps) {
  const { t } = useLanguage();
  return (
    <Drawer open={open} onClose={onClose} size={640} title={t('conflict.rule')} destroyOnHidden>
      <OpenRule corpId={corpId} onClose={onClose} />
    </Drawer>
  );
}

type Item = RuleOutcome['items'][number];

/** What the rule would bind is seen before it binds anybody. */
function OpenRule({ corpId, onClose }: Omit<ConflictRuleProps, 'open'>) {
  const { t, number } = useLanguage();
  const { message } = App.useApp();
  const readAnew = useReadAnew(corpId);
  const [rule, setRule] = useState<Rule>('same-job-number');
  const preview = useQuery({
    queryKey: ['corps', corpId, 'conflict-rule', rule],
    queryFn: () => decideByRule(corpId, rule, false),
    staleTime: 0,
    gcTime: 0,
  });
  const apply = useMutation({
    mutationFn: () => decideByRule(corpId, rule, true),
    onSuccess: async ({ matched }) => {
      message.success(t('conflict.rule.applied', { count: number(matched) }));
      onClose();
      await readAnew();
    },
  });
  const { data } = preview;
  return (
    <div className="stack">
      <span className="quiet">{t('conflict.rule.about')}</span>
      <div role="radiogroup" aria-label={t('conflict.rule.choose')}>
        <Radio.Group
          className="desk-rules"
          value={rule}
          disabled={apply.isPending}
          onChange={({ target }) => setRule(conflictRules.find((known) => known === target.value) ?? rule)}
          options={conflictRules.map((value) => ({ value, label: t(`conflict.rule.${value}`) }))}
        />
      </div>
      {preview.error !== null && (
        <FailureNotice error={preview.error} onRetry={() => void preview.refetch()} />
      )}
      {apply.error !== null && <FailureNotice error={apply.error} />}
      {preview.isPending && preview.error === null && <Skeleton active />}
      {data && (
        <>
          <Verdict
            tone={data.matched > 0 ? 'good' : 'quiet'}
            title={
              data.matched > 0
                ? t('conflict.rule.matched', { count: number(data.matched) })
                : t('conflict.rule.matched.none')
            }
            actions={
              data.matched > 0 && (
                <Button type="primary" loading={apply.isPending} onClick={() => apply.mutate()}>
                  {t('conflict.rule.apply', { count: number(data.matched) })}
                </Button>
              )
            }
          >
            {data.matched > data.items.length && (
              <div className="quiet">{t('conflict.rule.first', { count: number(data.items.length) })}</div>
            )}
          </Verdict>
          {data.items.length > 0 && (
            <RecordList<Item>
              label={t('conflict.rule')}
              records={data.items}
              rowKey={({ memberId }) => memberId}
              empty={t('conflict.rule.matched.none')}
              columns={[
                {
                  key: 'member',
                  title: t('conflict.member'),
                  role: 'heading',
                  render: ({ name, userId }) => (
                    <span className="bind-cell">
                      <span>{name ?? userId}</span>
                      <span className="mono small quiet">{userId}</span>
                    </span>
                  ),
                },
                {
                  key: 'oa',
                  title: t('bind.column.oa'),
                  render: ({ oaName, oaUserId }) => (
                    <span className="bind-cell">
                      <span>
                        <ArrowRightOutlined aria-hidden /> {oaName}
                      </span>
                      <span className="mono small quiet">
                        {t('oa-field.id')} {oaUserId}
                      </span>
                    </span>
                  ),
                },
              ]}
            />
          )}
        </>
      )}
    </div>
  );
}
