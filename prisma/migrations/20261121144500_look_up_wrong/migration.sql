-- AlterTable
ALTER TABLE "look_up" ADD COLUMN     "wrong" INTEGER NOT NULL DEFAULT 0;
