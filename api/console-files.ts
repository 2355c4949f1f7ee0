import { existsSync } from 'node:fs';
import { join } from 'node:path';
import compression from 'compression';
import type { Router } from 'express';
import express, { Router as createRouter } from 'express';
import { projectRoot } from '../project-root';

const notForTheConsole = /^\/(api|callback|cgi-bin|healthz|readyz|metrics)(\/|$)/;

/** The built console; its pages are paths of its own, so an unknown path without a file ending gets its first page. */
export function consoleFiles(folder = join(projectRoot, 'dist', 'console')): Router {
  const router = createRouter();
  const firstPage = join(folder, 'index.html');

  // These files only: a compressed answer with a secret in it could be guessed from its length.
  router.use(
    compression(),
    express.static(folder, {
      index: false,
      setHeaders: (response, path) => {
        // Vite puts a hash of the content into the names below assets/.
        const hashed = path.startsWith(join(folder, 'assets'));
        response.setHeader('Cache-Control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    }),
  );

  router.get(/.*/, (request, response, next) => {
    const isPage = !notForTheConsole.test(request.path) && !/\.\w+$/.test(request.path);
    if (!isPage || !existsSync(firstPage)) return next();
    response.set('Cache-Control', 'no-cache').sendFile(firstPage);
  });

  return router;
}
