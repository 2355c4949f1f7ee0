-- CreateEnum
CREATE TYPE "CorpKind" AS ENUM ('public', 'private', 'government');

-- CreateTable
CREATE TABLE "corp" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "corp_id" TEXT NOT NULL,
    "kind" "CorpKind" NOT NULL DEFAULT 'public',
    "api_base_url" TEXT NOT NULL,
    "contacts_secret_enc" TEXT,
    "contacts_callback_key" TEXT NOT NULL,
    "contacts_callback_token_enc" TEXT,
    "contacts_callback_aes_enc" TEXT,
    "account_limit" INTEGER,
    "rate_limits" JSONB NOT NULL DEFAULT '{}',
    "is_demo" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "corp_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "app" (
    "id" TEXT NOT NULL,
    "corp_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "agent_id" INTEGER NOT NULL,
    "secret_enc" TEXT NOT NULL,
    "callback_key" TEXT NOT NULL,
    "callback_token_enc" TEXT,
    "callback_aes_enc" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "app_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "directory_settings" (
    "corp_id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "document" JSONB NOT NULL,
    "saved_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "directory_settings_pkey" PRIMARY KEY ("corp_id","version")
);

-- CreateTable
CREATE TABLE "corp_check" (
    "id" TEXT NOT NULL,
    "corp_id" TEXT NOT NULL,
    "ok" BOOLEAN NOT NULL,
    "checks" JSONB NOT NULL,
    "started_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "corp_check_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "verification_file" (
    "name" TEXT NOT NULL,
    "content" TEXT NOT NULL,
    "uploaded_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "verification_file_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "run" (
    "id" TEXT NOT NULL,
    "corp_id" TEXT NOT NULL,
    "direction" TEXT NOT NULL,
    "mode" TEXT NOT NULL,
    "phase" TEXT NOT NULL,
    "trigger" TEXT NOT NULL,
    "requested_by" TEXT NOT NULL,
    "workflow_id" TEXT NOT NULL,
    "temporal_run_id" TEXT,
    "settings_version" INTEGER,
    "plan_hash" TEXT,
    "counts" JSONB NOT NULL DEFAULT '{}',
    "verdict" JSONB,
    "completeness" JSONB,
    "progress" JSONB NOT NULL DEFAULT '{"done":0,"failed":0,"total":0}',
    "error" JSONB,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),
    "merged_at" TIMESTAMPTZ(3),

    CONSTRAINT "run_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "run_calls" (
    "run_id" TEXT NOT NULL,
    "api" TEXT NOT NULL,
    "calls" INTEGER NOT NULL,

    CONSTRAINT "run_calls_pkey" PRIMARY KEY ("run_id","api")
);

-- CreateTable
CREATE TABLE "pull_step" (
    "run_id" TEXT NOT NULL,
    "step" TEXT NOT NULL,
    "round" INTEGER NOT NULL DEFAULT 1,
    "cursor" TEXT,
    "done" BOOLEAN NOT NULL DEFAULT false,
    "pages" INTEGER NOT NULL DEFAULT 0,
    "rows" INTEGER NOT NULL DEFAULT 0,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "pull_step_pkey" PRIMARY KEY ("run_id","step")
);

-- CreateTable
CREATE TABLE "pull_department" (
    "run_id" TEXT NOT NULL,
    "department_id" INTEGER NOT NULL,
    "parent_id" INTEGER NOT NULL,
    "order" BIGINT NOT NULL DEFAULT 0,
    "listed" BOOLEAN NOT NULL,
    "visible" BOOLEAN NOT NULL,
    "name" TEXT,
    "name_en" TEXT,
    "leaders" JSONB,
    "batch" INTEGER,
    "details_rows" INTEGER,
    "vanished" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "pull_department_pkey" PRIMARY KEY ("run_id","department_id")
);

-- CreateTable
CREATE TABLE "pull_listing" (
    "run_id" TEXT NOT NULL,
    "user_id_key" TEXT NOT NULL,
    "department_id" INTEGER NOT NULL,
    "user_id" TEXT NOT NULL,

    CONSTRAINT "pull_listing_pkey" PRIMARY KEY ("run_id","user_id_key","department_id")
);

-- CreateTable
CREATE TABLE "pull_member" (
    "run_id" TEXT NOT NULL,
    "user_id_key" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "departments" INTEGER[],
    "details" JSONB NOT NULL,

    CONSTRAINT "pull_member_pkey" PRIMARY KEY ("run_id","user_id_key")
);

-- CreateTable
CREATE TABLE "mirror_department" (
    "corp_id" TEXT NOT NULL,
    "department_id" INTEGER NOT NULL,
    "parent_id" INTEGER NOT NULL,
    "order" BIGINT NOT NULL DEFAULT 0,
    "name" TEXT,
    "name_en" TEXT,
    "leaders" JSONB,
    "written" JSONB,
    "first_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_run_id" TEXT,
    "gone_at" TIMESTAMPTZ(3),

    CONSTRAINT "mirror_department_pkey" PRIMARY KEY ("corp_id","department_id")
);

-- CreateTable
CREATE TABLE "mirror_member" (
    "id" TEXT NOT NULL,
    "corp_id" TEXT NOT NULL,
    "user_id_key" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "departments" INTEGER[],
    "name" TEXT,
    "status" INTEGER,
    "seen" JSONB,
    "written" JSONB,
    "first_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "details_seen_at" TIMESTAMPTZ(3),
    "last_run_id" TEXT,
    "gone_at" TIMESTAMPTZ(3),

    CONSTRAINT "mirror_member_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "wecom_token" (
    "corp_id" TEXT NOT NULL,
    "api_base_url" TEXT NOT NULL,
    "secret_fingerprint" TEXT NOT NULL,
    "token_enc" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "wecom_token_pkey" PRIMARY KEY ("corp_id","api_base_url","secret_fingerprint")
);

-- CreateTable
CREATE TABLE "rate_window" (
    "corp_key" TEXT NOT NULL,
    "api" TEXT NOT NULL,
    "window" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "used" INTEGER NOT NULL,
    "previous" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "rate_window_pkey" PRIMARY KEY ("corp_key","api","window")
);

-- CreateTable
CREATE TABLE "rate_block" (
    "corp_key" TEXT NOT NULL,
    "api" TEXT NOT NULL,
    "blocked_until" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "rate_block_pkey" PRIMARY KEY ("corp_key","api")
);

-- CreateTable
CREATE TABLE "callback_event" (
    "id" TEXT NOT NULL,
    "corp_id" TEXT NOT NULL,
    "app_id" TEXT,
    "event_key" TEXT NOT NULL,
    "payload_enc" TEXT NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "processed_at" TIMESTAMPTZ(3),

    CONSTRAINT "callback_event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "console_user" (
    "id" TEXT NOT NULL,
    "login_name" TEXT NOT NULL,
    "display_name" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "password_hash" TEXT,
    "wecom_user_ids" JSONB NOT NULL DEFAULT '{}',
    "disabled_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "console_user_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "console_session" (
    "token_hash" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "csrf_token" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "console_session_pkey" PRIMARY KEY ("token_hash")
);

-- CreateTable
CREATE TABLE "one_time_login" (
    "token_hash" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "one_time_login_pkey" PRIMARY KEY ("token_hash")
);

-- CreateTable
CREATE TABLE "login_attempt" (
    "subject" TEXT NOT NULL,
    "failures" INTEGER NOT NULL,
    "window_start" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "login_attempt_pkey" PRIMARY KEY ("subject")
);

-- CreateTable
CREATE TABLE "api_token" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "token_hash" TEXT NOT NULL,
    "prefix" TEXT NOT NULL,
    "scopes" TEXT[],
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3),
    "last_used_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "api_token_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_entry" (
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "actor" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "target" TEXT NOT NULL,
    "corp_id" TEXT,
    "result" TEXT NOT NULL,
    "code" TEXT,
    "detail" JSONB NOT NULL DEFAULT '{}',
    "remote_ip" TEXT,

    CONSTRAINT "audit_entry_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "idempotency_key" (
    "principal" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "request_hash" TEXT NOT NULL,
    "status" INTEGER,
    "body" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "idempotency_key_pkey" PRIMARY KEY ("principal","key")
);

