import type { Route } from '../define-route';
import { defineRoute } from '../define-route';
import type { ApiDeps } from '../deps';
import * as schemas from '../schemas/message-rules';

/** How long what messages said is kept, and how long it is known that they were sent. */
export function messageSettingsRoutes({ messageRetention }: ApiDeps): Route[] {
  const tag = 'Message settings';

  return [
    defineRoute({
      method: 'get',
      path: '/message-settings',
      operationId: 'getMessageSettings',
      tag,
      summary: 'How long messages and their log are kept',
      access: { scope: 'read' },
      success: { status: 200, description: 'The settings', schema: schemas.messageRetention },
      handler: async () => ({ body: { ...(await messageRetention.settings()) } }),
    }),

    defineRoute({
      method: 'put',
      path: '/message-settings',
      operationId: 'saveMessageSettings',
      tag,
      summary: 'Say how long messages and their log are kept',
      description: 'Looked at once an hour. What is still under way is never removed.',
      access: { scope: 'settings:write' },
      audit: 'message-settings.save',
      body: schemas.messageRetention,
      success: { status: 200, description: 'The settings', schema: schemas.messageRetention },
      handler: async ({ body, audit }) => {
        await messageRetention.saveSettings(body);
        audit.detail = { ...body };
        return { body };
      },
    }),
  ];
}
