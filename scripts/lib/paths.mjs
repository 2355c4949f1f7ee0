import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** @param {string[]} parts */
export const inRoot = (...parts) => join(root, ...parts);

/** Where the set-up remembers what it has done; goes away with node_modules. */
export const cacheFolder = inRoot('node_modules', '.cache', 'wecom-bridge');
