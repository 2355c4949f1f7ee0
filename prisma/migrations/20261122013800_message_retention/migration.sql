-- What still has to be erased, among millions of events that were long ago.
CREATE INDEX "oa_event_content_kept_idx" ON "oa_event"("accepted_at") WHERE "content_enc" IS NOT NULL;
