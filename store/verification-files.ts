import type { Database } from './database';

export type VerificationFileRecord = {
  readonly name: string;
  readonly content: string;
  readonly uploadedBy: string;
  readonly createdAt: Date;
};

export interface VerificationFileStore {
  listFiles(): Promise<VerificationFileRecord[]>;
  findFile(name: string): Promise<VerificationFileRecord | undefined>;
  saveFile(
    file: Pick<VerificationFileRecord, 'name' | 'content' | 'uploadedBy'>,
  ): Promise<VerificationFileRecord>;
  deleteFile(name: string): Promise<boolean>;
}

export function createVerificationFileStore({ prisma }: Database): VerificationFileStore {
  return {
    async listFiles() {
      return prisma.verificationFile.findMany({ orderBy: { name: 'asc' } });
    },
    async findFile(name) {
      return (await prisma.verificationFile.findUnique({ where: { name } })) ?? undefined;
    },
    async saveFile({ name, content, uploadedBy }) {
      return prisma.verificationFile.upsert({
        where: { name },
        create: { name, content, uploadedBy },
        update: { content, uploadedBy, createdAt: new Date() },
      });
    },
    async deleteFile(name) {
      return (await prisma.verificationFile.deleteMany({ where: { name } })).count > 0;
    },
  };
}
