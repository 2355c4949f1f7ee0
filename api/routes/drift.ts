import {
  whyNotAccepted,
  whyNotIgnored,
  whyNotReverted,
  type DriftFacts,
  type DriftObstacle,
} from '../../domain/directory/drift/possible';
import { driftObstacleTexts, driftTexts } from '../../i18n/drift';
import { translate } from '../../i18n';
import type { CorpRecord } from '../../store/corps';
import type { DriftRecord } from '../../store/drift-desk';
import { driftCoverage } from '../drift/coverage';
import { agreesWithOa, judgeDrifts, type JudgedDrift } from '../drift/facts';
import { viewDrifts } from '../drift/view';
import type { AuditNote, RequestFacts, Route } from '../define-route';
import { defineRoute } from '../define-route';
import type { ApiDeps } from '../deps';
import { conflict, invalid, notFound } from '../http-errors';
import type { Principal } from '../principal';
import { startOaSync } from '../push/start-oa-sync';
import { assertMayPush, startPush } from '../push/start-push';
import { corpParams } from '../schemas/corps';
import * as schemas from '../schemas/drift';
import { newRunId } from '../start-run';
import { requireCorp } from './corps';

type Decision = 'accept' | 'revert' | 'ignore';

type Asked = {
  readonly corp: CorpRecord;
  readonly driftIds: readonly string[];
  readonly decision: Decision;
  readonly principal: Principal;
  readonly request: RequestFacts;
  readonly audit: AuditNote;
};

const obstacleTo: Readonly<Record<Decision, (facts: DriftFacts) => DriftObstacle | null>> = {
  accept: whyNotAccepted,
  revert: whyNotReverted,
  ignore: whyNotIgnored,
};

/** What was changed by hand in WeCom. */
export function driftRoutes(deps: ApiDeps): Route[] {
  const { driftDesk, directorySettings } = deps;
  const tag = 'Drift';
  const read = { scope: 'read' } as const;
  const decides = { scope: 'runs:start' } as const;
  const begun = { status: 202, description: 'A run carries it out', schema: schemas.driftDecided } as const;
  const refused = { 409: 'It can not be done, for the reason given; or a run is open' } as const;

  return [
    defineRoute({
      method: 'get',
      path: '/corps/{corpId}/drift',
      operationId: 'listDrift',
      tag,
      summary: 'Changes made by hand in WeCom to what the bridge manages, newest first',
      description:
        'WeCom never tells who made them. `open` includes those that are being accepted or reverted.',
      access: read,
      params: corpParams,
      query: schemas.driftQuery,
      success: { status: 200, description: 'A page', schema: schemas.driftPage },
      handler: async ({ params, query, principal, request: { lang } }) => {
        const corp = await requireCorp(deps, params.corpId);
        const { document } = await directorySettings.currentSettings(corp.id);
        const readPage = async () => {
          const page = await driftDesk.list({ corpId: corp.id, ...query });
          return { ...page, judged: await judgeDrifts(deps, corp, document, page.items) };
        };
        const first = await readPage();
        const agreed = first.judged.filter(agreesWithOa).map(({ record }) => record.driftId);
        if (agreed.length > 0) await driftDesk.agree(corp.id, agreed);
        const { judged, total, nextCursor } = agreed.length > 0 ? await readPage() : first;
        return {
          body: { items: await viewDrifts(deps, corp.id, judged, { principal, lang }), nextCursor, total },
        };
      },
    }),

    defineRoute({
      method: 'get',
      path: '/corps/{corpId}/drift/coverage',
      operationId: 'getDriftCoverage',
      tag,
      summary: "What can be observed with this corp's rights, field by field, and what can not",
      access: read,
      params: corpParams,
      success: { status: 200, description: 'The coverage', schema: schemas.driftCoverage },
      handler: async ({ params, request: { lang } }) => {
        const corp = await requireCorp(deps, params.corpId);
        const { document } = await directorySettings.currentSettings(corp.id);
        return { body: driftCoverage(corp, document, await driftDesk.coverage(corp.id), lang) };
      },
    }),

    ...(['accept', 'revert'] as const).map((decision) =>
      defineRoute({
        method: 'post',
        path: `/corps/{corpId}/drift/{driftId}/${decision}`,
        operationId: decision === 'accept' ? 'acceptDrift' : 'revertDrift',
        tag,
        summary:
          decision === 'accept'
            ? 'Take a change into the OA, by a run of its own'
            : 'Write back to WeCom what the OA wants, by a push of its own',
        access: decides,
        audit: `drift.${decision}`,
        idempotent: true,
        params: schemas.driftParams,
        success: begun,
        failures: refused,
        handler: async ({ params, principal, request, audit }) => {
          const corp = await requireCorp(deps, params.corpId);
          const driftIds = [params.driftId];
          return decide({ corp, driftIds, decision, principal, request, audit });
        },
      }),
    ),

    defineRoute({
      method: 'post',
      path: '/corps/{corpId}/drift/{driftId}/ignore',
      operationId: 'ignoreDrift',
      tag,
      summary: 'Leave a change as it is in WeCom until the OA wants something else than now',
      access: decides,
      audit: 'drift.ignore',
      params: schemas.driftParams,
      success: { status: 200, description: 'Ignored', schema: schemas.driftDecided },
      failures: { 409: 'It can not be ignored, for the reason given' },
      handler: async ({ params, principal, request, audit }) => {
        const corp = await requireCorp(deps, params.corpId);
        return decide({
          corp,
          driftIds: [params.driftId],
          decision: 'ignore',
          principal,
          request,
          audit,
        });
      },
    }),

    defineRoute({
      method: 'post',
      path: '/corps/{corpId}/drift/decide',
      operationId: 'decideDrift',
      tag,
      summary: 'Decide about several changes at once, by one run; all of them or none',
      access: decides,
      audit: 'drift.decide',
      idempotent: true,
      params: corpParams,
      body: schemas.driftDecision,
      success: {
        ...begun,
        description: 'A run carries it out',
        or200: 'Ignored: there is nothing to carry out',
      },
      failures: refused,
      handler: async ({ params, body, principal, request, audit }) => {
        const corp = await requireCorp(deps, params.corpId);
        const driftIds = [...new Set(body.driftIds)];
        return decide({ corp, driftIds, decision: body.decision, principal, request, audit });
      },
    }),
  ];

  async function decide(asked: Asked) {
    const { corp, driftIds, decision, principal, request, audit } = asked;
    audit.target = corp.id;
    audit.corpId = corp.id;
    audit.detail = { decision, drifts: driftIds.length };
    const { document } = await directorySettings.currentSettings(corp.id);
    const records = await driftDesk.find(corp.id, driftIds);
    assertKnown(records, driftIds);
    const runId = newRunId(request);
    const judged = await judgeDrifts(deps, corp, document, records);
    // An earlier attempt at this very request, which died before it could answer, has decided already.
    const isAgain = records.every((record) => record.runId === runId);
    if (!isAgain) assertPossible(judged, driftIds, decision, request);

    if (decision === 'ignore') {
      const drifts = judged.map(({ record, oaValue }) => ({ driftId: record.driftId, oaValue }));
      const ignored = await driftDesk.ignore({ corpId: corp.id, drifts, by: principal.id });
      if (!ignored) throw conflict('drift_decided_meanwhile', driftTexts.decidedMeanwhile);
      return { status: 200, body: { runId: null, workflowId: null, decided: driftIds.length } } as const;
    }

    if (decision === 'revert') assertMayPush(corp, document);
    const state = decision === 'accept' ? 'accepting' : 'reverting';
    const begins = await driftDesk.begin({ corpId: corp.id, driftIds, state, runId, by: principal.id });
    if (!begins) throw conflict('drift_decided_meanwhile', driftTexts.decidedMeanwhile);
    try {
      const start = { corp, runId, mode: 'apply', principal, request } as const;
      const started =
        decision === 'accept'
          ? await startOaSync(deps, { ...start, only: { driftIds } })
          : await startPush(deps, { ...start, plan: { kind: 'push', only: subjectsOf(records) } });
      return {
        body: { ...started, decided: driftIds.length },
        headers: { Location: `/api/v1/runs/${started.runId}` },
      };
    } catch (error) {
      await driftDesk.takeBack(runId);
      throw error;
    }
  }
}

