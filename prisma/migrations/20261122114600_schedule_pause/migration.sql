-- CreateTable
CREATE TABLE "schedule_pause" (
    "schedule_id" TEXT NOT NULL,
    "corp_id" TEXT NOT NULL,
    "by" TEXT NOT NULL,
    "note" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "schedule_pause_pkey" PRIMARY KEY ("schedule_id")
);

-- CreateIndex
CREATE INDEX "schedule_pause_corp_id_idx" ON "schedule_pause"("corp_id");

-- AddForeignKey
ALTER TABLE "schedule_pause" ADD CONSTRAINT "schedule_pause_corp_id_fkey" FOREIGN KEY ("corp_id") REFERENCES "corp"("id") ON DELETE CASCADE ON UPDATE CASCADE;
