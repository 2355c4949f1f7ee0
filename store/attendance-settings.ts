import type { Credential } from '../wecom';
import type { Database } from './database';
import { Prisma } from './generated/client';
import type { RunError } from './runs';
import type { SecretBox } from './secrets';
import { secretContext } from './secrets';

/** How the last look at the credential went; what WeCom said where it refused. */
export type AttendanceCheck = {
  readonly ok: boolean;
  readonly wecom?: NonNullable<RunError['wecom']>;
};

export type AttendanceSettingsRecord = {
  readonly corpId: string;
  /** The corp in rows of which there are millions. */
  readonly corpNo: number;
  readonly appId: string | null;
  readonly hasSecret: boolean;
  readonly timezone: string;
  readonly dayStartsAt: string;
  readonly check: AttendanceCheck | null;
  readonly checkedAt: Date | null;
  readonly savedBy: string;
  readonly savedAt: Date;
};

/** The one credential takes the other's place. */
export type AttendanceCredentialChange =
  | { readonly kind: 'kept' }
  | { readonly kind: 'app'; readonly appId: string }
  | { readonly kind: 'system-secret'; readonly secret: string };

export type AttendanceSettingsChange = {
  readonly credential: AttendanceCredentialChange;
  readonly timezone?: string | undefined;
  readonly dayStartsAt?: string | undefined;
  /** Null where WeCom was not asked; left out, the last look stands. */
  readonly check?: AttendanceCheck | null | undefined;
  /** Id of the console user or API token. */
  readonly savedBy: string;
};

export interface AttendanceSettingsStore {
  find(corpId: string): Promise<AttendanceSettingsRecord | undefined>;
  save(corpId: string, change: AttendanceSettingsChange): Promise<AttendanceSettingsRecord>;
  noteCheck(corpId: string, check: AttendanceCheck): Promise<void>;
  /** With which WeCom is asked; never to be logged or answered. */
  credentialOf(corpId: string): Promise<Credential | undefined>;
}

type Row = Prisma.AttendanceSettingsGetPayload<object>;

const contextOf = (corpId: string): string => secretContext('attendance_settings', 'secret_enc', corpId);

export function createAttendanceSettingsStore(
  { prisma }: Pick<Database, 'prisma'>,
  secrets: SecretBox,
): AttendanceSettingsStore {
  return {
    async find(corpId) {
      const row = await prisma.attendanceSettings.findUnique({ where: { corpId } });
      return row === null ? undefined : toRecord(row);
    },

    async save(corpId, { credential, timezone, dayStartsAt, check, savedBy }) {
      const data = {
        ...credentialColumns(credential, (secret) => secrets.seal(secret, contextOf(corpId))),
        ...(timezone === undefined ? {} : { timezone }),
        ...(dayStartsAt === undefined ? {} : { dayStartsAt }),
        ...checkColumns(check),
        savedBy,
        savedAt: new Date(),
      };
      return toRecord(
        await prisma.attendanceSettings.upsert({
          where: { corpId },
          create: { corpId, ...data },
          update: data,
        }),
      );
    },

    async noteCheck(corpId, check) {
      await prisma.attendanceSettings.updateMany({ where: { corpId }, data: checkColumns(check) });
    },

    async credentialOf(corpId) {
      const row = await prisma.attendanceSettings.findUnique({ where: { corpId }, include: { app: true } });
      if (row === null) return undefined;
      if (row.app !== null) {
        const { id, agentId, secretEnc } = row.app;
        return {
          kind: 'app',
          agentId,
          secret: secrets.open(secretEnc, secretContext('app', 'secret_enc', id)),
        };
      }
      return row.secretEnc === null
        ? undefined
        : { kind: 'check-in', secret: secrets.open(row.secretEnc, contextOf(corpId)) };
    },
  };
}

function credentialColumns(credential: AttendanceCredentialChange, seal: (secret: string) => string) {
  switch (credential.kind) {
    case 'kept':
      return {};
    case 'app':
      return { appId: credential.appId, secretEnc: null };
    case 'system-secret':
      return { appId: null, secretEnc: seal(credential.secret) };
  }
}

function checkColumns(check: AttendanceCheck | null | undefined) {
  if (check === undefined) return {};
  return check === null
    ? { checked: Prisma.DbNull, checkedAt: null }
    : { checked: { ...check } as Prisma.InputJsonObject, checkedAt: new Date() };
}

function toRecord({ secretEnc, checked, ...row }: Row): AttendanceSettingsRecord {
  return { ...row, hasSecret: secretEnc !== null, check: checked as AttendanceCheck | null };
}
