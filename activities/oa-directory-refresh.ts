import { cancellationSignal, log } from '@temporalio/activity';
import type { OaDirectorySource } from '../oa/port';
import { OaReadingExpiredError, OaUnavailableError } from '../oa/errors';
import { DirectoryRefusedError } from '../store/oa-directory-feed';
import type { OaDirectorySourceStore, SourceFeedResult, SourcePosition } from '../store/oa-directory-source';
import { SourceMovedOnError, SourceReadingBrokenError } from '../store/oa-directory-source';
import { withHeartbeat } from './heartbeat';

export type OaDirectoryRefreshDeps = {
  /** Null where the OA feeds the bridge by itself: there is nothing to ask for. */
  readonly source: OaDirectorySource | null;
  readonly sources: OaDirectorySourceStore;
};

export type OaRefresh =
  { readonly kind: SourceFeedResult['kind']; readonly version: number } | { readonly kind: 'not-asked' };

/** What the OA answers can't become its directory; a person has to look at the OA. */
export class OaRefreshRefusedError extends Error {
  constructor(
    readonly code: 'oa-directory-contradicts-itself' | 'oa-directory-without-users',
    readonly params: Readonly<Record<string, string | number>> = {},
  ) {
    super(`The OA's directory can't be taken over: ${code}`);
    this.name = 'OaRefreshRefusedError';
  }
}

/** Overlapping readings and expired pages; what still moves after so many is for the next attempt. */
const readingsPerAttempt = 3;

export type OaDirectoryRefreshActivities = ReturnType<typeof createOaDirectoryRefreshActivities>;

export function createOaDirectoryRefreshActivities({ source, sources }: OaDirectoryRefreshDeps) {
  return {
    /** Brings the bridge's copy of the OA's directory up to date, before a push is planned from it. */
    async refreshOaDirectory(): Promise<OaRefresh> {
      if (source === null) return { kind: 'not-asked' };
      return withHeartbeat(async () => {
        let everything = false;
        for (let reading = 1; ; reading++) {
          const { readings, cursor } = await sources.positionOf(source.id);
          const position: SourcePosition = { readings, cursor: everything ? null : cursor };
          try {
            return await readOnce(source, position);
          } catch (error) {
            if (reading >= readingsPerAttempt || !isWorthReadingAgain(error, position)) {
              throw toRefusal(error);
            }
            log.info('the OA is read again', { reason: error instanceof Error ? error.name : '' });
            // Two that overlap take turns; whatever else went wrong is wrong with the cursor.
            everything ||= !(error instanceof SourceMovedOnError);
          }
        }
      });
    },
  };

  async function readOnce(from: OaDirectorySource, position: SourcePosition): Promise<OaRefresh> {
    const reading = await from.readDirectory(position.cursor, { signal: cancellationSignal() });
    const { kind, version } = await sources.feedFrom(reading, {
      sourceId: from.id,
      position,
      fedBy: 'system:oa-http',
    });
    return { kind, version };
  }
}

function isWorthReadingAgain(error: unknown, { cursor }: SourcePosition): boolean {
  if (error instanceof SourceMovedOnError || error instanceof OaReadingExpiredError) return true;
  // Changes that do not fit what is stored: the whole directory says what is right.
  if (error instanceof DirectoryRefusedError) return cursor !== null;
  // People joined or left while the pages were read.
  return error instanceof SourceReadingBrokenError && error.code === 'totals-differ';
}

function toRefusal(error: unknown): unknown {
  if (error instanceof DirectoryRefusedError) {
    const [first] = error.problems;
    return new OaRefreshRefusedError('oa-directory-contradicts-itself', {
      problems: error.problems.length,
      first: first === undefined ? '' : `${first.path}: ${first.kind}`,
    });
  }
  if (error instanceof SourceReadingBrokenError && error.code === 'no-users') {
    return new OaRefreshRefusedError('oa-directory-without-users');
  }
  if (error instanceof SourceReadingBrokenError) {
    return new OaUnavailableError('GET /directory', error.code, undefined, { cause: error });
  }
  return error;
}
