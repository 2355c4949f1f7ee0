-- CreateIndex
CREATE INDEX "message_push_state_accepted_at_id_idx" ON "message_push"("state", "accepted_at", "id");

-- What the log is filtered by, where next to nothing of a million rows is looked for.
CREATE INDEX "message_push_kind_idx" ON "message_push"("kind", "accepted_at", "id") WHERE "kind" <> 'event';
CREATE INDEX "message_push_digest_push_idx" ON "message_push"("digest_push_id") WHERE "digest_push_id" IS NOT NULL;
-- Partial in form only: an index with an operator class of its own can't be described in the schema.
CREATE INDEX "oa_event_id_prefix_idx" ON "oa_event"("id" text_pattern_ops) WHERE "id" IS NOT NULL;
