-- CreateTable
CREATE TABLE "message_rule" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "order" INTEGER NOT NULL,
    "is_enabled" BOOLEAN NOT NULL DEFAULT true,
    "options" JSONB NOT NULL DEFAULT '{}',
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "message_rule_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "message_target" (
    "id" TEXT NOT NULL,
    "rule_id" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "corp_id" TEXT NOT NULL,
    "app_id" TEXT NOT NULL,
    "template" JSONB NOT NULL,

    CONSTRAINT "message_target_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "oa_event" (
    "id" TEXT NOT NULL,
    "origin" TEXT NOT NULL DEFAULT 'oa',
    "module" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "content_hash" TEXT NOT NULL,
    "content_enc" TEXT,
    "erased_at" TIMESTAMPTZ(3),
    "recipients" TEXT[],
    "task_id" TEXT,
    "todo_kind" TEXT,
    "todo_actions" JSONB,
    "shadowed" JSONB NOT NULL DEFAULT '[]',
    "sent_by" TEXT NOT NULL,
    "accepted_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "oa_event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "message_push" (
    "id" TEXT NOT NULL,
    "event_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL DEFAULT 'event',
    "rule_id" TEXT,
    "rule_name" TEXT,
    "rule_version" INTEGER,
    "corp_id" TEXT NOT NULL,
    "app_id" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "template" JSONB NOT NULL,
    "options" JSONB NOT NULL DEFAULT '{}',
    "priority" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'new',
    "reason" JSONB,
    "counts" JSONB NOT NULL DEFAULT '{}',
    "accepted_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "prepared_at" TIMESTAMPTZ(3),
    "wait_until" TIMESTAMPTZ(3),
    "is_paused" BOOLEAN NOT NULL DEFAULT false,
    "first_sent_at" TIMESTAMPTZ(3),
    "last_sent_at" TIMESTAMPTZ(3),
    "recall_until" TIMESTAMPTZ(3),
    "recall_asked_at" TIMESTAMPTZ(3),
    "recall_asked_by" TEXT,
    "recall_id" TEXT,
    "recalled_at" TIMESTAMPTZ(3),
    "resend_of" TEXT,
    "digest_due_at" TIMESTAMPTZ(3),
    "digest_push_id" TEXT,
    "closed_at" TIMESTAMPTZ(3),
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "message_push_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "message_rendering" (
    "push_id" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "body_enc" TEXT,

    CONSTRAINT "message_rendering_pkey" PRIMARY KEY ("push_id","hash")
);

-- CreateTable
CREATE TABLE "message_recipient" (
    "push_id" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "app_id" TEXT NOT NULL,
    "oa_user_id" TEXT,
    "member_id" TEXT,
    "user_id" TEXT,
    "user_id_key" TEXT,
    "state" TEXT NOT NULL,
    "reason" TEXT,
    "rendering_hash" TEXT,
    "call_id" TEXT,
    "sending_at" TIMESTAMPTZ(3),
    "card_state" TEXT,

    CONSTRAINT "message_recipient_pkey" PRIMARY KEY ("push_id","seq")
);

-- CreateTable
CREATE TABLE "message_call" (
    "id" TEXT NOT NULL,
    "push_id" TEXT NOT NULL,
    "corp_id" TEXT NOT NULL,
    "app_id" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "rendering_hash" TEXT NOT NULL,
    "recipients" INTEGER NOT NULL,
    "request_hash" TEXT NOT NULL,
    "uses_duplicate_check" BOOLEAN NOT NULL,
    "state" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 1,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "sent_at" TIMESTAMPTZ(3),
    "msg_id" TEXT,
    "error" JSONB,
    "response_code_enc" TEXT,
    "response_code_used_at" TIMESTAMPTZ(3),
    "card_state" TEXT,
    "recall_state" TEXT,
    "recall_error" JSONB,
    "recalled_at" TIMESTAMPTZ(3),

    CONSTRAINT "message_call_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "message_recall" (
    "id" TEXT NOT NULL,
    "asked_by" TEXT NOT NULL,
    "asked_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "filter" JSONB NOT NULL,
    "phase" TEXT NOT NULL DEFAULT 'running',
    "counts" JSONB NOT NULL DEFAULT '{}',
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "message_recall_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "todo" (
    "task_id" TEXT NOT NULL,
    "target" TEXT NOT NULL DEFAULT 'oa',
    "run_id" TEXT,
    "plan_hash" TEXT,
    "state" TEXT NOT NULL DEFAULT 'open',
    "outcome" TEXT,
    "outcome_text" TEXT,
    "by" TEXT,
    "at" TIMESTAMPTZ(3),
    "tap_id" TEXT,
    "oa_away_since" TIMESTAMPTZ(3),
    "oa_answer" JSONB,
    "is_to_be_shown" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "todo_pkey" PRIMARY KEY ("task_id")
);

