-- DropIndex
DROP INDEX "oa_user_login_id_key";

-- AlterTable
ALTER TABLE "oa_user" ADD COLUMN     "departed_version" INTEGER;

-- CreateTable
CREATE TABLE "oa_directory_version" (
    "version" INTEGER NOT NULL,
    "source" TEXT NOT NULL,
    "fed_by" TEXT NOT NULL,
    "fed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "subcompanies" INTEGER NOT NULL,
    "departments" INTEGER NOT NULL,
    "active_users" INTEGER NOT NULL,
    "departed_users" INTEGER NOT NULL,
    "counts" JSONB NOT NULL DEFAULT '{}',
    "lost" INTEGER NOT NULL DEFAULT 0,
    "lost_of" INTEGER NOT NULL DEFAULT 0,
    "confirmed_at" TIMESTAMPTZ(3),
    "confirmed_by" TEXT,

    CONSTRAINT "oa_directory_version_pkey" PRIMARY KEY ("version")
);

-- CreateTable
CREATE TABLE "oa_feed_row" (
    "feed_id" UUID NOT NULL,
    "seq" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "entry_id" TEXT NOT NULL,
    "entry" JSONB NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "oa_feed_row_pkey" PRIMARY KEY ("feed_id","seq")
);

-- CreateIndex
CREATE INDEX "oa_user_login_id_idx" ON "oa_user"("login_id");
