import type { Database } from './database';
import { isUniqueViolation } from './errors';
import type { Prisma } from './generated/client';

export type Role = 'admin' | 'operator' | 'approver' | 'viewer';

export type ConsoleUserRecord = {
  readonly id: string;
  readonly loginName: string;
  readonly displayName: string;
  readonly role: Role;
  readonly hasPassword: boolean;
  /** By corp (the bridge's id). */
  readonly wecomUserIds: Readonly<Record<string, string>>;
  readonly disabled: boolean;
  readonly createdAt: Date;
};

export type NewConsoleUser = Pick<ConsoleUserRecord, 'loginName' | 'displayName' | 'role'> & {
  readonly wecomUserIds?: Readonly<Record<string, string>> | undefined;
};

export type ConsoleUserChange = {
  readonly displayName?: string | undefined;
  readonly role?: Role | undefined;
  readonly wecomUserIds?: Readonly<Record<string, string>> | undefined;
  readonly disabled?: boolean | undefined;
  /** Takes the password away: the account can then only be entered by a one-time login. */
  readonly clearPassword?: boolean | undefined;
};

export class LoginNameTakenError extends Error {
  constructor() {
    super('This login name is taken');
    this.name = 'LoginNameTakenError';
  }
}

/** Nobody could administer the bridge any more. */
export class LastAdminError extends Error {
  constructor() {
    super('The last enabled administrator must stay one');
    this.name = 'LastAdminError';
  }
}

export interface ConsoleUserStore {
  listUsers(): Promise<ConsoleUserRecord[]>;
  findUser(id: string): Promise<ConsoleUserRecord | undefined>;
  /** With the password hash, for checking a login. */
  findLogin(loginName: string): Promise<{ user: ConsoleUserRecord; passwordHash: string | null } | undefined>;
  passwordHashOf(id: string): Promise<string | null>;
  createUser(user: NewConsoleUser): Promise<ConsoleUserRecord>;
  updateUser(id: string, change: ConsoleUserChange): Promise<ConsoleUserRecord | undefined>;
  deleteUser(id: string): Promise<boolean>;
  setPasswordHash(id: string, passwordHash: string): Promise<void>;
  /** Makes the account `admin` when there is no account at all. */
  ensureFirstAdmin(): Promise<void>;
  /** The account a one-time login of the installation is for. */
  firstEnabledAdmin(): Promise<ConsoleUserRecord | undefined>;
}

type Row = Prisma.ConsoleUserGetPayload<object>;

// Held while the number of administrators is looked at and changed; any constant of our own will do.
const adminCountLock = 7_301_001;

export function createConsoleUserStore({ prisma }: Database): ConsoleUserStore {
  async function keepingAnAdmin<T>(change: (tx: Prisma.TransactionClient) => Promise<T>): Promise<T> {
    return prisma.$transaction(async (tx) => {
      await tx.$executeRaw`SELECT pg_advisory_xact_lock(${adminCountLock})`;
      const adminsBefore = await tx.consoleUser.count({ where: { role: 'admin', disabledAt: null } });
      const result = await change(tx);
      const adminsAfter = await tx.consoleUser.count({ where: { role: 'admin', disabledAt: null } });
      if (adminsBefore > 0 && adminsAfter === 0) throw new LastAdminError();
      return result;
    });
  }

  return {
    async listUsers() {
      return (await prisma.consoleUser.findMany({ orderBy: { createdAt: 'asc' } })).map(toRecord);
    },

    async findUser(id) {
      const row = await prisma.consoleUser.findUnique({ where: { id } });
      return row === null ? undefined : toRecord(row);
    },

    async findLogin(loginName) {
      const row = await prisma.consoleUser.findUnique({ where: { loginName: loginName.toLowerCase() } });
      return row === null ? undefined : { user: toRecord(row), passwordHash: row.passwordHash };
    },

    async passwordHashOf(id) {
      const row = await prisma.consoleUser.findUnique({ where: { id }, select: { passwordHash: true } });
      return row?.passwordHash ?? null;
    },

    async createUser({ loginName, displayName, role, wecomUserIds }) {
      try {
        const row = await prisma.consoleUser.create({
          data: { loginName: loginName.toLowerCase(), displayName, role, wecomUserIds: wecomUserIds ?? {} },
        });
        return toRecord(row);
      } catch (error) {
        if (isUniqueViolation(error)) throw new LoginNameTakenError();
        throw error;
      }
    },

    async updateUser(id, change) {
      return keepingAnAdmin(async (tx) => {
        const before = await tx.consoleUser.findUnique({ where: { id } });
        if (before === null) return undefined;
        const row = await tx.consoleUser.update({
          where: { id },
          data: {
            ...(change.displayName === undefined ? {} : { displayName: change.displayName }),
            ...(change.role === undefined ? {} : { role: change.role }),
            ...(change.wecomUserIds === undefined ? {} : { wecomUserIds: change.wecomUserIds }),
            ...(change.clearPassword === true ? { passwordHash: null } : {}),
            ...(change.disabled === undefined
              ? {}
              : { disabledAt: change.disabled ? (before.disabledAt ?? new Date()) : null }),
          },
        });
        if (change.disabled === true || change.clearPassword === true) {
          await tx.consoleSession.deleteMany({ where: { userId: id } });
          await tx.oneTimeLogin.deleteMany({ where: { userId: id } });
        }
        return toRecord(row);
      });
    },

    async deleteUser(id) {
      return keepingAnAdmin(async (tx) => {
        await tx.oneTimeLogin.deleteMany({ where: { userId: id } });
        return (await tx.consoleUser.deleteMany({ where: { id } })).count > 0;
      });
    },

    async setPasswordHash(id, passwordHash) {
      await prisma.consoleUser.update({ where: { id }, data: { passwordHash } });
    },

    async ensureFirstAdmin() {
      await prisma.$transaction(async (tx) => {
        await tx.$executeRaw`SELECT pg_advisory_xact_lock(${adminCountLock})`;
        if ((await tx.consoleUser.count()) > 0) return;
        await tx.consoleUser.create({
          data: { loginName: 'admin', displayName: 'admin', role: 'admin' },
        });
      });
    },

    async firstEnabledAdmin() {
      const row = await prisma.consoleUser.findFirst({
        where: { role: 'admin', disabledAt: null },
        orderBy: { createdAt: 'asc' },
      });
      return row === null ? undefined : toRecord(row);
    },
  };
}

function toRecord(row: Row): ConsoleUserRecord {
  return {
    id: row.id,
    loginName: row.loginName,
    displayName: row.displayName,
    role: row.role as Role,
    hasPassword: row.passwordHash !== null,
    wecomUserIds: row.wecomUserIds as Record<string, string>,
    disabled: row.disabledAt !== null,
    createdAt: row.createdAt,
  };
}
