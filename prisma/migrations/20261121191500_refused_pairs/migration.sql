-- CreateIndex
CREATE INDEX "binding_event_corp_id_event_source_idx" ON "binding_event"("corp_id", "event", "source");

-- All bindings of a corp ended at once looked like as many ended one by one. Who binds a member to somebody else leaves a
-- new binding of the same moment.
UPDATE "binding_event" e SET "source" = 'cleared'
FROM (
  SELECT "corp_id", "at", "by" FROM "binding_event"
  WHERE "source" = 'manual'
  GROUP BY "corp_id", "at", "by"
  HAVING count(*) > 1 AND bool_and("event" = 'unbound')
) AS c
WHERE e."corp_id" = c."corp_id" AND e."at" = c."at" AND e."by" IS NOT DISTINCT FROM c."by"
  AND e."source" = 'manual' AND e."event" = 'unbound';

-- "None of them" was known of conflicts alone, and only until somebody else came into question.
INSERT INTO "binding_event" ("corp_id", "member_id", "user_id", "oa_user_id", "event", "source", "by", "at")
SELECT c."corp_id", c."member_id", m."user_id", o->>'oaUserId', 'refused', 'decided', c."decided_by", c."decided_at"
FROM "link_conflict" c
JOIN "mirror_member" m ON m."id" = c."member_id"
CROSS JOIN LATERAL jsonb_array_elements(c."candidates") AS o
WHERE c."decided_at" IS NOT NULL AND c."oa_user_id" IS NULL
  AND NOT EXISTS (
    SELECT FROM "binding_event" b
    WHERE b."corp_id" = c."corp_id" AND b."member_id" = c."member_id" AND b."oa_user_id" = o->>'oaUserId'
      AND b."event" = 'bound' AND b."at" >= c."decided_at"
  )
ORDER BY c."decided_at";
