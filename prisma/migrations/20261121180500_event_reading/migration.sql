-- AlterTable
ALTER TABLE "mirror_department" ADD COLUMN     "event_read_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "mirror_member" ADD COLUMN     "event_read_at" TIMESTAMPTZ(3);
