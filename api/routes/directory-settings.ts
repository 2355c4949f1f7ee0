import { z } from 'zod';
import { compileExpression } from '../../domain/directory/expression';
import { syncsToOa } from '../../domain/directory/oa-sync/master';
import { firstMatchOf, type DirectorySettings } from '../../domain/directory/settings';
import { apiTexts } from '../../i18n/api';
import { pushApiTexts } from '../../i18n/push-api';
import type { CorpRecord } from '../../store/corps';
import { movesDates } from '../../store/departure-hooks';
import {
  secretOf,
  SyncToOaTakenError,
  type NoticeSecret,
  type SavedSettings,
  type SettingsVersion,
} from '../../store/settings';
import { mayReachInternal } from '../../wecom';
import type { RequestFacts, Route } from '../define-route';
import { defineRoute } from '../define-route';
import type { ApiDeps } from '../deps';
import { differences } from '../directory-settings/differences';
import { viewFields } from '../directory-settings/fields';
import { confirmMaster, masterChangeOf } from '../directory-settings/master-change';
import { resolveNotices } from '../directory-settings/notices';
import { whoIsRedated } from '../directory-settings/redating';
import { affectedShown, oaKeyOf, oaUserIdOf, whatIf, whatIfInOa } from '../directory-settings/preview';
import { assertMayWrite, problemsOf, syncToOaTaken } from '../directory-settings/validate';
import { ApiError, invalid, invalidField, isTemporalUnavailable, notFound } from '../http-errors';
import type { Principal } from '../principal';
import { labelOf } from '../principal';
import { startOaSync } from '../push/start-oa-sync';
import { assertMayPush, startPush } from '../push/start-push';
import { pushStopText } from '../../i18n/directory-push';
import { flag, page } from '../schemas/common';
import { corpParams, verifyQuery } from '../schemas/corps';
import * as schemas from '../schemas/directory-settings';
import { newRunId } from '../start-run';
import { allowedHosts } from '../wecom-access';
import { requireCorp } from './corps';

const bodyLimitBytes = 4 * 1024 * 1024;

