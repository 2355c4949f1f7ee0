import type { Router } from 'express';
import { Router as createRouter } from 'express';
import type { ApiDeps } from './deps';
import { verificationFileName } from './routes/verification-files';

/** WeCom fetches /WW_verify_….txt and wants the content alone, without a newline. */
export function verificationPages({ verificationFiles }: Pick<ApiDeps, 'verificationFiles'>): Router {
  const router = createRouter();
  router.get('/:name', async (request, response, next) => {
    const { name } = request.params;
    if (!verificationFileName.test(name)) return next();
    const file = await verificationFiles.findFile(name);
    if (file === undefined) return next();
    response.type('text/plain').send(file.content);
  });
  return router;
}
