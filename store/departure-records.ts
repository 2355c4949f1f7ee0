import type {
  DecisionRefusal,
  DepartureOrigin,
  DepartureReason,
  DepartureState,
  HandOverItem,
} from '../domain/departures/departure';

export type DepartureRecord = {
  readonly id: string;
  readonly corpId: string;
  /** The bridge's own id of the member. */
  readonly memberId: string;
  readonly userId: string;
  readonly oaUserId: string;
  readonly name: string | null;
  readonly origin: DepartureOrigin;
  /** Id of the console user or API token. */
  readonly startedBy: string | null;
  /** Begun by a person while the OA still has the user as active. */
  readonly activeInOa: boolean;
  readonly state: DepartureState;
  readonly reason: DepartureReason | null;
  readonly createdAt: Date;
  readonly disabledAt: Date | null;
  /** Days between disabling and deletion that the date was made with; null where it is never deleted. */
  readonly afterDays: number | null;
  readonly postponedDays: number;
  readonly deleteAt: Date | null;
  readonly noticeAt: Date | null;
  readonly noticedAt: Date | null;
  readonly closedAt: Date | null;
  /** Null while it was not read. */
  readonly handOver: readonly HandOverItem[] | null;
  readonly handOverReadAt: Date | null;
  readonly handOverDoneAt: Date | null;
  readonly handOverDoneBy: string | null;
  /** Whoever let the deletion pass although nobody sees the member's status. */
  readonly releasedBy: string | null;
  readonly hurriedBy: string | null;
  /** Whoever restored or cancelled it; null where the OA or WeCom did. */
  readonly decidedBy: string | null;
  readonly isKept: boolean;
  /** The open run that disables, deletes or restores. */
  readonly runId: string | null;
  readonly lastRunId: string | null;
  /** WeCom is being told of it at this moment: whatever would change that is refused. */
  readonly isBeingApplied: boolean;
};

export type DepartureEventCode =
  | 'started'
  | 'disabled'
  | 'dated'
  | 'postponed'
  | 'held'
  /** A run ended without having done it, and it is tried again. */
  | 'put-back'
  | 'released'
  | 'hand-over-done'
  | 'noticed'
  | 'hurried'
  | 'restoring'
  | 'restored'
  | 'cancelled'
  | 'deleted';

/**
 * `params`: `reason` (a reason's code) of held, put-back, restoring, restored, cancelled, deleted and released; `days` of
 * postponed; `deleteAt` (ISO or null) and `afterDays` of dated; `origin` of started.
 */
export type DepartureEventRecord = {
  readonly at: Date;
  readonly code: DepartureEventCode;
  /** Id of the console user or API token; null where the bridge itself did. */
  readonly by: string | null;
  readonly runId: string | null;
  readonly params: Readonly<Record<string, string | number | null>>;
};

/** Nothing was changed. */
export class DepartureRefusedError extends Error {
  constructor(readonly code: DecisionRefusal) {
    super(code);
    this.name = 'DepartureRefusedError';
  }
}