-- CreateTable
CREATE TABLE "oa_subcompany" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "parent_id" TEXT,
    "order" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "oa_subcompany_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "oa_department" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "parent_id" TEXT,
    "subcompany_id" TEXT,
    "order" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "oa_department_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "oa_user" (
    "id" TEXT NOT NULL,
    "login_id" TEXT NOT NULL,
    "job_number" TEXT,
    "name" TEXT NOT NULL,
    "mobile" TEXT,
    "email" TEXT,
    "gender" TEXT,
    "position" TEXT,
    "telephone" TEXT,
    "department_id" TEXT,
    "part_time_department_ids" TEXT[],
    "manager_id" TEXT,
    "order" INTEGER NOT NULL DEFAULT 0,
    "status" TEXT NOT NULL DEFAULT 'active',
    "custom" JSONB NOT NULL DEFAULT '{}',
    "departed_at" TIMESTAMPTZ(3),
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "oa_user_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "installation_fact" (
    "name" TEXT NOT NULL,
    "value" JSONB NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "installation_fact_pkey" PRIMARY KEY ("name")
);

-- CreateIndex
CREATE UNIQUE INDEX "corp_contacts_callback_key_key" ON "corp"("contacts_callback_key");

-- CreateIndex
CREATE UNIQUE INDEX "corp_corp_id_api_base_url_key" ON "corp"("corp_id", "api_base_url");

