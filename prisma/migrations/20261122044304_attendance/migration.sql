-- CreateTable
CREATE TABLE "attendance_settings" (
    "corp_id" TEXT NOT NULL,
    "corp_no" SERIAL NOT NULL,
    "app_id" TEXT,
    "secret_enc" TEXT,
    "timezone" TEXT NOT NULL DEFAULT 'Asia/Shanghai',
    "day_starts_at" TEXT NOT NULL DEFAULT '00:00',
    "checked" JSONB,
    "checked_at" TIMESTAMPTZ(3),
    "saved_by" TEXT NOT NULL,
    "saved_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "attendance_settings_pkey" PRIMARY KEY ("corp_id")
);

-- CreateTable
CREATE TABLE "attendance_rule" (
    "id" TEXT NOT NULL,
    "corp_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "scope" JSONB NOT NULL,
    "kinds" TEXT NOT NULL,
    "punches" BOOLEAN NOT NULL DEFAULT true,
    "daily" BOOLEAN NOT NULL DEFAULT false,
    "monthly" BOOLEAN NOT NULL DEFAULT false,
    "schedule" JSONB,
    "look_back_days" INTEGER NOT NULL DEFAULT 3,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "fingerprint" TEXT NOT NULL,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "expected_from" DATE,

    CONSTRAINT "attendance_rule_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "attendance_run" (
    "run_id" TEXT NOT NULL,
    "corp_id" TEXT NOT NULL,
    "rule_id" TEXT,
    "rule_name" TEXT,
    "from_day" DATE NOT NULL,
    "to_day" DATE NOT NULL,
    "user_ids" JSONB,
    "kinds" TEXT NOT NULL,
    "punches" BOOLEAN NOT NULL,
    "daily" BOOLEAN NOT NULL,
    "monthly" BOOLEAN NOT NULL,
    "timezone" TEXT NOT NULL,
    "day_starts_at" TEXT NOT NULL,
    "accept_loss" BOOLEAN NOT NULL DEFAULT false,
    "people" INTEGER NOT NULL DEFAULT 0,
    "counts" JSONB NOT NULL DEFAULT '{}',
    "paused_at" TIMESTAMPTZ(3),

    CONSTRAINT "attendance_run_pkey" PRIMARY KEY ("run_id")
);

-- CreateTable
CREATE TABLE "attendance_unit" (
    "run_id" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "source" TEXT NOT NULL,
    "batch" INTEGER NOT NULL,
    "from_day" DATE NOT NULL,
    "to_day" DATE NOT NULL,
    "starts_at" TIMESTAMPTZ(0) NOT NULL,
    "ends_at" TIMESTAMPTZ(0) NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'waiting',
    "counts" JSONB,
    "held_back" BOOLEAN NOT NULL DEFAULT false,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "attendance_unit_pkey" PRIMARY KEY ("run_id","seq")
);

-- CreateTable
CREATE TABLE "attendance_run_person" (
    "run_id" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "person_id" INTEGER NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'asked',
    "errcode" INTEGER,

    CONSTRAINT "attendance_run_person_pkey" PRIMARY KEY ("run_id","seq")
);

-- CreateTable
CREATE TABLE "attendance_person" (
    "id" SERIAL NOT NULL,
    "corp_id" TEXT NOT NULL,
    "corp_no" INTEGER NOT NULL,
    "member_id" TEXT,
    "user_id_key" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "waiting_since" BIGINT,

    CONSTRAINT "attendance_person_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "attendance_record" (
    "person_id" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(0) NOT NULL,
    "kind" TEXT NOT NULL,
    "timeline_id" BIGINT NOT NULL,
    "group_id" BIGINT NOT NULL,
    "corp_no" INTEGER NOT NULL,
    "day" DATE NOT NULL,
    "exceptions" INTEGER NOT NULL,
    "digest" BIGINT NOT NULL,
    "raw" JSON NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "change_seq" BIGINT NOT NULL,
    "superseded_at" TIMESTAMPTZ(3),

    CONSTRAINT "attendance_record_pkey" PRIMARY KEY ("person_id","at","kind","timeline_id","group_id")
);

-- CreateTable
CREATE TABLE "attendance_past" (
    "person_id" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(0) NOT NULL,
    "kind" TEXT NOT NULL,
    "timeline_id" BIGINT NOT NULL,
    "group_id" BIGINT NOT NULL,
    "version" INTEGER NOT NULL,
    "raw" JSON NOT NULL,
    "became" TEXT NOT NULL,
    "run_id" TEXT NOT NULL,
    "changed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "attendance_past_pkey" PRIMARY KEY ("person_id","at","kind","timeline_id","group_id","version")
);

-- CreateTable
CREATE TABLE "attendance_report" (
    "person_id" INTEGER NOT NULL,
    "period" TEXT NOT NULL,
    "day" DATE NOT NULL,
    "corp_no" INTEGER NOT NULL,
    "exceptions" INTEGER NOT NULL,
    "digest" BIGINT NOT NULL,
    "raw" JSON NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "change_seq" BIGINT NOT NULL,
    "superseded_at" TIMESTAMPTZ(3),

    CONSTRAINT "attendance_report_pkey" PRIMARY KEY ("person_id","period","day")
);

-- CreateTable
CREATE TABLE "attendance_delivery" (
    "corp_id" TEXT NOT NULL,
    "stream" TEXT NOT NULL,
    "told_up_to" BIGINT NOT NULL DEFAULT 0,
    "failing_since" TIMESTAMPTZ(3),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "error" JSONB,
    "last_told_at" TIMESTAMPTZ(3),

    CONSTRAINT "attendance_delivery_pkey" PRIMARY KEY ("corp_id","stream")
);

