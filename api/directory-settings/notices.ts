import type { NoticeAddressProblem } from '../../domain/directory/notice-address';
import { noticeUrlProblem } from '../../domain/directory/notice-address';
import type { DirectorySettings } from '../../domain/directory/settings';
import type { Text } from '../../i18n';
import { pushApiTexts } from '../../i18n/push-api';
import type { NoticeSecret, OpenNoticeTarget, OpenWebhook } from '../../store/settings';
import { shownUrl } from '../../store/settings';
import { leadsInside } from '../../wecom';
import type { FieldProblem } from '../http-errors';
import type { GivenNotice } from '../schemas/directory-settings';

const problemTexts: Readonly<Record<NoticeAddressProblem, Text>> = {
  'not-a-url': pushApiTexts.noticeNotUrl,
  'has-credentials': pushApiTexts.noticeHasCredentials,
  'metadata-address': pushApiTexts.noticeMetadata,
  'private-address': pushApiTexts.noticePrivate,
};

/**
 * The addresses behind the notices of a document that was typed in or sent back. An address as it is shown stands for
 * the one that is stored: of the notice with the same name, else of the only one that looks like it.
 */
export async function resolveNotices(
  given: readonly GivenNotice[],
  stored: readonly OpenNoticeTarget[],
  { internal }: { readonly internal: boolean },
): Promise<{
  readonly notices: DirectorySettings['notices'];
  readonly secrets: readonly (NoticeSecret | null)[];
  readonly problems: readonly FieldProblem[];
}> {
  const problems: FieldProblem[] = [];
  const webhooks = stored.filter((target): target is OpenWebhook => target.kind === 'webhook');
  const insides = await Promise.all(
    given.map(async (notice) => {
      if (internal || notice.kind === 'message' || isAsShown(notice.url)) return false;
      return noticeUrlProblem(notice.url) === undefined && leadsInside(notice.url);
    }),
  );
  const secrets = given.map((notice, index): NoticeSecret | null => {
    if (notice.kind === 'message') return null;
    const { name, url, secret } = notice;
    const path = `notices.${index}.url`;
    if (!isAsShown(url)) {
      const problem = noticeUrlProblem(url) ?? (insides[index] === true ? 'private-address' : undefined);
      if (problem !== undefined) problems.push({ path, said: { text: problemTexts[problem] } });
      const same = webhooks.find((target) => target.name === name && target.url === url);
      return { url, secret: secret === undefined ? (same?.secret ?? null) : secret };
    }
    const alike = webhooks.filter((target) => shownUrl(target.url) === url);
    const kept = alike.find((target) => target.name === name) ?? (alike.length === 1 ? alike[0] : undefined);
    if (kept === undefined) {
      problems.push({ path, said: { text: pushApiTexts.noticeNothingStored } });
      return { url: 'https://nowhere.invalid', secret: null };
    }
    return { url: kept.url, secret: secret === undefined ? kept.secret : secret };
  });
  return {
    notices: given.map((notice, index) => {
      if (notice.kind === 'message') return notice;
      const { kind, name, url, events } = notice;
      return { kind, name, url, hasSecret: secrets[index]?.secret != null, events };
    }),
    secrets,
    problems,
  };
}

function isAsShown(url: string): boolean {
  return url.endsWith('/…');
}
