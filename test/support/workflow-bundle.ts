import { join } from 'node:path';
import { projectRoot } from '../../project-root';

/** Made once for the whole run, from the workflows as they are now. */
export const workflowBundle = { codePath: join(projectRoot, 'dist', 'workflows', 'bundle.js') };
