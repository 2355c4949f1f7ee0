import type {
  ZodOpenApiOperationObject,
  ZodOpenApiPathsObject,
  ZodOpenApiResponsesObject,
} from 'zod-openapi';
import { createDocument } from 'zod-openapi';
import { z } from 'zod';
import { sessionCookie } from './authentication';
import type { Access, Route } from './define-route';
import { isWrite } from './define-route';
import { errorBody } from './schemas/common';

export function openApiDocument(
  routes: readonly Route[],
  { version, basePath }: { readonly version: string; readonly basePath: string },
) {
  const paths: ZodOpenApiPathsObject = {};
  for (const route of routes) {
    const path = basePath + route.path;
    paths[path] = { ...paths[path], [route.method]: operation(route) };
  }
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'WeCom Bridge',
      version,
      description:
        'The bridge between an OA and WeCom. Errors have one shape; their texts follow `Accept-Language` (zh-CN or en). ' +
        "Writes with the console's session cookie need the header `x-csrf-token`.",
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: [...new Set(routes.map(({ tag }) => tag))].map((name) => ({ name })),
    components: {
      securitySchemes: {
        apiToken: { type: 'http', scheme: 'bearer' },
        consoleSession: { type: 'apiKey', in: 'cookie', name: sessionCookie },
      },
    },
    paths,
  });
}

function rightsOf(access: Exclude<Access, string>): string {
  if ('and' in access) return `rights \`${access.scope}\` and \`${access.and}\``;
  const either = [access.scope, access.or].flatMap((one) => (one === undefined ? [] : `\`${one}\``));
  return `right ${either.join(' or ')}`;
}

function operation(route: Route): ZodOpenApiOperationObject {
  const { access } = route;
  const rights = typeof access === 'object' ? rightsOf(access) : undefined;
  const about = [route.description, rights === undefined ? undefined : `Needs the ${rights}.`];
  const description = about.filter((part) => part !== undefined).join('\n\n');
  return {
    operationId: route.operationId,
    tags: [route.tag],
    summary: route.summary,
    ...(description === '' ? {} : { description }),
    security: access === 'public' ? [] : [{ apiToken: [] }, { consoleSession: [] }],
    requestParams: {
      ...(route.params === undefined ? {} : { path: route.params }),
      ...(route.query === undefined ? {} : { query: route.query }),
      ...(route.idempotent === true ? { header: idempotencyHeader } : {}),
    },
    ...(route.body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content:
              route.multipart === undefined
                ? {
                    'application/json': { schema: route.documentedBody ?? route.body },
                    ...(route.ndjson === undefined
                      ? {}
                      : { 'application/x-ndjson': { schema: route.ndjson } }),
                  }
                : { 'multipart/form-data': { schema: route.documentedBody ?? route.body } },
          },
        }),
    responses: responses(route),
  };
}

const idempotencyHeader = z.object({
  'Idempotency-Key': z
    .string()
    .min(1)
    .max(200)
    .optional()
    .meta({ description: 'Good for 24 hours: the same key with the same body gets the first answer again.' }),
});

function responses(route: Route): ZodOpenApiResponsesObject {
  const failures = {
    ...(route.body === undefined
      ? {}
      : {
          400: route.multipart === undefined ? 'The body is not JSON' : 'The form can not be read',
          413: 'The body is too large',
          415: `The body is not ${route.multipart === undefined ? 'application/json' : 'multipart/form-data'}`,
        }),
    ...(route.access === 'public' ? {} : { 401: 'Nobody is signed in' }),
    ...(route.access === 'public' || (route.access === 'signed-in' && !isWrite(route.method))
      ? {}
      : { 403: 'The right is missing, or the CSRF token' }),
    ...(route.params === undefined ? {} : { 404: 'Not found' }),
    ...(route.body === undefined && route.query === undefined && route.params === undefined
      ? {}
      : { 422: 'A value can not be used' }),
    ...(route.idempotent === true ? { 409: 'The Idempotency-Key is in use' } : {}),
    ...route.failures,
    500: 'Something went wrong inside the bridge',
    503: 'A part of the bridge can not be reached at the moment',
  };
  const { status, description, schema, files, or200 } = route.success;
  return {
    ...(or200 === undefined
      ? {}
      : { 200: { description: or200, content: { 'application/json': { schema } } } }),
    [`${status}`]:
      status === 204
        ? { description }
        : files === undefined
          ? { description, content: { 'application/json': { schema } } }
          : {
              description,
              content: Object.fromEntries(
                files.map((type) => [type, { schema: { type: 'string' as const, format: 'binary' } }]),
              ),
            },
    ...Object.fromEntries(
      Object.entries(failures).map(([code, reason]) => [
        code,
        { description: reason, content: { 'application/json': { schema: errorBody } } },
      ]),
    ),
  };
}
