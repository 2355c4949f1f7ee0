-- One sequence for both tables; written as a sum, Prisma takes it for what it is and not for a serial column's own.
ALTER TABLE "attendance_record" ALTER COLUMN "change_seq" SET DEFAULT (0 + nextval('attendance_change_seq'::regclass));
ALTER TABLE "attendance_report" ALTER COLUMN "change_seq" SET DEFAULT (0 + nextval('attendance_change_seq'::regclass));
