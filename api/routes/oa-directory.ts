import { z } from 'zod';
import { directoryProblemTexts, oaDirectoryTexts } from '../../i18n/oa-directory';
import type { FeedChange, OaFeed } from '../../store/oa-directory-feed';
import { DirectoryRefusedError } from '../../store/oa-directory-feed';
import type { AuditNote, Route } from '../define-route';
import { defineRoute } from '../define-route';
import type { ApiDeps } from '../deps';
import { conflict } from '../http-errors';
import { directoryRefused, DirectoryUpload, patchRows, wholeRows } from '../oa-directory-upload';
import type { Principal } from '../principal';
import { flag } from '../schemas/common';
import * as schemas from '../schemas/oa-directory';

/** 100,000 people as JSON; larger directories come as NDJSON. */
const bodyLimitBytes = 64 * 1024 * 1024;

/** How the OA's directory gets into the embedded OA. */
export function oaDirectoryRoutes({ oaFeeds }: ApiDeps): Route[] {
  const tag = 'OA directory';
  const access = { scope: 'oa:write' } as const;
  const success = {
    status: 200,
    description: 'Stored as a new version',
    schema: schemas.feedResult,
  } as const;
  const failures = { 422: 'A row can not be used; `fields` names the first 100, `total` counts all' };

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
      bodyLimitBytes,
      success,
      failures: { ...failures, 400: 'The body is not JSON, or the upload broke off' },
      handler: ({ query, body, ndjson, principal, request, audit }) =>
        withFeed(async (feed) => {
          const upload = new DirectoryUpload(feed, wholeRows, request.lang);
          let complete = false;
          if (ndjson === undefined) await upload.takeBody(body ?? {});
          else complete = await upload.takeLines(ndjson);
          if (upload.countOf('users') === 0 && query.allowEmpty !== true) {
            upload.report('users', oaDirectoryTexts.noUsers);
          }
          return store(feed, { kind: 'whole', rows: await upload.finish(), complete }, principal, audit);
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
          return store(feed, { kind: 'patch', rows: await upload.finish(), remove }, principal, audit);
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
    const feed = await oaFeeds.openFeed();
    try {
      return await work(feed);
    } catch (error) {
      await feed.discard();
      throw error;
    }
  }
}

async function store(feed: OaFeed, change: FeedChange, principal: Principal, audit: AuditNote) {
  try {
    const result = await feed.store(change, principal.id);
    const { created, updated, departed, returned } = result.counts;
    audit.target = `oa-directory:${result.version}`;
    audit.detail = { created, updated, departed, returned, unconfirmed: result.unconfirmed?.lost ?? 0 };
    return { body: result };
  } catch (error) {
    if (!(error instanceof DirectoryRefusedError)) throw error;
    const { problems } = error;
    throw directoryRefused(
      problems.map(({ path, kind, id, value }) => ({
        path,
        said: { text: directoryProblemTexts[kind], params: { id, value } },
      })),
      problems.length,
    );
  }
}
