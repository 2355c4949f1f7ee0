import type { BareWecom } from './bare-wecom';
import { secondsSince, toTenths } from './measuring';

export type SendingScriptResult = {
  readonly name: string;
  readonly seconds: number;
  readonly apiCalls: number;
  /** Fewer than all: the rest was reckoned at the same pace. */
  readonly recipientsMeasured: number;
};

const measuredAtMost = 1_000;

/** The script one would write: a call for each person, one after the other, nothing kept of any. */
export async function runSendingScript(
  wecom: BareWecom,
  agentid: number,
  recipients: number,
): Promise<SendingScriptResult> {
  const measured = Math.min(recipients, measuredAtMost);
  const startedAt = performance.now();
  for (let person = 0; person < measured; person += 1) {
    await wecom.post('message/send', {
      agentid,
      touser: `user${person}`,
      msgtype: 'text',
      text: { content: 'Script' },
    });
  }
  return {
    name: 'one call per person, one after the other',
    seconds: toTenths((secondsSince(startedAt) * recipients) / measured),
    apiCalls: recipients,
    recipientsMeasured: measured,
  };
}
