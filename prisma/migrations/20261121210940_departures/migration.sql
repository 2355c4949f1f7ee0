-- CreateTable
CREATE TABLE "departure" (
    "id" TEXT NOT NULL,
    "corp_id" TEXT NOT NULL,
    "member_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "oa_user_id" TEXT NOT NULL,
    "name" TEXT,
    "origin" TEXT NOT NULL,
    "started_by" TEXT,
    "active_in_oa" BOOLEAN NOT NULL DEFAULT false,
    "state" TEXT NOT NULL,
    "reason" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "disabled_at" TIMESTAMPTZ(3),
    "after_days" INTEGER,
    "postponed_days" INTEGER NOT NULL DEFAULT 0,
    "delete_at" TIMESTAMPTZ(3),
    "notice_at" TIMESTAMPTZ(3),
    "noticed_at" TIMESTAMPTZ(3),
    "closed_at" TIMESTAMPTZ(3),
    "remembered" JSONB,
    "hand_over" JSONB,
    "hand_over_read_at" TIMESTAMPTZ(3),
    "hand_over_done_at" TIMESTAMPTZ(3),
    "hand_over_done_by" TEXT,
    "released_by" TEXT,
    "hurried_by" TEXT,
    "decided_by" TEXT,
    "is_kept" BOOLEAN NOT NULL DEFAULT false,
    "run_id" TEXT,
    "last_run_id" TEXT,
    "is_to_be_dated" BOOLEAN NOT NULL DEFAULT true,
    "is_to_be_told" BOOLEAN NOT NULL DEFAULT true,
    "try_at" TIMESTAMPTZ(3),
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "departure_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "departure_event" (
    "id" BIGSERIAL NOT NULL,
    "departure_id" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "code" TEXT NOT NULL,
    "by" TEXT,
    "run_id" TEXT,
    "params" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "departure_event_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "departure_corp_id_closed_at_delete_at_idx" ON "departure"("corp_id", "closed_at", "delete_at");

-- CreateIndex
CREATE INDEX "departure_corp_id_member_id_created_at_idx" ON "departure"("corp_id", "member_id", "created_at");

-- CreateIndex
CREATE INDEX "departure_corp_id_oa_user_id_idx" ON "departure"("corp_id", "oa_user_id");

-- CreateIndex
CREATE INDEX "departure_run_id_idx" ON "departure"("run_id");

-- CreateIndex
CREATE INDEX "departure_event_departure_id_id_idx" ON "departure_event"("departure_id", "id");

-- AddForeignKey
ALTER TABLE "departure" ADD CONSTRAINT "departure_corp_id_fkey" FOREIGN KEY ("corp_id") REFERENCES "corp"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "departure_event" ADD CONSTRAINT "departure_event_departure_id_fkey" FOREIGN KEY ("departure_id") REFERENCES "departure"("id") ON DELETE CASCADE ON UPDATE CASCADE;


-- One departure of a member is open at a time.
CREATE UNIQUE INDEX "departure_open_key" ON "departure"("corp_id", "member_id") WHERE "closed_at" IS NULL;

-- What the corp's desk has to do: next to nothing of all that waits.
CREATE INDEX "departure_to_do_idx" ON "departure"("corp_id") WHERE "is_to_be_told" OR "is_to_be_dated" OR ("state" IN ('disabling', 'restoring') AND "run_id" IS NULL);

-- Whoever the bridge had disabled before it kept departures begins to wait now.
INSERT INTO "departure" ("id", "corp_id", "member_id", "user_id", "oa_user_id", "name", "origin", "state", "disabled_at")
SELECT gen_random_uuid()::text, m."corp_id", m."id", m."user_id", b."oa_user_id", m."name", 'earlier', 'waiting', m."disabled_by_bridge_at"
  FROM "mirror_member" m JOIN "binding" b ON b."member_id" = m."id"
 WHERE m."disabled_by_bridge_at" IS NOT NULL AND m."gone_at" IS NULL;

INSERT INTO "departure_event" ("departure_id", "at", "code")
SELECT "id", "disabled_at", 'disabled' FROM "departure";
