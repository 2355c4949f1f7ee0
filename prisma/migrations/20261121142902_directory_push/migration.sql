-- AlterTable
ALTER TABLE "mirror_department" ADD COLUMN     "written_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "mirror_member" ADD COLUMN     "created_by_bridge_at" TIMESTAMPTZ(3),
ADD COLUMN     "departments_from_oa" INTEGER[] DEFAULT ARRAY[]::INTEGER[],
ADD COLUMN     "disabled_by_bridge_at" TIMESTAMPTZ(3),
ADD COLUMN     "ever_activated" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "written_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "department_link" (
    "corp_id" TEXT NOT NULL,
    "oa_key" TEXT NOT NULL,
    "department_id" INTEGER NOT NULL,
    "oa_name" TEXT,
    "run_id" TEXT,
    "linked_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "department_link_pkey" PRIMARY KEY ("corp_id","oa_key")
);

-- CreateTable
CREATE TABLE "binding" (
    "corp_id" TEXT NOT NULL,
    "member_id" TEXT NOT NULL,
    "oa_user_id" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "matched_by" TEXT,
    "run_id" TEXT,
    "bound_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "binding_pkey" PRIMARY KEY ("corp_id","oa_user_id")
);

-- CreateTable
CREATE TABLE "push_plan" (
    "run_id" TEXT NOT NULL,
    "corp_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL DEFAULT 'push',
    "based_on_run_id" TEXT,
    "undo_of_run_id" TEXT,
    "pull_run_id" TEXT,
    "oa_version" INTEGER,
    "planned_at" TIMESTAMPTZ(3),
    "active_in_scope" INTEGER,
    "population" JSONB,
    "reads" JSONB,
    "guard" JSONB,
    "first_hash" TEXT,
    "approved_hash" TEXT,
    "approved_safe_only" BOOLEAN NOT NULL DEFAULT false,
    "approved_by" TEXT,
    "approved_at" TIMESTAMPTZ(3),
    "rejected_by" TEXT,
    "rejected_reason" TEXT,
    "expires_at" TIMESTAMPTZ(3),
    "snoozed_until" TIMESTAMPTZ(3),
    "next_run_id" TEXT,
    "applied_at" TIMESTAMPTZ(3),

    CONSTRAINT "push_plan_pkey" PRIMARY KEY ("run_id")
);

-- CreateTable
CREATE TABLE "push_change" (
    "run_id" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "corp_id" TEXT NOT NULL,
    "change_id" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "stage" INTEGER NOT NULL,
    "change" JSONB NOT NULL,
    "digest" TEXT NOT NULL,
    "rank" INTEGER NOT NULL,
    "member_id" TEXT,
    "user_id" TEXT,
    "oa_user_id" TEXT,
    "oa_key" TEXT,
    "department_id" INTEGER,
    "name" TEXT,
    "search" TEXT NOT NULL DEFAULT '',
    "path_from" TEXT,
    "path_to" TEXT,
    "department_refs" TEXT[],
    "fields" TEXT[],
    "rule_code" TEXT NOT NULL,
    "limit_groups" TEXT[],
    "depends_on" TEXT[],
    "held_by" TEXT[],
    "barred" BOOLEAN NOT NULL DEFAULT false,
    "left_out" BOOLEAN NOT NULL DEFAULT false,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "outcome" JSONB,
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),
    "undone_by_run_id" TEXT,

    CONSTRAINT "push_change_pkey" PRIMARY KEY ("run_id","seq")
);

-- CreateTable
CREATE TABLE "push_approval" (
    "id" TEXT NOT NULL,
    "run_id" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "actor" TEXT NOT NULL,
    "decision" TEXT NOT NULL,
    "plan_hash" TEXT,
    "comment" TEXT,
    "detail" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "push_approval_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "look_up" (
    "corp_id" TEXT NOT NULL,
    "oa_user_id" TEXT NOT NULL,
    "field" TEXT NOT NULL,
    "value_hash" TEXT NOT NULL,
    "user_id" TEXT,
    "asked_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "look_up_pkey" PRIMARY KEY ("corp_id","oa_user_id","field")
);

-- CreateTable
CREATE TABLE "notice" (
    "id" TEXT NOT NULL,
    "corp_id" TEXT NOT NULL,
    "run_id" TEXT,
    "kind" TEXT NOT NULL,
    "target" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "error" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "sent_at" TIMESTAMPTZ(3),

    CONSTRAINT "notice_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "department_link_corp_id_department_id_key" ON "department_link"("corp_id", "department_id");

-- CreateIndex
CREATE UNIQUE INDEX "binding_member_id_key" ON "binding"("member_id");

-- CreateIndex
CREATE INDEX "push_plan_corp_id_applied_at_idx" ON "push_plan"("corp_id", "applied_at");

-- CreateIndex
CREATE INDEX "push_change_run_id_status_seq_idx" ON "push_change"("run_id", "status", "seq");

-- CreateIndex
CREATE INDEX "push_change_run_id_rank_seq_idx" ON "push_change"("run_id", "rank", "seq");

-- CreateIndex
CREATE INDEX "push_change_corp_id_status_finished_at_idx" ON "push_change"("corp_id", "status", "finished_at");

-- CreateIndex
CREATE INDEX "push_change_corp_id_oa_user_id_idx" ON "push_change"("corp_id", "oa_user_id");

-- CreateIndex
CREATE UNIQUE INDEX "push_change_run_id_change_id_key" ON "push_change"("run_id", "change_id");

-- CreateIndex
CREATE INDEX "push_approval_run_id_at_idx" ON "push_approval"("run_id", "at");

-- CreateIndex
CREATE INDEX "look_up_corp_id_asked_at_idx" ON "look_up"("corp_id", "asked_at");

-- CreateIndex
CREATE INDEX "notice_corp_id_created_at_idx" ON "notice"("corp_id", "created_at");

-- AddForeignKey
ALTER TABLE "department_link" ADD CONSTRAINT "department_link_corp_id_fkey" FOREIGN KEY ("corp_id") REFERENCES "corp"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "binding" ADD CONSTRAINT "binding_corp_id_fkey" FOREIGN KEY ("corp_id") REFERENCES "corp"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "binding" ADD CONSTRAINT "binding_member_id_fkey" FOREIGN KEY ("member_id") REFERENCES "mirror_member"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "push_plan" ADD CONSTRAINT "push_plan_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "push_change" ADD CONSTRAINT "push_change_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "push_approval" ADD CONSTRAINT "push_approval_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "look_up" ADD CONSTRAINT "look_up_corp_id_fkey" FOREIGN KEY ("corp_id") REFERENCES "corp"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "notice" ADD CONSTRAINT "notice_corp_id_fkey" FOREIGN KEY ("corp_id") REFERENCES "corp"("id") ON DELETE CASCADE ON UPDATE CASCADE;
