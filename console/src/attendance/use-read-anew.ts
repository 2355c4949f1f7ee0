import { useQueryClient } from '@tanstack/react-query';
import { attendanceKey } from '../api/attendance';

/** Everything that shows attendance is read anew, also after a refusal: it tells that something has changed. */
export function useReadAttendanceAnew(corpId: string): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    await Promise.all([
      client.invalidateQueries({ queryKey: attendanceKey(corpId) }),
      client.invalidateQueries({ queryKey: ['runs'] }),
      client.invalidateQueries({ queryKey: ['overview'] }),
    ]);
  };
}
