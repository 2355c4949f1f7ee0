import type { PlanOnly } from '../../domain/directory/push/only';
import type { Text } from '../../i18n';
import { apiTexts } from '../../i18n/api';
import { pushApiTexts } from '../../i18n/push-api';
import type { NamedSubjects } from '../../store/push-subjects';
import type { ApiDeps } from '../deps';
import { invalid } from '../http-errors';

const unknownTexts: Readonly<Record<keyof NamedSubjects, Text>> = {
  oaUserIds: apiTexts.unknownOaUser,
  userIds: apiTexts.unknownMember,
  oaKeys: pushApiTexts.unknownOaNode,
};

/** Somebody nobody knows is a mistyped id, not a run with nothing to do. */
export async function resolveOnly(
  { pushSubjects }: Pick<ApiDeps, 'pushSubjects'>,
  corpId: string,
  named: NamedSubjects,
): Promise<PlanOnly> {
  const { only, unknown } = await pushSubjects.resolve(corpId, named);
  if (unknown.length > 0) {
    throw invalid(
      unknown.map(({ list, index, id }) => ({
        path: `only.${list}.${index}`,
        said: { text: unknownTexts[list], params: { id } },
      })),
    );
  }
  return only;
}
