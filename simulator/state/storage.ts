import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Logger } from 'pino';
import type { Settings } from '../settings';
import { corpSnapshot, restoreCorp } from './snapshot';
import type { IssuedToken } from './tokens';
import type { World } from './world';

type StoredWorld = {
  readonly version: 1;
  readonly clockOffsetMs: number;
  readonly settings: Settings;
  readonly tokens: readonly IssuedToken[];
  readonly corps: readonly ReturnType<typeof corpSnapshot>[];
};

const QUIET_MS = 500;

export function readStoredWorld(stateFile: string, logger: Logger): StoredWorld | undefined {
  if (!existsSync(stateFile)) return undefined;
  try {
    const stored = JSON.parse(readFileSync(stateFile, 'utf8')) as StoredWorld;
    if (stored.version === 1) return stored;
    throw new Error(`version ${String(stored.version)} is not known`);
  } catch (error) {
    // A demo must start even when its file is broken; the file is kept for whoever wants to look.
    logger.error({ err: error, stateFile }, 'simulator state could not be read, starting empty');
    renameSync(stateFile, `${stateFile}.broken`);
    return undefined;
  }
}

export function restoreWorld(world: World, stored: StoredWorld): void {
  for (const corp of stored.corps) world.corps.set(corp.corpid, restoreCorp(corp));
  for (const issued of stored.tokens) world.tokens.restore(issued);
}

/** Writes the world to one file, after a pause in the changes, always whole. */
export class WorldStorage {
  #timer: NodeJS.Timeout | undefined;
  #saving: Promise<void> = Promise.resolve();
  #quietMs = QUIET_MS;
  #isDirty = false;

  constructor(
    private readonly world: World,
    private readonly stateFile: string,
  ) {
    mkdirSync(dirname(stateFile), { recursive: true });
  }

  changed(): void {
    this.#isDirty = true;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#saving = this.#saving.then(() => this.#save());
    }, this.#quietMs);
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#saving;
    if (this.#isDirty) await this.#save();
  }

  async #save(): Promise<void> {
    const startedAt = Date.now();
    this.#isDirty = false;
    const { world } = this;
    const stored: StoredWorld = {
      version: 1,
      clockOffsetMs: world.clock.offsetMs,
      settings: world.settings,
      tokens: world.tokens.all(),
      corps: [...world.corps.values()].map(corpSnapshot),
    };
    try {
      const temporary = `${this.stateFile}.new`;
      await writeFile(temporary, JSON.stringify(stored), { mode: 0o600 });
      await rename(temporary, this.stateFile);
    } catch (error) {
      this.#isDirty = true;
      world.logger.error({ err: error, stateFile: this.stateFile }, 'simulator state could not be saved');
    }
    // A large corp takes seconds to write; saving then takes at most a tenth of the time.
    this.#quietMs = Math.max(QUIET_MS, 10 * (Date.now() - startedAt));
  }
}