function subjectsOf(records: readonly DriftRecord[]) {
  const memberIds = [...new Set(records.flatMap(({ memberId }) => memberId ?? []))];
  const oaKeys = [
    ...new Set(records.flatMap(({ kind, oaKey }) => (kind === 'department' ? (oaKey ?? []) : []))),
  ];
  return {
    ...(memberIds.length === 0 ? {} : { memberIds }),
    ...(oaKeys.length === 0 ? {} : { oaKeys }),
    driftIds: records.map(({ driftId }) => driftId),
  };
}

function assertKnown(records: readonly DriftRecord[], driftIds: readonly string[]): void {
  const known = new Set(records.map(({ driftId }) => driftId));
  const unknown = driftIds.flatMap((driftId, index) => (known.has(driftId) ? [] : [index]));
  if (unknown.length === 0) return;
  if (driftIds.length === 1) throw notFound();
  throw invalid(unknown.map((index) => ({ path: `driftIds.${index}`, said: { text: driftTexts.unknown } })));
}

function assertPossible(
  judged: readonly JudgedDrift[],
  driftIds: readonly string[],
  decision: Decision,
  { lang }: RequestFacts,
): void {
  const refused = judged.flatMap(({ record, facts }) => {
    const obstacle = obstacleTo[decision](facts);
    return obstacle === null ? [] : [{ driftId: record.driftId, obstacle }];
  });
  const [first] = refused;
  if (first === undefined) return;
  if (driftIds.length === 1) {
    const reason = translate(driftObstacleTexts[first.obstacle], lang);
    throw conflict(
      'drift_not_decidable',
      driftTexts.notDecidable,
      { extra: { reason: first.obstacle } },
      { reason },
    );
  }
  throw conflict(
    'drift_not_decidable',
    driftTexts.someNotDecidable,
    {
      fields: refused.map(({ driftId, obstacle }) => ({
        path: `driftIds.${driftIds.indexOf(driftId)}`,
        said: { text: driftObstacleTexts[obstacle] },
      })),
    },
    { count: refused.length },
  );
}
