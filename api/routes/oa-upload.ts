import { z } from 'zod';
import { oaUploadTexts } from '../../i18n/oa-upload';
import type { Route } from '../define-route';
import { defineRoute } from '../define-route';
import type { ApiDeps } from '../deps';
import { conflict, notFound } from '../http-errors';
import { assertFedHere, storingFeed } from '../oa-feeding';
import { previewUpload } from '../oa-upload/preview';
import { maxCsvBytes } from '../oa-upload/read-table';
import { feedResult } from '../schemas/oa-directory';
import * as schemas from '../schemas/oa-upload';

/** The directory from a file that a person has looked at. */
export function oaUploadRoutes({ oaUploads, settings }: ApiDeps): Route[] {
  const tag = 'OA directory';
  const access = { scope: 'oa:write' } as const;

  return [
    defineRoute({
      method: 'post',
      path: '/oa/directory/preview',
      operationId: 'previewOaUpload',
      tag,
      summary: 'Look at a CSV or XLSX file before it becomes part of the OA directory',
      description:
        'Columns are known by their headers in Chinese or English; departments and parents stand as ids or paths. ' +
        'What a file has no column for keeps its value. Nothing is stored in the directory; the rows wait 24 hours.',
      access,
      audit: 'oa-directory.preview',
      body: schemas.uploadForm,
      documentedBody: schemas.uploadFormDocumented,
      multipart: { maxFileBytes: maxCsvBytes },
      success: { status: 200, description: 'What it would do', schema: schemas.uploadPreview },
      failures: {
        409: 'The directory is not fed here',
        422: 'The file is not a table, or lacks a column',
      },
      handler: async ({ body, file, principal, request, audit }) => {
        assertFedHere(settings);
        const preview = await previewUpload(oaUploads, {
          content: file?.content ?? Buffer.alloc(0),
          kind: body.kind,
          mode: body.mode,
          mapping: body.mapping,
          createdBy: principal.id,
          lang: request.lang,
        });
        audit.target = `oa-upload:${preview.previewId}`;
        audit.detail = { rows: preview.counts.rows, wrong: preview.counts.wrong };
        return { body: preview };
      },
    }),

    defineRoute({
      method: 'post',
      path: '/oa/directory/preview/{previewId}/apply',
      operationId: 'applyOaUpload',
      tag,
      summary: 'Make a previewed file part of the OA directory',
      description:
        'Refused when the directory has changed since the preview. The loss rule of feeds applies.',
      access,
      audit: 'oa-directory.upload',
      params: z.object({ previewId: z.uuid() }),
      success: { status: 200, description: 'Stored as a new version', schema: feedResult },
      failures: {
        409: 'The preview has errors, is outdated or was applied, or the directory is not fed here',
        422: 'A row can not be used',
      },
      handler: async ({ params, principal, audit }) => {
        assertFedHere(settings);
        return storingFeed(audit, async () => {
          const applied = await oaUploads.apply(params.previewId, principal.id);
          switch (applied.kind) {
            case 'applied':
              return applied.result;
            case 'unknown':
              throw notFound();
            case 'not-applicable':
              throw conflict('preview_has_errors', oaUploadTexts.previewHasErrors);
            case 'outdated':
              throw conflict('preview_outdated', oaUploadTexts.previewOutdated);
            case 'applied-before':
              throw conflict('preview_applied', oaUploadTexts.previewApplied);
          }
        });
      },
    }),
  ];
}
