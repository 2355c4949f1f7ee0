-- CreateTable
CREATE TABLE "oa_upload" (
    "id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "mode" TEXT NOT NULL,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "base_version" INTEGER NOT NULL,
    "rows" INTEGER NOT NULL,
    "applicable" BOOLEAN NOT NULL,
    "applied_at" TIMESTAMPTZ(3),

    CONSTRAINT "oa_upload_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "oa_upload_created_at_idx" ON "oa_upload"("created_at");
