import type { PushCall } from '../api/messages';
import { useLanguage } from '../language/use-language';
import { describeWecomAnswer } from '../parts/failure-notice';
import { ExactTime } from '../parts/time';
import { CallStateMark } from './push-state-mark';

/** Each request to WeCom: how many it was for, and what came of it. */
export function PushCalls({ calls }: { readonly calls: readonly PushCall[] }) {
  const { t, number } = useLanguage();
  return (
    <ol className="msg-calls">
      {calls.map((call) => (
        <li key={call.callId}>
          <div className="row">
            <CallStateMark state={call.state} />
            <span>{t('msg.call.recipients', { count: number(call.recipients) })}</span>
            <span className="quiet small">
              <ExactTime at={call.sentAt ?? call.startedAt} />
            </span>
            {call.attempts > 1 && (
              <span className="quiet small">{t('msg.call.attempts', { count: number(call.attempts) })}</span>
            )}
          </div>
          <div className="small quiet">
            <span className="mono">msgid {call.msgid ?? '—'}</span>
            {call.card !== null && ` · ${t(`msg.card.${call.card}`)}`}
          </div>
          {call.error !== null && <Wrong error={call.error} />}
          {call.recall !== null && (
            <div className="small">
              {t(`msg.recall.of.${call.recall.state}`)}
              {call.recall.at !== null && (
                <span className="quiet">
                  {' '}
                  · <ExactTime at={call.recall.at} />
                </span>
              )}
              {call.recall.error !== null && <Wrong error={call.recall.error} />}
            </div>
          )}
        </li>
      ))}
    </ol>
  );
}

function Wrong({ error: { message, wecom } }: { readonly error: NonNullable<PushCall['error']> }) {
  const { t } = useLanguage();
  return (
    <div className="small">
      {message}
      {wecom !== null && <div className="quiet mono">{describeWecomAnswer(wecom, t)}</div>}
    </div>
  );
}
