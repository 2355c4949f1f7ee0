import { queryOptions } from '@tanstack/react-query';
import { call, type Page } from './client';

export interface VerificationFile {
  readonly name: string;
  readonly content?: string;
  readonly uploadedBy?: string;
  readonly createdAt?: string;
}

export const verificationFilesQuery = queryOptions({
  queryKey: ['verification-files'],
  queryFn: async ({ signal }) =>
    (await call<Page<VerificationFile>>('GET', '/verification-files', { signal })).items,
});

export const uploadVerificationFile = (file: { name: string; content: string }): Promise<VerificationFile> =>
  call('POST', '/verification-files', { body: file });
export const removeVerificationFile = (name: string): Promise<void> =>
  call('DELETE', `/verification-files/${encodeURIComponent(name)}`);
