import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';

/** The bridge's own corp id. */
export const bridgeCorp = defineSearchAttributeKey('BridgeCorp', SearchAttributeType.KEYWORD);
/** "directory-pull", "directory-push", "directory-events", "departure", "departure-desk", "departure-run", "scheduled-run", "attendance-pull", "attendance-delivery", "notice", "message-push", "message-recall", "message-digest", "app-health", "todo" */
export const bridgeFeature = defineSearchAttributeKey('BridgeFeature', SearchAttributeType.KEYWORD);
/** The phase of the run, as the API shows it. */
export const bridgePhase = defineSearchAttributeKey('BridgePhase', SearchAttributeType.KEYWORD);
/** Who or what started it: "api", "console", "schedule", "push", "oa-sync", "callback", "departures". */
export const bridgeTrigger = defineSearchAttributeKey('BridgeTrigger', SearchAttributeType.KEYWORD);

export const bridgeSearchAttributes = [bridgeCorp, bridgeFeature, bridgePhase, bridgeTrigger] as const;
