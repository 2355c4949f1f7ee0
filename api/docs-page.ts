import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Router } from 'express';
import { Router as createRouter } from 'express';

/** Swagger UI, served from here: no script from elsewhere and none inside the page. */
export function docsPage(documentUrl: string): Router {
  const router = createRouter();
  const assets = dirname(require.resolve('swagger-ui-dist/package.json'));
  const served = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'];

  router.get('/', (_request, response) => {
    response.type('html').send(page);
  });
  router.get('/start.js', (_request, response) => {
    response.type('js').send(startScript(documentUrl));
  });
  for (const name of served) {
    router.get(`/${name}`, (_request, response) => {
      response
        .type(name.slice(name.lastIndexOf('.')))
        .set('Cache-Control', 'public, max-age=86400')
        .send(readFileSync(join(assets, name)));
    });
  }
  return router;
}

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>WeCom Bridge API</title>
    <link rel="icon" href="/api/docs/favicon-32x32.png" />
    <link rel="stylesheet" href="/api/docs/swagger-ui.css" />
  </head>
  <body>
    <div id="docs"></div>
    <script src="/api/docs/swagger-ui-bundle.js"></script>
    <script src="/api/docs/start.js"></script>
  </body>
</html>
`;

function startScript(documentUrl: string): string {
  return `SwaggerUIBundle({ url: ${JSON.stringify(documentUrl)}, dom_id: '#docs', deepLinking: true, persistAuthorization: false });\n`;
}
