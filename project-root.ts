import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The folder that holds package.json. Migrations, the built console and similar files are found from here, because
 * compiled code runs one level deeper (`dist/`) than its source.
 */
export const projectRoot = findProjectRoot(__dirname);

function findProjectRoot(from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest)) {
      const { name } = JSON.parse(readFileSync(manifest, 'utf8')) as { name?: string };
      if (name === 'wecom-bridge') return folder;
    }
    if (folder === dirname(folder)) throw new Error(`No package.json of wecom-bridge above ${from}`);
  }
}
