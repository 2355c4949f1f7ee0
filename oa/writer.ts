import { createHash } from 'node:crypto';
import type { DirectoryNews, OaDirectoryPatch, OaDirectoryWriter, OaPatchRefusal, OaReceiver } from './port';

/** The directory that the bridge keeps: the embedded OA's own, or a copy of another one's. */
export type KeptDirectory = Pick<OaDirectoryWriter, 'readPart'> & {
  store(patch: OaDirectoryPatch): Promise<OaPatchRefusal | undefined>;
  /** What `store` would say. */
  tryOut(patch: OaDirectoryPatch): Promise<OaPatchRefusal | undefined>;
};

/** The embedded OA is written to directly. */
export function createEmbeddedOaWriter(kept: KeptDirectory): OaDirectoryWriter {
  return {
    readPart: (ids) => kept.readPart(ids),
    write: (patch) => kept.store(patch),
  };
}

/**
 * Another OA is told. What it was told is written into the bridge's copy too, so that a repeat finds nothing left to
 * do; the next reading of the OA has the last word.
 */
export function createRemoteOaWriter(remote: OaReceiver, kept: KeptDirectory): OaDirectoryWriter {
  return {
    readPart: (ids) => kept.readPart(ids),
    async write(patch, options) {
      // What contradicts itself is told to nobody.
      const refusal = await kept.tryOut(patch);
      if (refusal !== undefined) return refusal;
      if (patch.news.length > 0) await remote.takeDirectoryNews(patch.news, keyOf(patch.news), options);
      return kept.store(patch);
    },
  };
}

/** Of what is told: whoever repeats a batch whose answer was lost repeats its key. */
function keyOf(news: readonly DirectoryNews[]): string {
  return `directory:${createHash('sha256').update(JSON.stringify(news)).digest('hex')}`;
}
