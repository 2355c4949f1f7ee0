/** What the bridge needs of an OA or HR system. The embedded OA is the default; others are adapters of this port. */

import type { PunchNews, ReportNews } from '../domain/attendance/news';
import type { DirectoryRemovals } from '../domain/oa-directory/change';
import type {
  DirectoryTable,
  OaDepartment,
  OaDepartmentRow,
  OaSubcompany,
  OaSubcompanyRow,
  OaUser,
  OaUserRow,
} from '../domain/oa-directory/directory';

export type { OaDepartment, OaDirectory, OaSubcompany, OaUser } from '../domain/oa-directory/directory';

export type OaUserQuery = {
  readonly q?: string | undefined;
  readonly departmentId?: string | undefined;
  /** The id of the last user of the page before. */
  readonly after?: string | undefined;
  readonly limit: number;
};

export type OaIds = {
  readonly subcompanies: readonly string[];
  readonly departments: readonly string[];
  readonly users: readonly string[];
};

/** The directory as the bridge holds it, whichever way it came in. */
export interface OaDirectoryReader {
  listSubcompanies(): Promise<OaSubcompany[]>;
  listDepartments(): Promise<OaDepartment[]>;
  searchUsers(query: OaUserQuery): Promise<{ items: OaUser[]; total: number; hasMore: boolean }>;
  findUser(id: string): Promise<OaUser | undefined>;
  /** Those of the given ids that the OA does not know. */
  unknownIds(ids: OaIds): Promise<OaIds>;
}

export type OaCallOptions = { readonly signal?: AbortSignal };

export type OaDirectoryRows = {
  readonly subcompanies: readonly OaSubcompanyRow[];
  readonly departments: readonly OaDepartmentRow[];
  readonly users: readonly OaUserRow[];
};

/** One reading, page by page: the whole directory, or what changed since an earlier reading. */
export type OaDirectoryReading = {
  readonly kind: 'whole' | 'changes';
  readonly pages: AsyncIterable<OaDirectoryPage>;
};

export type OaDirectoryPage = {
  readonly rows: OaDirectoryRows;
  /** Only among changes. */
  readonly remove: DirectoryRemovals;
  /** On the last page. */
  readonly end?: {
    /** Where the next reading goes on; null where the OA does not keep track of changes. */
    readonly cursor: string | null;
    /** How much the OA has sent; with matching numbers a loss of people is beyond doubt. */
    readonly totals: Readonly<Record<DirectoryTable, number>> | null;
  };
};

/** An OA that is asked for its directory; the bridge keeps a copy in its own tables. */
export interface OaDirectorySource {
  /** Names the OA this source reads: a cursor is of use only to the one it came from. */
  readonly id: string;
  /** `since`: the cursor of an earlier reading; the OA may answer with everything all the same. */
  readDirectory(since: string | null, options?: OaCallOptions): Promise<OaDirectoryReading>;
}

export type PasswordVerdict =
  | { readonly kind: 'accepted'; readonly userId: string }
  | { readonly kind: 'rejected'; readonly reason: 'wrong-password' | 'locked' | 'departed' };

export interface OaSignIn {
  /** An unknown login name is rejected like a wrong password. */
  checkPassword(
    login: { readonly loginName: string; readonly password: string },
    options?: OaCallOptions,
  ): Promise<PasswordVerdict>;
}

export type TodoDecision = {
  readonly taskId: string;
  /** One of the actions the OA offered with the to-do. */
  readonly action: string;
  /** Id of the OA user who decided. */
  readonly by: string;
  readonly comment: string | null;
  readonly decidedAt: Date;
};

export type TodoVerdict =
  | { readonly kind: 'decided' }
  /** Somebody was faster, or the OA does not accept it (any more); its own words, for the person who tapped. */
  | { readonly kind: 'already-decided' | 'not-accepted'; readonly message: string };

export interface OaTodos {
  decide(decision: TodoDecision, idempotencyKey: string, options?: OaCallOptions): Promise<TodoVerdict>;
}

/** What changed in WeCom, where WeCom is the master. */
export type DirectoryNews =
  | {
      readonly type: 'user';
      readonly change: 'created' | 'updated' | 'departed';
      readonly corpId: string;
      readonly userId: string;
      readonly oaUserId: string | null;
      readonly fields: Readonly<Record<string, string>>;
    }
  | {
      readonly type: 'department';
      readonly change: 'created' | 'updated' | 'removed';
      readonly corpId: string;
      readonly departmentId: number;
      readonly fields: Readonly<Record<string, string>>;
    };

export type Punch = PunchNews & { readonly corpId: string };

/** WeCom's own reckoning of somebody's day or month. */
export type AttendanceReport = ReportNews & { readonly corpId: string };

export type ContactNews = {
  readonly corpId: string;
  readonly externalUserId: string;
  readonly change: 'added' | 'updated' | 'removed';
  readonly followedBy: { readonly userId: string; readonly oaUserId: string | null };
  readonly name: string | null;
  readonly company: string | null;
};

/**
 * Of people who are bound, in the order in which it changed. The same batch may come twice under the same key, and an item
 * under several: of each id the highest version counts.
 */
export interface OaAttendance {
  takePunches(items: readonly Punch[], idempotencyKey: string, options?: OaCallOptions): Promise<void>;
  takeAttendanceReports(
    items: readonly AttendanceReport[],
    idempotencyKey: string,
    options?: OaCallOptions,
  ): Promise<void>;
}

/** An OA that is told what happens in WeCom. The same batch may come twice, under the same key. */
export interface OaReceiver extends OaAttendance {
  takeDirectoryNews(
    items: readonly DirectoryNews[],
    idempotencyKey: string,
    options?: OaCallOptions,
  ): Promise<void>;
  takeContactNews(
    items: readonly ContactNews[],
    idempotencyKey: string,
    options?: OaCallOptions,
  ): Promise<void>;
}

/** Changes of an OA's directory; what a row does not name stays as it is. */
export type OaDirectoryPatch = {
  readonly rows: OaDirectoryRows;
  /** Departments that nobody and nothing is in any more. People are never removed: they depart. */
  readonly removeDepartments: readonly string[];
  /** The same in words, for an OA that is told what to do. */
  readonly news: readonly DirectoryNews[];
};

/** As the bridge knows it now. */
export type OaDirectoryPart = {
  readonly users: readonly OaUser[];
  readonly departments: readonly OaDepartment[];
  readonly subcompanies: readonly OaSubcompany[];
  /** Of the departments asked for, those that somebody or something is in. */
  readonly inhabited: readonly string[];
};

/** What does not fit into the directory as it stands, one by one. */
export type OaPatchProblem = { readonly id: string; readonly kind: string };

/** Why nothing of a patch was written. */
export type OaPatchRefusal = readonly OaPatchProblem[];

/** An OA whose directory follows WeCom, the master. */
export interface OaDirectoryWriter {
  readPart(ids: Pick<OaIds, 'users' | 'departments' | 'subcompanies'>): Promise<OaDirectoryPart>;
  /**
   * Everything or nothing; undefined when it is written. The same patch may come twice: it says what shall be, and an
   * OA that is told of it is told under one key.
   */
  write(patch: OaDirectoryPatch, options?: OaCallOptions): Promise<OaPatchRefusal | undefined>;
}

/** An OA of its own, outside the bridge. */
export interface RemoteOa extends OaDirectorySource, OaSignIn, OaTodos, OaReceiver {}
