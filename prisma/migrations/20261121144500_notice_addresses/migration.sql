-- AlterTable
ALTER TABLE "directory_settings" ADD COLUMN     "notices_enc" TEXT;
