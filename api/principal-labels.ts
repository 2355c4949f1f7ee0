import type { ApiDeps } from './deps';

/**
 * Runs and settings name who asked by id, because names have no place in a workflow. People read them as
 * `user:<login name>` or `token:<name>`; who has been removed keeps the id.
 */
export async function principalLabels(
  { db }: Pick<ApiDeps, 'db'>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const idsOf = (kind: string) => [
    ...new Set(ids.filter((id) => id.startsWith(`${kind}:`)).map((id) => id.slice(kind.length + 1))),
  ];
  const [users, tokens] = [idsOf('user'), idsOf('token')];
  const [userRows, tokenRows] = await Promise.all([
    users.length === 0
      ? []
      : db.prisma.consoleUser.findMany({
          where: { id: { in: users } },
          select: { id: true, loginName: true },
        }),
    tokens.length === 0
      ? []
      : db.prisma.apiToken.findMany({ where: { id: { in: tokens } }, select: { id: true, name: true } }),
  ]);
  return new Map([
    ...userRows.map(({ id, loginName }) => [`user:${id}`, `user:${loginName}`] as const),
    ...tokenRows.map(({ id, name }) => [`token:${id}`, `token:${name}`] as const),
    ['token:installation', 'token:BRIDGE_ADMIN_TOKEN'] as const,
  ]);
}
