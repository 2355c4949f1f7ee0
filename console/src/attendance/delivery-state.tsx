import { SendOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { Alert, App, Button, Card } from 'antd';
import { Link } from 'react-router';
import { type AttendanceSummary, type DeliveryStream, tellOaNow } from '../api/attendance';
import { useLanguage } from '../language/use-language';
import { Facts } from '../parts/facts';
import { describeFailure } from '../parts/failure-notice';
import { Mark } from '../parts/mark';
import { TimeAgo } from '../parts/time';
import { useMay } from '../session/use-session';
import { useReadAttendanceAnew } from './use-read-anew';

interface DeliveryProps {
  readonly corpId: string;
  readonly summary: AttendanceSummary;
}

const streams = ['punches', 'reports'] as const;

/** Only while the OA takes nothing. */
export function DeliveryAlarm({ corpId, summary: { delivery } }: DeliveryProps) {
  const { t, number } = useLanguage();
  const failing = streams.map((name) => delivery[name]).filter(({ failingSince }) => failingSince !== null);
  const since = failing
    .map(({ failingSince }) => failingSince)
    .sort()
    .at(0);
  if (since == null) return null;
  const pending = failing.reduce((sum, stream) => sum + stream.pending, 0);
  const reasons = [...new Set(failing.flatMap(({ error }) => error?.message ?? []))];
  return (
    <Alert
      type="warning"
      showIcon
      role="alert"
      title={t('att.oa.failing', { pending: number(pending) })}
      description={
        <>
          {reasons.map((reason) => (
            <div key={reason}>{reason}</div>
          ))}
          <div className="quiet small">
            {t('att.oa.failing.since')} <TimeAgo at={since} /> · {t('att.oa.failing.about')}
          </div>
          <div className="att-alarm-action">
            <TellNowButton corpId={corpId} />
          </div>
        </>
      }
    />
  );
}

function TellNowButton({ corpId }: { readonly corpId: string }) {
  const { t } = useLanguage();
  const { modal, message } = App.useApp();
  const mayStart = useMay('runs:start');
  const readAnew = useReadAttendanceAnew(corpId);
  const tell = useMutation({
    mutationFn: () => tellOaNow(corpId),
    onSuccess: () => message.success(t('att.oa.asked')),
    onError: (error) => {
      const { title, advice } = describeFailure(error, t);
      modal.error({ title, content: advice });
    },
    onSettled: readAnew,
  });
  if (!mayStart) return null;
  return (
    <Button icon={<SendOutlined />} loading={tell.isPending} onClick={() => tell.mutate()}>
      {t('att.oa.now')}
    </Button>
  );
}

/** How far the OA has been told, and who waits for a binding. */
export function DeliveryCard({ corpId, summary }: DeliveryProps) {
  const { t, number } = useLanguage();
  const { delivery, waitingForBinding } = summary;
  // While the OA takes nothing, the alarm above has the button.
  const offered = streams.every((name) => delivery[name].failingSince === null);
  const pending = offered && streams.some((name) => delivery[name].pending > 0);
  return (
    <Card
      title={<h2 className="set-heading">{t('att.oa')}</h2>}
      extra={pending && <TellNowButton corpId={corpId} />}
    >
      <Facts
        items={[
          [t('att.oa.punches'), <StreamWords stream={delivery.punches} />],
          [t('att.oa.reports'), <StreamWords stream={delivery.reports} />],
          [
            t('att.oa.waiting'),
            waitingForBinding.people === 0 ? (
              <span className="quiet">{t('att.oa.waiting.none')}</span>
            ) : (
              <>
                <Mark tone="warn" icon="waiting">
                  {t('att.oa.waiting.count', {
                    people: number(waitingForBinding.people),
                    records: number(waitingForBinding.records),
                  })}
                </Mark>{' '}
                <Link to={`/corps/${corpId}/members?binding=unbound`}>{t('att.oa.waiting.who')}</Link>
                {' · '}
                <Link to={`/corps/${corpId}/bindings`}>{t('att.oa.waiting.bind')}</Link>
                <div className="small quiet">{t('att.oa.waiting.about')}</div>
              </>
            ),
          ],
        ]}
      />
    </Card>
  );
}

function StreamWords({ stream }: { readonly stream: DeliveryStream }) {
  const { t, number } = useLanguage();
  const { pending, failingSince, lastToldAt } = stream;
  const tone = failingSince !== null ? 'bad' : pending > 0 ? 'busy' : lastToldAt === null ? 'quiet' : 'good';
  return (
    <span className="row">
      <Mark tone={tone}>
        {failingSince !== null
          ? t('att.oa.stream.failing', { pending: number(pending) })
          : pending > 0
            ? t('att.oa.stream.pending', { pending: number(pending) })
            : t(lastToldAt === null ? 'att.oa.stream.nothing' : 'att.oa.stream.done')}
      </Mark>
      {lastToldAt !== null && (
        <span className="small quiet">
          {t('att.oa.stream.last')} <TimeAgo at={lastToldAt} />
        </span>
      )}
    </span>
  );
}
