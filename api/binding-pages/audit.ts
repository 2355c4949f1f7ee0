import type { ApiDeps } from '../deps';
import type { KnownVisit } from './outcomes';

/** An employee has no account in the console: WeCom's userid says who it was. */
export function recordVisit(
  { audit }: Pick<ApiDeps, 'audit'>,
  { visit, visitor }: KnownVisit,
  outcome: {
    /** Why nothing was bound; null where something was. */
    readonly code: string | null;
    readonly remoteIp: string;
    readonly detail?: Readonly<Record<string, string>>;
  },
): Promise<void> {
  return audit.record({
    actor: `employee:${visitor.userId}`,
    action: 'binding.visit',
    target: `corp:${visit.corpId} user:${visitor.userId}`,
    corpId: visit.corpId,
    result: outcome.code === null ? 'ok' : 'refused',
    code: outcome.code,
    detail: outcome.detail ?? {},
    remoteIp: outcome.remoteIp,
  });
}