-- CreateTable
CREATE TABLE "card_tap" (
    "id" TEXT NOT NULL,
    "task_id" TEXT NOT NULL,
    "call_id" TEXT NOT NULL,
    "corp_id" TEXT NOT NULL,
    "app_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "member_id" TEXT,
    "oa_user_id" TEXT,
    "action_key" TEXT NOT NULL,
    "response_code_enc" TEXT,
    "response_code_used_at" TIMESTAMPTZ(3),
    "state" TEXT NOT NULL DEFAULT 'waiting',
    "reason" JSONB,
    "tapped_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "card_tap_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "app_pause" (
    "app_id" TEXT NOT NULL,
    "corp_id" TEXT NOT NULL,
    "paused_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "cause" JSONB NOT NULL,
    "probe_at" TIMESTAMPTZ(3) NOT NULL,
    "probes" INTEGER NOT NULL DEFAULT 0,
    "by_hand" TEXT,

    CONSTRAINT "app_pause_pkey" PRIMARY KEY ("app_id")
);

-- CreateIndex
CREATE INDEX "message_rule_deleted_at_order_idx" ON "message_rule"("deleted_at", "order");

-- CreateIndex
CREATE UNIQUE INDEX "message_target_rule_id_position_key" ON "message_target"("rule_id", "position");

-- CreateIndex
CREATE INDEX "oa_event_accepted_at_idx" ON "oa_event"("accepted_at");

-- CreateIndex
CREATE INDEX "oa_event_module_accepted_at_idx" ON "oa_event"("module", "accepted_at");

-- CreateIndex
CREATE INDEX "oa_event_task_id_idx" ON "oa_event"("task_id");

-- CreateIndex
CREATE INDEX "message_push_accepted_at_id_idx" ON "message_push"("accepted_at", "id");

-- CreateIndex
CREATE INDEX "message_push_event_id_idx" ON "message_push"("event_id");

-- CreateIndex
CREATE INDEX "message_push_corp_id_accepted_at_idx" ON "message_push"("corp_id", "accepted_at");

-- CreateIndex
CREATE INDEX "message_push_app_id_state_accepted_at_idx" ON "message_push"("app_id", "state", "accepted_at");

-- CreateIndex
CREATE INDEX "message_push_rule_id_accepted_at_idx" ON "message_push"("rule_id", "accepted_at");

-- CreateIndex
CREATE INDEX "message_push_recall_id_idx" ON "message_push"("recall_id");

-- CreateIndex
CREATE INDEX "message_push_digest_due_at_idx" ON "message_push"("digest_due_at");

-- CreateIndex
CREATE INDEX "message_recipient_push_id_state_seq_idx" ON "message_recipient"("push_id", "state", "seq");

-- CreateIndex
CREATE INDEX "message_recipient_app_id_user_id_key_sending_at_idx" ON "message_recipient"("app_id", "user_id_key", "sending_at");

-- CreateIndex
CREATE INDEX "message_recipient_call_id_idx" ON "message_recipient"("call_id");

-- CreateIndex
CREATE INDEX "message_recipient_oa_user_id_idx" ON "message_recipient"("oa_user_id");

-- CreateIndex
CREATE INDEX "message_call_app_id_request_hash_started_at_idx" ON "message_call"("app_id", "request_hash", "started_at");

-- CreateIndex
CREATE UNIQUE INDEX "message_call_push_id_seq_key" ON "message_call"("push_id", "seq");

-- CreateIndex
CREATE INDEX "message_recall_asked_at_idx" ON "message_recall"("asked_at");

-- CreateIndex
CREATE INDEX "todo_target_state_idx" ON "todo"("target", "state");

-- CreateIndex
CREATE INDEX "todo_run_id_idx" ON "todo"("run_id");

-- CreateIndex
CREATE INDEX "card_tap_task_id_tapped_at_idx" ON "card_tap"("task_id", "tapped_at");

-- CreateIndex
CREATE INDEX "card_tap_state_tapped_at_idx" ON "card_tap"("state", "tapped_at");

-- AddForeignKey
ALTER TABLE "message_target" ADD CONSTRAINT "message_target_rule_id_fkey" FOREIGN KEY ("rule_id") REFERENCES "message_rule"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "message_target" ADD CONSTRAINT "message_target_corp_id_fkey" FOREIGN KEY ("corp_id") REFERENCES "corp"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "message_target" ADD CONSTRAINT "message_target_app_id_fkey" FOREIGN KEY ("app_id") REFERENCES "app"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "message_push" ADD CONSTRAINT "message_push_event_id_fkey" FOREIGN KEY ("event_id") REFERENCES "oa_event"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "message_push" ADD CONSTRAINT "message_push_corp_id_fkey" FOREIGN KEY ("corp_id") REFERENCES "corp"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "message_push" ADD CONSTRAINT "message_push_app_id_fkey" FOREIGN KEY ("app_id") REFERENCES "app"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "message_rendering" ADD CONSTRAINT "message_rendering_push_id_fkey" FOREIGN KEY ("push_id") REFERENCES "message_push"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "message_recipient" ADD CONSTRAINT "message_recipient_push_id_fkey" FOREIGN KEY ("push_id") REFERENCES "message_push"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "message_call" ADD CONSTRAINT "message_call_push_id_fkey" FOREIGN KEY ("push_id") REFERENCES "message_push"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "card_tap" ADD CONSTRAINT "card_tap_task_id_fkey" FOREIGN KEY ("task_id") REFERENCES "todo"("task_id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "app_pause" ADD CONSTRAINT "app_pause_app_id_fkey" FOREIGN KEY ("app_id") REFERENCES "app"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What the worker's sweep looks for: next to nothing of all that was ever pushed.
CREATE INDEX "message_push_new_idx" ON "message_push"("accepted_at") WHERE "state" = 'new';
CREATE INDEX "message_push_open_idx" ON "message_push"("app_id", "accepted_at") WHERE "closed_at" IS NULL AND "is_paused";
CREATE INDEX "todo_to_show_idx" ON "todo"("task_id") WHERE "is_to_be_shown" OR "state" = 'deciding';
CREATE INDEX "card_tap_waiting_idx" ON "card_tap"("tapped_at") WHERE "state" IN ('waiting', 'deciding');
