import type { EventContent } from '../domain/messages/message';
import type { SecretBox } from './secrets';
import { secretContext } from './secrets';

/** Where the sealed parts of messages stand; each opens nowhere else. */

export const eventContentContext = (eventId: string): string =>
  secretContext('oa_event', 'content_enc', eventId);

export const renderingContext = (pushId: string, hash: string): string =>
  secretContext('message_rendering', 'body_enc', `${pushId}/${hash}`);

export const callCodeContext = (callId: string): string =>
  secretContext('message_call', 'response_code_enc', callId);

export const tapCodeContext = (tapId: string): string =>
  secretContext('card_tap', 'response_code_enc', tapId);

export function sealEventContent(secrets: SecretBox, eventId: string, content: EventContent): string {
  return secrets.seal(JSON.stringify(content), eventContentContext(eventId));
}

/** Null once it was erased. */
export function openEventContent(
  secrets: SecretBox,
  eventId: string,
  sealed: string | null,
): EventContent | null {
  return sealed === null
    ? null
    : (JSON.parse(secrets.open(sealed, eventContentContext(eventId))) as EventContent);
}
