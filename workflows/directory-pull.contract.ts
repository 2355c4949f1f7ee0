import { defineQuery } from '@temporalio/workflow';
import type { PullCounts } from '../domain/directory/pull-counts';

export const directoryPullType = 'directoryPull';

/** One pull per corp at a time: a second start under this id is refused by Temporal. */
export function directoryPullId(corpId: string): string {
  return `directory-pull:${corpId}`;
}

export type PullMode = 'simulate' | 'apply';
export type RunTrigger = 'api' | 'console' | 'schedule' | 'push' | 'oa-sync' | 'departures' | 'attendance';

export interface DirectoryPullInput {
  /** The bridge's own corp id. */
  readonly corpId: string;
  readonly runId: string;
  /** `simulate` reads and counts, and leaves the mirror as it is. */
  readonly mode: PullMode;
  readonly trigger: RunTrigger;
  /** Id of the console user or API token; never a name. */
  readonly requestedBy: string;
}

export interface DirectoryPullResult {
  readonly runId: string;
  /** `incomplete`: what was read is in the mirror, nobody was marked as gone. A cancelled pull ends as cancelled. */
  readonly outcome: 'done' | 'incomplete' | 'cancelled';
  readonly counts: PullCounts;
}

export type PullPhase = 'reading' | 'planning' | 'applying' | 'done' | 'failed' | 'cancelled';

export interface PullProgress {
  readonly phase: PullPhase;
  /** 2 when the directory changed during the first reading. */
  readonly round: number;
  readonly departments: number;
  readonly members: number;
  readonly details: { readonly batchesDone: number; readonly batches: number };
}

export const pullProgressQuery = defineQuery<PullProgress>('pullProgress');
