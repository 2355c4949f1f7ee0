/** What a pull changes, or would change, in the mirror. The names are those of every run's counts. */
export interface PullCounts {
  readonly createDepartment: number;
  readonly renameDepartment: number;
  readonly moveDepartment: number;
  /** Marked as gone. */
  readonly deleteDepartment: number;
  readonly unchangedDepartment: number;
  readonly createUser: number;
  readonly updateUser: number;
  /** Marked as gone. */
  readonly deleteUser: number;
  readonly unchangedUser: number;
  /** Members without a binding whose OA user was found; known once the rest is compared. */
  readonly bindUser?: number;
  /** Those about whom somebody has to decide. */
  readonly conflict?: number;
}

export const noPullCounts: PullCounts = {
  createDepartment: 0,
  renameDepartment: 0,
  moveDepartment: 0,
  deleteDepartment: 0,
  unchangedDepartment: 0,
  createUser: 0,
  updateUser: 0,
  deleteUser: 0,
  unchangedUser: 0,
};
