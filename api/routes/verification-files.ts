import { z } from 'zod';
import { apiTexts } from '../../i18n/api';
import type { VerificationFileRecord } from '../../store/verification-files';
import type { Route } from '../define-route';
import { defineRoute } from '../define-route';
import type { ApiDeps } from '../deps';
import { notFound } from '../http-errors';
import { labelOf } from '../principal';
import { matching, timestamp } from '../schemas/common';

export const verificationFileName = /^WW_verify_[\w-]{1,64}\.txt$/;

const fileName = matching(verificationFileName, apiTexts.verificationNameShape).meta({
  example: 'WW_verify_abc123.txt',
});

const file = z
  .object({
    name: z.string(),
    content: z.string(),
    url: z.string(),
    uploadedBy: z.string(),
    createdAt: timestamp,
  })
  .meta({ id: 'VerificationFile' });

/** WeCom proves the ownership of a domain by a file at the site's root. */
export function verificationFileRoutes(deps: ApiDeps): Route[] {
  const { verificationFiles, principals, settings } = deps;
  const path = '/verification-files';
  const tag = 'Domain verification';

  async function view(records: readonly VerificationFileRecord[]) {
    const labels = await principals.labelsOf(records.map(({ uploadedBy }) => uploadedBy));
    return records.map(({ name, content, uploadedBy, createdAt }) => ({
      name,
      content,
      url: `${settings.publicUrl}/${name}`,
      uploadedBy: labelOf(uploadedBy, labels),
      createdAt: createdAt.toISOString(),
    }));
  }

  return [
    defineRoute({
      method: 'get',
      path,
      operationId: 'listVerificationFiles',
      tag,
      summary: "Files served at the site's root",
      access: { scope: 'read' },
      success: { status: 200, description: 'All of them', schema: z.object({ items: z.array(file) }) },
      handler: async () => ({ body: { items: await view(await verificationFiles.listFiles()) } }),
    }),

    defineRoute({
      method: 'post',
      path,
      operationId: 'saveVerificationFile',
      tag,
      summary: 'Add or replace a file; it is served at once',
      access: { scope: 'settings:write' },
      audit: 'verification-file.save',
      body: z.strictObject({
        name: fileName,
        content: z
          .string()
          .transform((content) => content.replace(/^\ufeff/, '').trim())
          .refine((content) => /^[\x21-\x7e]{1,200}$/.test(content), {
            params: { text: apiTexts.verificationContentShape },
          }),
      }),
      success: { status: 201, description: 'Saved', schema: file },
      handler: async ({ body, principal, audit }) => {
        audit.target = `verification-file:${body.name}`;
        const [saved] = await view([await verificationFiles.saveFile({ ...body, uploadedBy: principal.id })]);
        if (saved === undefined) throw notFound();
        return { body: saved, headers: { Location: `/${body.name}` } };
      },
    }),

    defineRoute({
      method: 'delete',
      path: `${path}/{name}`,
      operationId: 'deleteVerificationFile',
      tag,
      summary: 'Remove a file',
      access: { scope: 'settings:write' },
      audit: 'verification-file.delete',
      params: z.object({ name: z.string().min(1).max(100) }),
      success: { status: 204, description: 'Removed', schema: z.undefined() },
      handler: async ({ params }) => {
        if (!(await verificationFiles.deleteFile(params.name))) throw notFound();
        return { body: undefined };
      },
    }),
  ];
}
