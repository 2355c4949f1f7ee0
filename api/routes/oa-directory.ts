import { z } from 'zod';
import { oaDirectoryTexts } from '../../i18n/oa-directory';
import type { OaFeed } from '../../store/oa-directory-feed';
import type { Route } from '../define-route';
import { defineRoute } from '../define-route';
import type { ApiDeps } from '../deps';
import { conflict, invalidField } from '../http-errors';
import { DirectoryUpload, patchRows, wholeRows } from '../oa-directory-upload';
import { assertFedHere, storingFeed } from '../oa-feeding';
import { flag } from '../schemas/common';
import * as schemas from '../schemas/oa-directory';

/** 100,000 people as JSON; larger directories come as NDJSON. */
const bodyLimitBytes = 64 * 1024 * 1024;

/** How the OA's directory gets into the embedded OA. */
export function oaDirectoryRoutes({ oaFeeds, settings }: ApiDeps): Route[] {
  const tag = 'OA directory';
  const access = { scope: 'oa:write' } as const;
  const success = {
    status: 200,
    description: 'Stored as a new version',
    schema: schemas.feedResult,
  } as const;
  const failures = {
    409: 'The directory comes from an OA that is asked for it (OA_ADAPTER=http)',
    422: 'A row can not be used; `fields` names the first 100, `total` counts all',
  };

  return [
    defineRoute({
      method: 'get',
      path: '/oa/directory',
      operationId: 'getOaDirectory',
      tag,
      summary: 'Version and size of the OA directory',
      access: { scope: 'read' },
      success: { status: 200, description: 'As it stands', schema: schemas.directoryState },
      handler: async () => {
        const state = await oaFeeds.readState();
        return { body: { ...state, updatedAt: state.updatedAt?.toISOString() ?? null } };
      },
    }),

    defineRoute({
      method: 'put',
      path: '/oa/directory',
      operationId: 'replaceOaDirectory',
      tag,
      summary: 'Feed the whole OA directory',
      description:
        'People who are missing become departed. NDJSON has one object a line with `type`; its last line may be ' +
        '`{"type": "end", "subcompanies": n, "departments": n, "users": n}`, whose numbers must match. Without it, and ' +
        'in JSON, a loss above 10 % and of more than 20 people is stored but unconfirmed.',
      access,
      audit: 'oa-directory.replace',
      query: z.object({ allowEmpty: flag.optional() }),
      body: schemas.wholeBody,
      documentedBody: schemas.wholeBodyDocumented,
      ndjson: schemas.ndjsonLine,
      readsJsonRows: true,
      bodyLimitBytes,
      success,
      failures: { ...failures, 400: 'The body is not JSON, or the upload broke off' },
      handler: ({ query, body, ndjson, jsonRows, principal, request, audit }) =>
        withFeed(async (feed) => {
          const upload = new DirectoryUpload(feed, wholeRows, request.lang);
          let complete = false;
          if (ndjson !== undefined) complete = await upload.takeLines(ndjson);
          else if (jsonRows !== undefined) await upload.takeJson(jsonRows, bodyLimitBytes);
          // Lost on the way, it would be taken for an OA that has nobody.
          else if (body === undefined) throw invalidField('users', oaDirectoryTexts.noBody);
          else await upload.takeBody(body);
          if (upload.countOf('users') === 0 && query.allowEmpty !== true) {
            upload.report('users', oaDirectoryTexts.noUsers);
          }
          upload.finish();
          return storingFeed(audit, () => feed.store({ kind: 'whole', complete }, principal.id));
        }),
    }),

    defineRoute({
      method: 'patch',
      path: '/oa/directory',
      operationId: 'changeOaDirectory',
      tag,
      summary: 'Feed changes of the OA directory',
      description:
        'What a row that is known leaves out keeps its value. People removed become departed. The same loss rule ' +
        'applies as for the whole directory.',
      access,
      audit: 'oa-directory.change',
      body: schemas.patchBody,
      documentedBody: schemas.patchBodyDocumented,
      bodyLimitBytes,
      success,
      failures,
      handler: ({ body, principal, request, audit }) =>
        withFeed(async (feed) => {
          const upload = new DirectoryUpload(feed, patchRows, request.lang, 'upsert.');
          await upload.takeBody(body.upsert ?? {});
          const remove = { departments: body.remove?.departments ?? [], users: body.remove?.users ?? [] };
          upload.finish();
          return storingFeed(audit, () => feed.store({ kind: 'patch', remove }, principal.id));
        }),
    }),

    defineRoute({
      method: 'post',
      path: '/oa/directory/confirm',
      operationId: 'confirmOaDirectoryLoss',
      tag,
      summary: 'Confirm that so many people have really left',
      access: { scope: 'settings:write' },
      audit: 'oa-directory.confirm',
      body: schemas.confirmBody,
      success: { status: 200, description: 'As it stands now', schema: schemas.directoryState },
      failures: { 409: 'No loss of this size waits to be confirmed' },
      handler: async ({ body, principal, audit }) => {
        audit.detail = { loss: body.loss };
        if (!(await oaFeeds.confirmLoss(body.loss, principal.id))) {
          throw conflict('loss_mismatch', oaDirectoryTexts.lossMismatch);
        }
        const state = await oaFeeds.readState();
        return { body: { ...state, updatedAt: state.updatedAt?.toISOString() ?? null } };
      },
    }),
  ];

  async function withFeed<T>(work: (feed: OaFeed) => Promise<T>): Promise<T> {
    assertFedHere(settings);
    const feed = await oaFeeds.openFeed();
    try {
      return await work(feed);
    } catch (error) {
      await feed.discard();
      throw error;
    }
  }
}
