import { Router } from 'express';
import type { CheckinRow } from '../state/checkin-rows';
import { sectionsFor } from '../state/generated-checkins';
import type { World } from '../state/world';
import {
  checkinRowsSchema,
  checkinRuleSchema,
  clearCheckinsSchema,
  generateCheckinsSchema,
} from './checkin-schemas';
import { ControlError, corpOf, parse } from './requests';

const MAX_ROWS_KEPT = 500_000;
const MAX_GENERATIONS = 100;

/** What members did with 打卡 on their phones, or are said to have done. */
export function checkinControls(world: World): Router {
  const router = Router();

  router.get('/corps/:corpid/checkins', (request, response) => {
    const { checkins } = corpOf(world, request);
    response.json({
      rows: checkins.rowCount,
      generations: checkins.generations(),
      rule: checkins.rule,
    });
  });

  router.post('/corps/:corpid/checkins', (request, response) => {
    const { checkins, directory } = corpOf(world, request);
    const rows = parse(checkinRowsSchema, request.body);
    if (checkins.rowCount + rows.length > MAX_ROWS_KEPT) {
      throw new ControlError(422, `more than ${MAX_ROWS_KEPT} rows; …/checkins/generate takes no memory`);
    }
    const unknown = new Set<string>();
    let added = 0;
    for (const row of rows) {
      const member = directory.member(row.userid);
      // Rows of somebody who is gone can stay: nobody can ask for them.
      if (member === undefined) unknown.add(row.userid);
      const outcome = checkins.add({ ...(row as CheckinRow), userid: member?.userid ?? row.userid });
      if (outcome === 'added') added += 1;
    }
    world.onChange();
    response.status(201).json({ added, replaced: rows.length - added, unknown: [...unknown] });
  });

  router.delete('/corps/:corpid/checkins', (request, response) => {
    const { checkins } = corpOf(world, request);
    const { userid, checkin_time: time } = parse(clearCheckinsSchema, request.query);
    if (userid === undefined) checkins.clear();
    else if (time === undefined) checkins.clearMember(userid);
    else checkins.clearPunches(userid, time);
    world.onChange();
    response.json({});
  });

  router.post('/corps/:corpid/checkins/generate', (request, response) => {
    const corp = corpOf(world, request);
    const generation = parse(generateCheckinsSchema, request.body);
    for (const [index, id] of (generation.departments ?? []).entries()) {
      if (corp.directory.departments.has(id)) continue;
      const message = `no department ${id}`;
      throw new ControlError(422, message, [{ path: `departments.${index}`, message }]);
    }
    for (const [index, userid] of (generation.userids ?? []).entries()) {
      if (corp.directory.member(userid) !== undefined) continue;
      const message = `no member ${userid}`;
      throw new ControlError(422, message, [{ path: `userids.${index}`, message }]);
    }
    if (corp.checkins.generations().length >= MAX_GENERATIONS) {
      throw new ControlError(422, `more than ${MAX_GENERATIONS} generations; clear the old ones first`);
    }
    const { rowsPerMember } = corp.checkins.generate(generation);
    world.onChange();
    const members = corp.checkins.membersOfNewest(corp);
    response.status(201).json({ members, rows: members * rowsPerMember });
  });

  router.put('/corps/:corpid/checkins/rule', (request, response) => {
    const { checkins } = corpOf(world, request);
    const { perDay, ...changes } = parse(checkinRuleSchema, request.body);
    const sections = perDay === undefined ? checkins.rule.sections : sectionsFor(perDay);
    checkins.rule = { ...checkins.rule, ...changes, sections };
    world.onChange();
    response.json(checkins.rule);
  });

  return router;
}
