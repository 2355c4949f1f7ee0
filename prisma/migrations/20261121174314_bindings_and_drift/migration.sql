-- AlterTable
ALTER TABLE "binding" ADD COLUMN     "bound_by" TEXT;

-- AlterTable
ALTER TABLE "callback_event" ADD COLUMN     "attempts" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "deliveries" INTEGER NOT NULL DEFAULT 1,
ADD COLUMN     "kind" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "outcome" TEXT;

-- AlterTable
ALTER TABLE "push_plan" ADD COLUMN     "only" JSONB,
ADD COLUMN     "target" TEXT NOT NULL DEFAULT 'wecom';

-- CreateTable
CREATE TABLE "binding_event" (
    "id" BIGSERIAL NOT NULL,
    "corp_id" TEXT NOT NULL,
    "member_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "oa_user_id" TEXT NOT NULL,
    "event" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "matched_by" TEXT,
    "run_id" TEXT,
    "by" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "binding_event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "binding_import" (
    "id" UUID NOT NULL,
    "corp_id" TEXT NOT NULL,
    "field" TEXT NOT NULL,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "counts" JSONB NOT NULL DEFAULT '{}',
    "applied_at" TIMESTAMPTZ(3),

    CONSTRAINT "binding_import_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "binding_import_row" (
    "import_id" UUID NOT NULL,
    "row" INTEGER NOT NULL,
    "user_id" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "result" TEXT NOT NULL,
    "member_id" TEXT,
    "oa_user_id" TEXT,
    "before" JSONB,
    "outcome" TEXT,

    CONSTRAINT "binding_import_row_pkey" PRIMARY KEY ("import_id","row")
);

-- CreateTable
CREATE TABLE "link_conflict" (
    "corp_id" TEXT NOT NULL,
    "member_id" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "candidates" JSONB NOT NULL,
    "run_id" TEXT,
    "found_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "decided_at" TIMESTAMPTZ(3),
    "decided_by" TEXT,
    "oa_user_id" TEXT,
    "rule" TEXT,

    CONSTRAINT "link_conflict_pkey" PRIMARY KEY ("corp_id","member_id")
);

-- CreateTable
CREATE TABLE "binding_visit" (
    "state_hash" TEXT NOT NULL,
    "browser_hash" TEXT NOT NULL,
    "corp_id" TEXT NOT NULL,
    "app_id" TEXT NOT NULL,
    "return_to" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "exchanged_at" TIMESTAMPTZ(3),
    "member_id" TEXT,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "binding_visit_pkey" PRIMARY KEY ("state_hash")
);

-- CreateTable
CREATE TABLE "drift" (
    "id" TEXT NOT NULL,
    "corp_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "member_id" TEXT,
    "department_id" INTEGER,
    "field" TEXT NOT NULL,
    "before" JSONB,
    "after" JSONB,
    "seen_by" TEXT NOT NULL,
    "first_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "state" TEXT NOT NULL DEFAULT 'open',
    "decided_by" TEXT,
    "decided_at" TIMESTAMPTZ(3),
    "run_id" TEXT,
    "oa_value" JSONB,

    CONSTRAINT "drift_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "push_postponement" (
    "corp_id" TEXT NOT NULL,
    "change_id" TEXT NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL,
    "by" TEXT NOT NULL,
    "comment" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "push_postponement_pkey" PRIMARY KEY ("corp_id","change_id")
);

-- CreateTable
CREATE TABLE "oa_password" (
    "oa_user_id" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "set_by" TEXT NOT NULL,
    "set_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "oa_password_pkey" PRIMARY KEY ("oa_user_id")
);

-- CreateTable
CREATE TABLE "callback_wake" (
    "corp_id" TEXT NOT NULL,
    "woken_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "callback_wake_pkey" PRIMARY KEY ("corp_id")
);

-- CreateIndex
CREATE INDEX "binding_event_corp_id_member_id_at_idx" ON "binding_event"("corp_id", "member_id", "at");

-- CreateIndex
CREATE INDEX "binding_event_corp_id_oa_user_id_at_idx" ON "binding_event"("corp_id", "oa_user_id", "at");

-- CreateIndex
CREATE INDEX "binding_import_corp_id_created_at_idx" ON "binding_import"("corp_id", "created_at");

-- CreateIndex
CREATE INDEX "link_conflict_corp_id_decided_at_idx" ON "link_conflict"("corp_id", "decided_at");

-- CreateIndex
CREATE INDEX "binding_visit_expires_at_idx" ON "binding_visit"("expires_at");

-- CreateIndex
CREATE INDEX "drift_corp_id_state_first_seen_at_idx" ON "drift"("corp_id", "state", "first_seen_at");

-- CreateIndex
CREATE INDEX "drift_corp_id_member_id_idx" ON "drift"("corp_id", "member_id");

-- CreateIndex
CREATE INDEX "callback_event_corp_id_processed_at_received_at_idx" ON "callback_event"("corp_id", "processed_at", "received_at");

-- AddForeignKey
ALTER TABLE "binding_event" ADD CONSTRAINT "binding_event_corp_id_fkey" FOREIGN KEY ("corp_id") REFERENCES "corp"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "binding_import" ADD CONSTRAINT "binding_import_corp_id_fkey" FOREIGN KEY ("corp_id") REFERENCES "corp"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "binding_import_row" ADD CONSTRAINT "binding_import_row_import_id_fkey" FOREIGN KEY ("import_id") REFERENCES "binding_import"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "link_conflict" ADD CONSTRAINT "link_conflict_corp_id_fkey" FOREIGN KEY ("corp_id") REFERENCES "corp"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "binding_visit" ADD CONSTRAINT "binding_visit_corp_id_fkey" FOREIGN KEY ("corp_id") REFERENCES "corp"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "drift" ADD CONSTRAINT "drift_corp_id_fkey" FOREIGN KEY ("corp_id") REFERENCES "corp"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "push_postponement" ADD CONSTRAINT "push_postponement_corp_id_fkey" FOREIGN KEY ("corp_id") REFERENCES "corp"("id") ON DELETE CASCADE ON UPDATE CASCADE;