export function directorySettingsRoutes(deps: ApiDeps): Route[] {
  const { directorySettings, oa, pushReading, pushSnapshots, principals } = deps;
  const path = '/corps/{corpId}/directory/settings';
  const tag = 'Directory settings';
  const saveQuery = verifyQuery.extend({
    simulate: flag.default(false).meta({ description: 'Starts a simulation under the new settings.' }),
  });
  const saved = { status: 200, description: 'The version saved', schema: schemas.savedNow } as const;
  const previewTurns = createTurns();

  return [
    defineRoute({
      method: 'get',
      path,
      operationId: 'getDirectorySettings',
      tag,
      summary: 'The settings in force',
      access: { scope: 'read' },
      params: corpParams,
      success: { status: 200, description: 'The newest version', schema: schemas.savedDirectorySettings },
      handler: async ({ params }) => {
        const corp = await requireCorp(deps, params.corpId);
        return { body: await toVersion(deps, await directorySettings.currentSettings(corp.id)) };
      },
    }),

    defineRoute({
      method: 'put',
      path,
      operationId: 'saveDirectorySettings',
      tag,
      summary: 'Save a new version; what the body leaves out takes its default',
      access: { scope: 'settings:write' },
      audit: 'directory-settings.save',
      params: corpParams,
      query: saveQuery,
      body: schemas.directorySettingsBody,
      bodyLimitBytes,
      success: saved,
      failures: {
        409: 'Another master, or syncing into the OA, has to be confirmed: the answer says what it would do',
        502: 'WeCom can not be used at the moment',
      },
      handler: async ({ params, query, body, principal, request, audit }) => {
        const corp = await requireCorp(deps, params.corpId);
        const given = await resolve(corp, body);
        const answer = await save(corp, given, {
          ...query,
          // Whoever wrote a program has named the master on purpose; a person may have slipped.
          confirmMaster: body.confirmMaster ?? principal.kind !== 'user',
          principal,
          request,
        });
        audit.detail = { version: answer.version, access: body.access, master: body.master };
        return { body: answer };
      },
    }),

    defineRoute({
      method: 'get',
      path: `${path}/versions`,
      operationId: 'listDirectorySettingsVersions',
      tag,
      summary: 'What was changed, by whom, newest first',
      access: { scope: 'read' },
      params: corpParams,
      query: schemas.versionsQuery,
      success: { status: 200, description: 'A page', schema: page(schemas.versionEntry) },
      handler: async ({ params, query }) => {
        const corp = await requireCorp(deps, params.corpId);
        const { items, nextCursor } = await directorySettings.listVersions(corp.id, query);
        const oldest = items.at(-1);
        const before =
          oldest === undefined ? undefined : await directorySettings.findVersion(corp.id, oldest.version - 1);
        const labels = await principals.labelsOf(items.flatMap(({ savedBy }) => savedBy ?? []));
        return {
          body: {
            items: items.map(({ version, document, savedAt, savedBy }, index) => ({
              version,
              savedAt: (savedAt ?? new Date(0)).toISOString(),
              savedBy: savedBy === null ? null : labelOf(savedBy, labels),
              changes: differences((items[index + 1] ?? before)?.document ?? {}, document),
            })),
            nextCursor,
          },
        };
      },
    }),

    defineRoute({
      method: 'get',
      path: `${path}/versions/{version}`,
      operationId: 'getDirectorySettingsVersion',
      tag,
      summary: 'The settings as they once were',
      access: { scope: 'read' },
      params: corpParams.extend({ version: schemas.versionNumber }),
      success: { status: 200, description: 'That version', schema: schemas.savedDirectorySettings },
      handler: async ({ params }) => {
        const corp = await requireCorp(deps, params.corpId);
        const found = await directorySettings.findVersion(corp.id, params.version);
        if (found === undefined) throw notFound();
        return { body: await toVersion(deps, found) };
      },
    }),

    defineRoute({
      method: 'post',
      path: `${path}/rollback`,
      operationId: 'rollBackDirectorySettings',
      tag,
      summary: 'Save an earlier version again, as a new one',
      access: { scope: 'settings:write' },
      audit: 'directory-settings.roll-back',
      params: corpParams,
      query: saveQuery,
      body: schemas.rollback,
      success: saved,
      failures: { 502: 'WeCom can not be used at the moment' },
      handler: async ({ params, query, body, principal, request, audit }) => {
        const corp = await requireCorp(deps, params.corpId);
        const found = await directorySettings.findVersion(corp.id, body.version);
        if (found === undefined) {
          throw invalidField('version', pushApiTexts.unknownVersion, { version: body.version });
        }
        const secrets = await directorySettings.noticeTargets(corp.id, body.version);
        const answer = await save(
          corp,
          { document: found.document, secrets: secrets.map(secretOf) },
          { ...query, confirmMaster: body.confirmMaster ?? false, principal, request },
        );
        audit.detail = { version: answer.version, rolledBackTo: body.version };
        return { body: answer };
      },
    }),

    defineRoute({
      method: 'post',
      path: `${path}/preview`,
      operationId: 'previewDirectorySettings',
      tag,
      summary: 'Who would be newly affected by other settings',
      description: 'Planned from what was read last. Nothing is stored, and WeCom is not asked.',
      access: { scope: 'settings:write' },
      audit: null,
      params: corpParams,
      body: schemas.previewBody,
      bodyLimitBytes,
      success: { status: 200, description: 'What would be planned', schema: schemas.preview },
      handler: async ({ params, body, request: { lang } }) => {
        const corp = await requireCorp(deps, params.corpId);
        const { document, problems } = await resolve(corp, body.document);
        const { document: current } = await directorySettings.currentSettings(corp.id);
        const found = [...problems, ...(await problemsOf(deps, corp, document))];
        if (found.length > 0) throw invalid(found.map((one) => ({ ...one, path: `document.${one.path}` })));
        // A plan of 100,000 people takes hundreds of megabytes: one at a time.
        return previewTurns(async () => {
          const redated = await whoIsRedated(deps, corp, current, document);
          const sides = await pushSnapshots.readOaSyncSides(corp.id);
          const { snapshot } = sides;
          const isIntoOa = syncsToOa(document);
          const { counts, people, departments, stop } = isIntoOa
            ? whatIfInOa(sides, current, document)
            : whatIf(snapshot, current, document);
          const users = new Map(snapshot.oa.users.map(({ id, name }) => [id, name]));
          const nodes = new Map(snapshot.oa.nodes.map(({ key, name }) => [key, name]));
          const stops = [
            ...(document.access === 'read-only' && !isIntoOa ? [{ code: 'read-only', params: {} }] : []),
            ...(stop === null ? [] : [{ code: stop.code, params: 'params' in stop ? stop.params : {} }]),
          ];
          return {
            body: {
              counts: { ...counts },
              newlyAffected: {
                people: people.slice(0, affectedShown).map(({ change, was }) => {
                  const oaUserId = oaUserIdOf(change);
                  return {
                    oaUserId,
                    name: (oaUserId === null ? undefined : users.get(oaUserId)) ?? nameAfter(change.after),
                    userId: 'userId' in change ? change.userId : null,
                    action: change.action,
                    was,
                  };
                }),
                total: people.length,
              },
              departments: {
                items: departments.slice(0, affectedShown).map(({ change, was }) => {
                  const oaKey = oaKeyOf(change);
                  return {
                    oaKey,
                    departmentId: 'departmentId' in change ? change.departmentId : null,
                    name:
                      (oaKey === null ? undefined : nodes.get(oaKey)) ??
                      nameIn(change.before ?? change.after),
                    action: change.action,
                    was,
                  };
                }),
                total: departments.length,
              },
              departures: redated,
              problems: stops.map(({ code, params }) => ({
                code,
                message: pushStopText(code, params, lang) ?? code,
              })),
            },
          };
        });
      },
    }),

    defineRoute({
      method: 'post',
      path: `${path}/expression`,
      operationId: 'tryExpression',
      tag,
      summary: 'What an expression gives for one OA user',
      access: { scope: 'settings:write' },
      audit: null,
      params: corpParams,
      body: schemas.expressionBody,
      success: { status: 200, description: 'The value, or what is wrong', schema: schemas.expressionResult },
      handler: async ({ params, body }) => {
        await requireCorp(deps, params.corpId);
        const compiled = compileExpression(body.expression);
        if (!compiled.ok) return { body: { ok: false, ...sayWrong(compiled.error), user: null } };
        const given = body.oaUserId === undefined ? undefined : await oa.findUser(body.oaUserId);
        if (body.oaUserId !== undefined && given === undefined) {
          throw invalidField('oaUserId', apiTexts.unknownOaUser, { id: body.oaUserId });
        }
        const user = given ?? (await oa.searchUsers({ limit: 1 })).items[0];
        if (user === undefined) return { body: { ok: true, value: null, user: null } };
        const evaluated = compiled.evaluate(user);
        const about = { oaUserId: user.id, name: user.name, loginId: user.loginId };
        return {
          body: evaluated.ok
            ? { ok: true, value: evaluated.value, user: about }
            : { ok: false, ...sayWrong(evaluated.error), user: about },
        };
      },
    }),

    defineRoute({
      method: 'get',
      path: `${path}/fields`,
      operationId: 'listDirectoryFields',
      tag,
      summary: 'Which field can be read through which credential, written, and matched by',
      access: { scope: 'read' },
      params: corpParams,
      success: { status: 200, description: 'All of them', schema: schemas.fieldList },
      handler: async ({ params, request: { lang } }) => {
        const corp = await requireCorp(deps, params.corpId);
        const [{ document }, coverage] = await Promise.all([
          directorySettings.currentSettings(corp.id),
          pushReading.fieldCoverage(corp.id),
        ]);
        return { body: { items: viewFields(corp, document.appId, coverage, lang), nextCursor: null } };
      },
    }),
  ];

  async function resolve(corp: CorpRecord, body: schemas.GivenDirectorySettings) {
    const stored = await directorySettings.noticeTargets(corp.id);
    const internal = mayReachInternal(corp, allowedHosts(deps.settings));
    const { notices, secrets, problems } = await resolveNotices(body.notices, stored, { internal });
    const { document: current } = await directorySettings.currentSettings(corp.id);
    const { wecomField, oaField } = current.pull.linkNewMembers;
    const before = { wecomField, oaField };
    const first = firstMatchOf({ match: body.push.match, link: body.pull.linkNewMembers }, before);
    const differing = first === undefined ? matchPaths : [];
    return {
      document: schemas.toDirectorySettings(body, notices, first ?? before),
      secrets,
      problems: [
        ...problems,
        ...differing.map((path) => ({ path, said: { text: pushApiTexts.matchFieldsDiffer } })),
      ],
    };
  }

  async function save(
    corp: CorpRecord,
    given: {
      readonly document: DirectorySettings;
      readonly secrets: readonly (NoticeSecret | null)[];
      readonly problems?:
        Awaited<ReturnType<typeof problemsOf>> | Awaited<ReturnType<typeof resolveNotices>>['problems'];
    },
    how: {
      readonly verify: boolean;
      readonly simulate: boolean;
      readonly confirmMaster: boolean;
      readonly principal: Principal;
      readonly request: RequestFacts;
    },
  ) {
    const { document, secrets } = given;
    const problems = [...(given.problems ?? []), ...(await problemsOf(deps, corp, document))];
    if (problems.length > 0) throw invalid(problems);
    const before = await directorySettings.currentSettings(corp.id);
    if (document.access === 'read-write') {
      await assertMayWrite(deps, corp, how.verify && before.document.access !== 'read-write');
    }
    if (!how.confirmMaster) await assertMasterSeen(corp, before, document, how.request);
    const version = await saveVersion(corp, document, how.principal, secrets);
    await followSchedules(corp, before.document, document);
    const body = {
      ...(await toVersion(deps, version)),
      ...(movesDates(before.document, document) ? { departuresRedated: version.departuresRedated } : {}),
    };
    if (!how.simulate) return body;
    return { ...body, simulationRunId: await startSimulation(corp, document, how) };
  }

  /** The first save chooses a master, and no reading means that nothing has followed one yet. */
  async function assertMasterSeen(
    corp: CorpRecord,
    before: SettingsVersion,
    document: DirectorySettings,
    { lang }: RequestFacts,
  ): Promise<void> {
    const change = masterChangeOf(before.document, document);
    if (change === undefined || before.version === 0) return;
    const { members, departments } = await deps.mirror.counts(corp.id);
    if (members + departments === 0) return;
    throw await previewTurns(async () =>
      confirmMaster(change, document, await pushSnapshots.readOaSyncSides(corp.id), lang),
    );
  }

  async function saveVersion(
    corp: CorpRecord,
    document: DirectorySettings,
    principal: Principal,
    secrets: readonly (NoticeSecret | null)[],
  ): Promise<SavedSettings> {
    try {
      return await directorySettings.saveSettings(corp.id, document, principal.id, secrets);
    } catch (error) {
      if (!(error instanceof SyncToOaTakenError)) throw error;
      const other = await deps.corps.findCorp(error.corpId);
      throw invalid([syncToOaTaken(other?.name ?? error.corpId)]);
    }
  }

  /** Saved is saved: schedules that could not follow are put right by the worker. */
  async function followSchedules(
    corp: CorpRecord,
    before: DirectorySettings,
    after: DirectorySettings,
  ): Promise<void> {
    for (const direction of ['push', 'pull'] as const) {
      const schedule = after[direction].schedule;
      if (schedule === null && before[direction].schedule === null) continue;
      try {
        await deps.temporal.ensureSchedule(direction, corp.id, schedule);
      } catch (error) {
        if (!isTemporalUnavailable(error)) throw error;
        deps.logger.warn(
          { err: error, corpId: corp.id, direction },
          'a schedule could not follow the settings',
        );
      }
    }
  }

  /** Null where none can start: that is no reason for the save to fail. */
  async function startSimulation(
    corp: CorpRecord,
    document: DirectorySettings,
    { principal, request }: { readonly principal: Principal; readonly request: RequestFacts },
  ): Promise<string | null> {
    const start = { corp, runId: newRunId(request), mode: 'simulate', principal, request } as const;
    try {
      if (syncsToOa(document)) return (await startOaSync(deps, start)).runId;
      assertMayPush(corp, document);
      return (await startPush(deps, { ...start, plan: { kind: 'push' } })).runId;
    } catch (error) {
      if (error instanceof ApiError || isTemporalUnavailable(error)) return null;
      throw error;
    }
  }
}

