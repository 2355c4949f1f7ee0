import type { Database } from './database';

/**
 * Runs, settings and files name who asked by id, because names have no place in a workflow. People read them as
 * `user:<login name>` or `token:<name>`, members who decided on a card as `member:<WeCom's userid>`; who has been
 * removed keeps the id.
 */
export interface PrincipalDirectory {
  labelsOf(ids: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

export function createPrincipalDirectory({ prisma }: Database): PrincipalDirectory {
  return {
    async labelsOf(ids) {
      const idsOf = (kind: string) => [
        ...new Set(ids.filter((id) => id.startsWith(`${kind}:`)).map((id) => id.slice(kind.length + 1))),
      ];
      const [users, tokens, members] = [idsOf('user'), idsOf('token'), idsOf('member')];
      const [userRows, tokenRows, memberRows] = await Promise.all([
        users.length === 0
          ? []
          : prisma.consoleUser.findMany({
              where: { id: { in: users } },
              select: { id: true, loginName: true },
            }),
        tokens.length === 0
          ? []
          : prisma.apiToken.findMany({ where: { id: { in: tokens } }, select: { id: true, name: true } }),
        members.length === 0
          ? []
          : prisma.mirrorMember.findMany({
              where: { id: { in: members } },
              select: { id: true, userId: true },
            }),
      ]);
      return new Map([
        ...userRows.map(({ id, loginName }) => [`user:${id}`, `user:${loginName}`] as const),
        ...tokenRows.map(({ id, name }) => [`token:${id}`, `token:${name}`] as const),
        ...memberRows.map(({ id, userId }) => [`member:${id}`, `member:${userId}`] as const),
      ]);
    },
  };
}
