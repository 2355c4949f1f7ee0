import { EditOutlined, ReloadOutlined } from '@ant-design/icons';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Card, Empty } from 'antd';
import { useState } from 'react';
import { type CheckReport, checkCorp, checkQuery, type Corp } from '../api/corps';
import { useLanguage } from '../language/use-language';
import { CopyField } from '../parts/copy-field';
import { Facts } from '../parts/facts';
import { FailureNotice } from '../parts/failure-notice';
import { Mark } from '../parts/mark';
import { QueryView } from '../parts/query-view';
import { TimeAgo } from '../parts/time';
import { Verdict } from '../parts/verdict';
import { useMay } from '../session/use-session';
import { SchedulesCard } from '../settings/schedules-card';
import { CallbacksCard } from './callbacks-card';
import { CheckList, outcomeOf } from './check-list';
import { EditCorpDrawer } from './edit-corp-drawer';
import { NextStep } from './next-step';
import { RemoveCorpButton } from './remove-corp-button';

export function ConnectionTab({ corp }: { readonly corp: Corp }) {
  const { t } = useLanguage();
  const mayWrite = useMay('corps:write');
  const [editing, setEditing] = useState(false);
  return (
    <div className="two-columns">
      <div className="stack">
        <NextStep corp={corp} />
        <Doctor corp={corp} />
        <SchedulesCard corpId={corp.id} />
        <CallbacksCard corp={corp} />
      </div>
      <div className="stack">
        <Card
          title={t('connection.facts')}
          extra={
            mayWrite && (
              <Button icon={<EditOutlined />} onClick={() => setEditing(true)}>
                {t('action.edit')}
              </Button>
            )
          }
        >
          <ConnectionFacts corp={corp} />
        </Card>
        {mayWrite && (
          <Card title={t('connection.danger')}>
            <p className="quiet" style={{ marginTop: 0 }}>
              {t('connection.remove.about')}
            </p>
            <RemoveCorpButton corp={corp} />
          </Card>
        )}
      </div>
      <EditCorpDrawer corp={corp} open={editing} onClose={() => setEditing(false)} />
    </div>
  );
}

function ConnectionFacts({ corp }: { readonly corp: Corp }) {
  const { t, number } = useLanguage();
  return (
    <Facts
      items={[
        [t('connect.kind'), t(`kind.${corp.kind}`)],
        [t('connect.base-url'), <span className="mono">{corp.apiBaseUrl}</span>],
        [
          t('connect.contacts-secret'),
          corp.hasContactsSecret ? (
            <Mark tone="good">{t('secret.stored')}</Mark>
          ) : (
            <Mark tone="warn">{t('secret.missing')}</Mark>
          ),
        ],
        [t('corp.access'), t(`access.${corp.access}`)],
        [t('corp.account-limit'), corp.accountLimit === null ? t('value.unset') : number(corp.accountLimit)],
        [
          t('callback.contacts'),
          corp.contactsCallbackConfigured ? (
            <Mark tone="good">{t('callback.set')}</Mark>
          ) : (
            <Mark tone="quiet">{t('callback.unset')}</Mark>
          ),
        ],
        [t('callback.url'), <CopyField value={corp.contactsCallbackUrl} label={t('callback.url')} />],
        [t('corp.connected'), <TimeAgo at={corp.createdAt} />],
      ]}
    />
  );
}

function Doctor({ corp }: { readonly corp: Corp }) {
  const { t } = useLanguage();
  const queryClient = useQueryClient();
  const mayCheck = useMay('runs:start');
  const last = useQuery(checkQuery(corp.id, corp.lastCheck?.id));
  const check = useMutation({
    mutationFn: () => checkCorp(corp.id),
    onSuccess: async (report) => {
      queryClient.setQueryData(checkQuery(corp.id, report.id).queryKey, report);
      await queryClient.invalidateQueries({ queryKey: ['corps'], exact: true });
      await queryClient.invalidateQueries({ queryKey: ['corps', corp.id], exact: true });
      await queryClient.invalidateQueries({ queryKey: ['overview'] });
    },
  });
  const run = mayCheck && (
    <Button type="primary" icon={<ReloadOutlined />} loading={check.isPending} onClick={() => check.mutate()}>
      {t(check.isPending ? 'check.running' : 'check.run')}
    </Button>
  );
  return (
    <Card title={t('check.title')} extra={run}>
      <div className="stack">
        {check.error !== null && <FailureNotice error={check.error} />}
        <QueryView query={last}>
          {(report) =>
            report === null ? (
              <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('check.none')} />
            ) : (
              <DoctorReport report={report} />
            )
          }
        </QueryView>
      </div>
    </Card>
  );
}

function DoctorReport({ report }: { readonly report: CheckReport }) {
  const { t } = useLanguage();
  const count = (wanted: ReturnType<typeof outcomeOf>) =>
    report.checks.filter((check) => outcomeOf(check) === wanted).length;
  const failed = count('failed');
  const untried = count('untried');
  const notApplicable = count('not-applicable');
  const total = report.checks.length - notApplicable;
  return (
    <>
      <Verdict
        tone={report.ok ? 'good' : 'bad'}
        title={report.ok ? t('check.verdict.ok', { total }) : t('check.verdict.failed', { failed, total })}
      >
        {untried > 0 && <div>{t('check.verdict.untried', { untried })}</div>}
        {notApplicable > 0 && <div>{t('check.verdict.not-applicable', { notApplicable })}</div>}
        <span className="quiet small">
          {t('check.last')} <TimeAgo at={report.at} />
        </span>
      </Verdict>
      <CheckList checks={report.checks} />
    </>
  );
}
