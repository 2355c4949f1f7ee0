import { useQuery } from '@tanstack/react-query';
import { settingsQuery } from '../api/settings';

/** Which side is right, and whether a pull goes on into the OA. */
export function useMaster(corpId: string): {
  readonly master: 'oa' | 'wecom' | undefined;
  readonly syncsToOa: boolean;
} {
  const { data } = useQuery({ ...settingsQuery(corpId), staleTime: 30_000, refetchOnWindowFocus: false });
  return { master: data?.master, syncsToOa: data?.master === 'wecom' && data.pull.syncToOa };
}
