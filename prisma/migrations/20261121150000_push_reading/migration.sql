-- CreateIndex
CREATE INDEX "push_change_run_id_action_status_left_out_barred_idx" ON "push_change"("run_id", "action", "status", "left_out", "barred");

-- CreateIndex
CREATE INDEX "push_change_corp_id_oa_key_idx" ON "push_change"("corp_id", "oa_key");
