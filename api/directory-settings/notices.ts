import type { NoticeAddressProblem } from '../../domain/directory/notice-address';
import { noticeUrlProblem } from '../../domain/directory/notice-address';
import type { DirectorySettings } from '../../domain/directory/settings';
import type { Text } from '../../i18n';
import { pushApiTexts } from '../../i18n/push-api';
import type { NoticeSecret, OpenNoticeTarget } from '../../store/settings';
import { shownUrl } from '../../store/settings';
import type { FieldProblem } from '../http-errors';
import type { GivenNotice } from '../schemas/directory-settings';

const problemTexts: Readonly<Record<NoticeAddressProblem, Text>> = {
  'not-a-url': pushApiTexts.noticeNotUrl,
  'has-credentials': pushApiTexts.noticeHasCredentials,
  'metadata-address': pushApiTexts.noticeMetadata,
};

/**
 * The addresses behind the notices of a document that was typed in or sent back. An address as it is shown stands for
 * the one that is stored: of the notice with the same name, else of the only one that looks like it.
 */
export function resolveNotices(
  given: readonly GivenNotice[],
  stored: readonly OpenNoticeTarget[],
): {
  readonly notices: DirectorySettings['notices'];
  readonly secrets: readonly NoticeSecret[];
  readonly problems: readonly FieldProblem[];
} {
  const problems: FieldProblem[] = [];
  const secrets = given.map(({ name, url, secret }, index): NoticeSecret => {
    const path = `notices.${index}.url`;
    if (!url.endsWith('/…')) {
      const problem = noticeUrlProblem(url);
      if (problem !== undefined) problems.push({ path, said: { text: problemTexts[problem] } });
      const same = stored.find((target) => target.name === name && target.url === url);
      return { url, secret: secret === undefined ? (same?.secret ?? null) : secret };
    }
    const alike = stored.filter((target) => shownUrl(target.url) === url);
    const kept = alike.find((target) => target.name === name) ?? (alike.length === 1 ? alike[0] : undefined);
    if (kept === undefined) {
      problems.push({ path, said: { text: pushApiTexts.noticeNothingStored } });
      return { url: 'https://nowhere.invalid', secret: null };
    }
    return { url: kept.url, secret: secret === undefined ? kept.secret : secret };
  });
  return {
    notices: given.map(({ kind, name, url, events }, index) => ({
      kind,
      name,
      url,
      hasSecret: secrets[index]?.secret != null,
      events,
    })),
    secrets,
    problems,
  };
}