const matchPaths = ['push.match.0', 'pull.linkNewMembers'] as const;

function sayWrong({ message, position }: { readonly message: string; readonly position: number | null }) {
  return { error: message, ...(position === null ? {} : { position: position + 1 }) };
}

function nameIn(state: unknown): string | null {
  const { name } = (state ?? {}) as { readonly name?: unknown };
  return typeof name === 'string' ? name : null;
}

/** Of somebody the OA does not have yet. */
function nameAfter(after: unknown): string | null {
  return nameIn((after as { readonly values?: unknown } | null)?.values);
}

/** One after the other, in the order they came. */
function createTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(work, work);
    last = turn.catch(() => undefined);
    return turn;
  };
}

const shownDocument = z.object(schemas.directorySettings.shape).omit({ notices: true });

async function toVersion(
  deps: Pick<ApiDeps, 'principals'>,
  { version, document, savedAt, savedBy }: SettingsVersion,
) {
  const labels = await deps.principals.labelsOf(savedBy === null ? [] : [savedBy]);
  return {
    // Saved by an earlier version of the bridge, a document may lack what has been added since.
    ...shownDocument.parse(document),
    notices: document.notices.map((notice) =>
      notice.kind === 'message'
        ? { ...notice, userIds: [...notice.userIds], events: [...notice.events] }
        : { ...notice, events: [...notice.events] },
    ),
    version,
    savedAt: savedAt?.toISOString() ?? null,
    savedBy: savedBy === null ? null : labelOf(savedBy, labels),
  };
}