-- CreateTable
CREATE TABLE "attendance_coverage" (
    "rule_id" TEXT NOT NULL,
    "day" DATE NOT NULL,
    "run_id" TEXT NOT NULL,

    CONSTRAINT "attendance_coverage_pkey" PRIMARY KEY ("rule_id","day")
);

-- CreateTable
CREATE TABLE "attendance_gap" (
    "rule_id" TEXT NOT NULL,
    "day" DATE NOT NULL,
    "corp_id" TEXT NOT NULL,
    "noticed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "closed_at" TIMESTAMPTZ(3),
    "closed_by" TEXT,

    CONSTRAINT "attendance_gap_pkey" PRIMARY KEY ("rule_id","day")
);

-- CreateTable
CREATE TABLE "oa_attendance" (
    "id" TEXT NOT NULL,
    "oa_user_id" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "day" DATE NOT NULL,
    "at" TIMESTAMPTZ(0) NOT NULL,
    "item" JSON NOT NULL,
    "state" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "seq" BIGSERIAL NOT NULL,
    "taken_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "oa_attendance_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "attendance_settings_corp_no_key" ON "attendance_settings"("corp_no");

-- CreateIndex
CREATE UNIQUE INDEX "attendance_rule_corp_id_fingerprint_key" ON "attendance_rule"("corp_id", "fingerprint");

-- CreateIndex
CREATE INDEX "attendance_run_corp_id_rule_id_idx" ON "attendance_run"("corp_id", "rule_id");

-- CreateIndex
CREATE INDEX "attendance_unit_run_id_state_seq_idx" ON "attendance_unit"("run_id", "state", "seq");

-- CreateIndex
CREATE INDEX "attendance_person_member_id_idx" ON "attendance_person"("member_id");

-- CreateIndex
CREATE UNIQUE INDEX "attendance_person_corp_id_user_id_key_key" ON "attendance_person"("corp_id", "user_id_key");

-- CreateIndex
CREATE INDEX "attendance_record_corp_no_change_seq_idx" ON "attendance_record"("corp_no", "change_seq");

-- CreateIndex
CREATE INDEX "attendance_record_corp_no_at_idx" ON "attendance_record"("corp_no", "at");

-- CreateIndex
CREATE INDEX "attendance_report_corp_no_change_seq_idx" ON "attendance_report"("corp_no", "change_seq");

-- CreateIndex
CREATE INDEX "attendance_report_corp_no_period_day_idx" ON "attendance_report"("corp_no", "period", "day");

-- CreateIndex
CREATE INDEX "attendance_gap_corp_id_closed_at_idx" ON "attendance_gap"("corp_id", "closed_at");

-- CreateIndex
CREATE INDEX "oa_attendance_oa_user_id_day_idx" ON "oa_attendance"("oa_user_id", "day");

-- CreateIndex
CREATE INDEX "oa_attendance_seq_idx" ON "oa_attendance"("seq");

-- AddForeignKey
ALTER TABLE "attendance_settings" ADD CONSTRAINT "attendance_settings_corp_id_fkey" FOREIGN KEY ("corp_id") REFERENCES "corp"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "attendance_settings" ADD CONSTRAINT "attendance_settings_app_id_fkey" FOREIGN KEY ("app_id") REFERENCES "app"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "attendance_rule" ADD CONSTRAINT "attendance_rule_corp_id_fkey" FOREIGN KEY ("corp_id") REFERENCES "corp"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "attendance_run" ADD CONSTRAINT "attendance_run_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "attendance_run" ADD CONSTRAINT "attendance_run_corp_id_fkey" FOREIGN KEY ("corp_id") REFERENCES "corp"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "attendance_unit" ADD CONSTRAINT "attendance_unit_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "attendance_run"("run_id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "attendance_run_person" ADD CONSTRAINT "attendance_run_person_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "attendance_run"("run_id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "attendance_person" ADD CONSTRAINT "attendance_person_corp_id_fkey" FOREIGN KEY ("corp_id") REFERENCES "corp"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "attendance_delivery" ADD CONSTRAINT "attendance_delivery_corp_id_fkey" FOREIGN KEY ("corp_id") REFERENCES "corp"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "attendance_coverage" ADD CONSTRAINT "attendance_coverage_rule_id_fkey" FOREIGN KEY ("rule_id") REFERENCES "attendance_rule"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "attendance_gap" ADD CONSTRAINT "attendance_gap_rule_id_fkey" FOREIGN KEY ("rule_id") REFERENCES "attendance_rule"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "attendance_gap" ADD CONSTRAINT "attendance_gap_corp_id_fkey" FOREIGN KEY ("corp_id") REFERENCES "corp"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- One for punches and reports of all corps: the OA is told in this order.
CREATE SEQUENCE "attendance_change_seq" AS bigint;

-- One punch in twenty is out of the ordinary, and those are what people look for.
-- By what is wrong, too: one kind of it may be rare, or not there at all, among the many that are late.
CREATE INDEX "attendance_record_exceptions_idx" ON "attendance_record" ("corp_no", "exceptions", "at") WHERE exceptions <> 0;

-- What is rarely so is looked for by itself: without these, a page of it reads every punch of the corp.
CREATE INDEX "attendance_record_outing_idx" ON "attendance_record" ("corp_no", "at") WHERE kind <> '上班打卡' AND kind <> '下班打卡';

CREATE INDEX "attendance_record_superseded_idx" ON "attendance_record" ("corp_no", "at") WHERE superseded_at IS NOT NULL;

-- Few wait for a binding, and they are looked for every minute.
CREATE INDEX "attendance_person_waiting_idx" ON "attendance_person" ("corp_id") WHERE waiting_since IS NOT NULL;
