import { z } from 'zod';
import { type PictureProblemText, messageRuleTexts } from '../../i18n/message-rules';
import { pictureLimits, pictureProblem, type PictureProblem } from '../../wecom';
import type { Route } from '../define-route';
import { defineRoute } from '../define-route';
import type { ApiDeps } from '../deps';
import { ApiError, invalidField } from '../http-errors';
import { appParams } from '../schemas/corps';
import * as schemas from '../schemas/message-rules';
import { clientOf } from '../wecom-access';
import { requireCorp } from './corps';

const problemTexts: Readonly<Record<PictureProblem, PictureProblemText>> = {
  'too-small': 'pictureTooSmall',
  'too-large': 'pictureTooLarge',
  'not-a-picture': 'notAPicture',
};

/** Pictures of news, kept by WeCom for good. */
export function messagePictureRoutes(deps: ApiDeps): Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/corps/{corpId}/apps/{appId}/pictures',
      operationId: 'uploadMessagePicture',
      tag: 'Message rules',
      summary: 'Hand a picture to WeCom; its address can stand in rules and events',
      description:
        'JPG or PNG up to 2 MB. WeCom keeps it for good, shows it in its messages only, and takes 1,000 a day and 3,000 a month of each corp. The bridge keeps nothing of it.',
      access: { scope: 'settings:write' },
      audit: 'message-picture.upload',
      params: appParams,
      body: z.object({}),
      documentedBody: schemas.pictureForm,
      multipart: { maxFileBytes: pictureLimits.maxBytes },
      success: { status: 201, description: 'Where it is', schema: schemas.picture },
      failures: { 422: 'No JPG or PNG', 502: 'WeCom refuses it, or can not be used at the moment' },
      // Nobody's account changes by it, and a file has no place in a workflow.
      handler: async ({ params, file, audit }) => {
        const corp = await requireCorp(deps, params.corpId);
        audit.corpId = corp.id;
        audit.target = `app:${params.appId}`;
        const access = await deps.corps.connectionOf(corp.id);
        const app = access?.apps.find(({ appId }) => appId === params.appId);
        if (access === undefined || app === undefined) {
          throw new ApiError(404, 'not_found', { text: messageRuleTexts.noApp });
        }
        const content = file?.content ?? Buffer.alloc(0);
        audit.detail = { bytes: content.length };
        const problem = pictureProblem(content);
        if (problem !== undefined) throw invalidField('file', messageRuleTexts[problemTexts[problem]]);
        const { agentId, secret } = app;
        const { media } = clientOf(deps, access.connection).as({ kind: 'app', agentId, secret });
        const { url } = await media.uploadPicture({ content }, { priority: 'interactive' });
        return { body: { url }, headers: { Location: url } };
      },
    }),
  ];
}
