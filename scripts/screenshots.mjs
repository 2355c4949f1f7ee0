// Draws the README's pictures into docs/images/, as the tour of the tests sees them: node scripts/screenshots.mjs
import { spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inRoot, root } from './lib/paths.mjs';
import { failWith, say, SetupError } from './lib/say.mjs';

const largestBytes = 200 * 1024;
const drawn = mkdtempSync(join(tmpdir(), 'wecom-bridge-screenshots-'));

try {
  await walkTheTour();
  const pictures = readdirSync(drawn).map((name) => ({ name, bytes: statSync(join(drawn, name)).size }));
  const tooLarge = pictures.find(({ bytes }) => bytes > largestBytes);
  if (tooLarge) {
    throw new SetupError(`${tooLarge.name} is larger than ${largestBytes} bytes: ${tooLarge.bytes}`);
  }
  for (const { name, bytes } of pictures) {
    copyFileSync(join(drawn, name), inRoot('docs', 'images', name));
    say(`docs/images/${name}  ${Math.round(bytes / 1024)} KB`);
  }
} catch (error) {
  failWith(error);
} finally {
  rmSync(drawn, { recursive: true, force: true });
}

/** @returns {Promise<void>} */
function walkTheTour() {
  const tour = spawn(process.execPath, [inRoot('scripts', 'test.mjs'), 'test/acceptance/tour.test.ts'], {
    cwd: root,
    env: { ...process.env, TOUR_PICTURES: drawn },
    stdio: 'inherit',
  });
  return new Promise((resolve, reject) => {
    tour.once('error', reject);
    tour.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new SetupError('The tour did not come to its end; docs/images/ is as it was.'));
    });
  });
}
