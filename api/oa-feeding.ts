import { directoryProblemTexts } from '../i18n/oa-directory';
import { oaUploadTexts } from '../i18n/oa-upload';
import type { FeedResult } from '../store/oa-directory-feed';
import { DirectoryRefusedError } from '../store/oa-directory-feed';
import type { AuditNote } from './define-route';
import type { ApiSettings } from './deps';
import { conflict } from './http-errors';
import { directoryRefused } from './oa-directory-upload';

/** An OA that is asked for its directory would undo whatever is fed beside it. */
export function assertFedHere({ oaAdapter }: Pick<ApiSettings, 'oaAdapter'>): void {
  if (oaAdapter === 'embedded') return;
  throw conflict('oa_adapter_http', oaUploadTexts.servedByOa, {
    advice: { text: oaUploadTexts.servedByOaAdvice },
  });
}

export async function storingFeed(
  audit: AuditNote,
  store: () => Promise<FeedResult>,
): Promise<{ body: FeedResult }> {
  try {
    const result = await store();
    const { created, updated, departed, returned } = result.counts;
    audit.target = `oa-directory:${result.version}`;
    audit.detail = { created, updated, departed, returned, unconfirmed: result.unconfirmed?.lost ?? 0 };
    return { body: result };
  } catch (error) {
    if (!(error instanceof DirectoryRefusedError)) throw error;
    const { problems } = error;
    throw directoryRefused(
      problems.map(({ path, kind, id, value }) => ({
        path,
        said: { text: directoryProblemTexts[kind], params: { id, value } },
      })),
      problems.length,
    );
  }
}