-- CreateIndex
CREATE UNIQUE INDEX "app_callback_key_key" ON "app"("callback_key");

-- CreateIndex
CREATE UNIQUE INDEX "app_corp_id_agent_id_key" ON "app"("corp_id", "agent_id");

-- CreateIndex
CREATE INDEX "corp_check_corp_id_created_at_idx" ON "corp_check"("corp_id", "created_at");

-- CreateIndex
CREATE INDEX "run_corp_id_started_at_idx" ON "run"("corp_id", "started_at");

-- CreateIndex
CREATE INDEX "run_started_at_idx" ON "run"("started_at");

-- CreateIndex
CREATE INDEX "pull_department_run_id_batch_idx" ON "pull_department"("run_id", "batch");

-- CreateIndex
CREATE INDEX "pull_listing_run_id_department_id_idx" ON "pull_listing"("run_id", "department_id");

-- CreateIndex
CREATE INDEX "mirror_department_corp_id_parent_id_idx" ON "mirror_department"("corp_id", "parent_id");

-- CreateIndex
CREATE INDEX "mirror_member_departments_idx" ON "mirror_member" USING GIN ("departments");

-- CreateIndex
CREATE UNIQUE INDEX "mirror_member_corp_id_user_id_key_key" ON "mirror_member"("corp_id", "user_id_key");

-- CreateIndex
CREATE INDEX "callback_event_corp_id_received_at_idx" ON "callback_event"("corp_id", "received_at");

-- CreateIndex
CREATE UNIQUE INDEX "callback_event_corp_id_event_key_key" ON "callback_event"("corp_id", "event_key");

-- CreateIndex
CREATE UNIQUE INDEX "console_user_login_name_key" ON "console_user"("login_name");

-- CreateIndex
CREATE INDEX "console_session_expires_at_idx" ON "console_session"("expires_at");

-- CreateIndex
CREATE UNIQUE INDEX "api_token_token_hash_key" ON "api_token"("token_hash");

-- CreateIndex
CREATE INDEX "audit_entry_at_idx" ON "audit_entry"("at");

-- CreateIndex
CREATE INDEX "audit_entry_corp_id_at_idx" ON "audit_entry"("corp_id", "at");

-- CreateIndex
CREATE INDEX "idempotency_key_created_at_idx" ON "idempotency_key"("created_at");

-- CreateIndex
CREATE UNIQUE INDEX "oa_user_login_id_key" ON "oa_user"("login_id");

-- CreateIndex
CREATE INDEX "oa_user_department_id_idx" ON "oa_user"("department_id");

-- AddForeignKey
ALTER TABLE "app" ADD CONSTRAINT "app_corp_id_fkey" FOREIGN KEY ("corp_id") REFERENCES "corp"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "directory_settings" ADD CONSTRAINT "directory_settings_corp_id_fkey" FOREIGN KEY ("corp_id") REFERENCES "corp"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "corp_check" ADD CONSTRAINT "corp_check_corp_id_fkey" FOREIGN KEY ("corp_id") REFERENCES "corp"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "run" ADD CONSTRAINT "run_corp_id_fkey" FOREIGN KEY ("corp_id") REFERENCES "corp"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "run_calls" ADD CONSTRAINT "run_calls_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "pull_step" ADD CONSTRAINT "pull_step_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "pull_department" ADD CONSTRAINT "pull_department_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "pull_listing" ADD CONSTRAINT "pull_listing_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "pull_member" ADD CONSTRAINT "pull_member_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "mirror_department" ADD CONSTRAINT "mirror_department_corp_id_fkey" FOREIGN KEY ("corp_id") REFERENCES "corp"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "mirror_member" ADD CONSTRAINT "mirror_member_corp_id_fkey" FOREIGN KEY ("corp_id") REFERENCES "corp"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "callback_event" ADD CONSTRAINT "callback_event_corp_id_fkey" FOREIGN KEY ("corp_id") REFERENCES "corp"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "console_session" ADD CONSTRAINT "console_session_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "console_user"("id") ON DELETE CASCADE ON UPDATE CASCADE;
