import type { Lang } from '../../i18n';
import { translate } from '../../i18n';
import { pushApiTexts } from '../../i18n/push-api';
import type { ChangeFilter } from '../../store/push-reading';
import type { Route } from '../define-route';
import { defineRoute } from '../define-route';
import type { ApiDeps } from '../deps';
import { approvalSheet } from '../exports/approval-sheet';
import { byteOrderMark, csvRow } from '../exports/csv';
import { columnWidths, headingsOf, rowsOf } from '../exports/plan-rows';
import type { Cell } from '../exports/xlsx';
import { writeXlsx, xlsxType } from '../exports/xlsx';
import { FileAnswer } from '../file-answer';
import { isAdministrator } from '../principal';
import type { ChangeReader } from '../push/change-view';
import { viewChange } from '../push/change-view';
import { maskRaw } from '../push/mask-raw';
import { meterViews } from '../push/plan-head';
import type { Push } from '../push/require-push';
import { requirePush } from '../push/require-push';
import { usedSettings } from '../push/used-settings';
import { pushActionText } from '../../i18n/directory-push';
import type { RunView } from '../run-view';
import { viewRuns } from '../run-view';
import { fileAnswer } from '../schemas/common';
import * as schemas from '../schemas/push';
import { runParams } from '../schemas/runs';

const sheetRows = 30;

/** Plans as files, for those who read them elsewhere. */
export function pushExportRoutes(deps: ApiDeps): Route[] {
  const { pushReading } = deps;
  const tag = 'Plans';
  const access = { scope: 'read' } as const;

  return [
    defineRoute({
      method: 'get',
      path: '/runs/{runId}/export',
      operationId: 'exportPlan',
      tag,
      summary: 'A plan as CSV, XLSX or JSON, under the same filters as its list',
      description: 'Phone numbers and addresses are masked unless the caller has every right.',
      access,
      audit: 'run.export',
      params: runParams,
      query: schemas.exportQuery,
      success: {
        status: 200,
        description: 'The file',
        schema: fileAnswer,
        files: ['text/csv', xlsxType, 'application/json'],
      },
      handler: async ({ params, query, principal, request: { lang }, audit }) => {
        const push = await requirePush(deps, params.runId, audit);
        const { format, ...filter } = query;
        const reader = { principal, lang };
        audit.detail = { format, masked: !isAdministrator(principal) };
        const run = await viewOf(push, reader);
        const name = `plan-${(push.run.planHash ?? push.run.id).slice(0, 8)}.${format}`;
        switch (format) {
          case 'csv':
            return { body: new FileAnswer('text/csv; charset=utf-8', csv(push, filter, reader), name) };
          case 'xlsx':
            return { body: new FileAnswer(xlsxType, xlsx(push, run, filter, reader), name) };
          case 'json':
            return {
              body: new FileAnswer('application/json; charset=utf-8', json(push, run, filter, reader), name),
            };
        }
      },
    }),

    defineRoute({
      method: 'get',
      path: '/runs/{runId}/approval-sheet',
      operationId: 'getApprovalSheet',
      tag,
      summary: 'One page to print and sign',
      access,
      audit: 'run.approval-sheet',
      params: runParams,
      success: { status: 200, description: 'The page', schema: fileAnswer, files: ['text/html'] },
      handler: async ({ params, principal, request: { lang }, audit }) => {
        const push = await requirePush(deps, params.runId, audit);
        const { run, plan } = push;
        const removals = { action: ['deleteUser', 'disableUser'] as const, leftOut: false };
        const [view, page, counts, groups, settings] = await Promise.all([
          viewOf(push, { principal, lang }),
          pushReading.listChanges(run.id, { ...removals, sort: 'danger', limit: sheetRows }),
          pushReading.countChanges(run.id, { leftOut: false }),
          pushReading.limitGroupCounts(run.id),
          usedSettings(deps, run),
        ]);
        const meters = await meterViews(deps, { run, plan, settings, groups, lang });
        const html = approvalSheet(
          {
            run: view,
            meters,
            dangerous: page.items,
            dangerousTotal: (counts.deleteUser ?? 0) + (counts.disableUser ?? 0),
          },
          lang,
        );
        return { body: new FileAnswer('text/html; charset=utf-8', once(html)) };
      },
    }),
  ];

  async function viewOf({ run }: Push, reader: ChangeReader): Promise<RunView> {
    const [view] = await viewRuns(deps, [run], reader);
    if (view === undefined) throw new Error('A run that was found has no view');
    return view;
  }

  async function* csv({ run }: Push, filter: ChangeFilter, reader: ChangeReader): AsyncGenerator<string> {
    yield byteOrderMark + csvRow(headingsOf(reader.lang));
    for await (const portion of pushReading.exportChanges(run.id, filter)) {
      yield portion.flatMap((record) => rowsOf(record, run.planHash, reader).map(csvRow)).join('');
    }
  }

  function xlsx({ run }: Push, view: RunView, filter: ChangeFilter, reader: ChangeReader) {
    async function* rows() {
      for await (const portion of pushReading.exportChanges(run.id, filter)) {
        yield portion.flatMap((record) => rowsOf(record, run.planHash, reader));
      }
    }
    return writeXlsx([
      {
        name: translate(pushApiTexts.exportSummary, reader.lang),
        widths: [28, 70],
        head: [translate(pushApiTexts.exportSummary, reader.lang), ''],
        rows: [summaryRows(view, reader.lang)],
      },
      {
        name: translate(pushApiTexts.exportChanges, reader.lang),
        widths: columnWidths,
        head: headingsOf(reader.lang),
        rows: rows(),
      },
    ]);
  }

  /** The plan as the API tells it, change by change. */
  async function* json(
    { run, plan }: Push,
    view: RunView,
    filter: ChangeFilter,
    reader: ChangeReader,
  ): AsyncGenerator<string> {
    const settings = await usedSettings(deps, run);
    yield `{"run":${JSON.stringify(view)},"changes":[`;
    let separator = '\n';
    for await (const portion of pushReading.exportChanges(run.id, filter)) {
      const lines = portion.map((record) =>
        JSON.stringify({
          ...viewChange(record, run, plan, reader, settings),
          ...maskRaw(record.change, reader.principal),
          dependsOn: record.dependsOn,
        }),
      );
      yield separator + lines.join(',\n');
      separator = ',\n';
    }
    yield '\n]}\n';
  }
}

function summaryRows(run: RunView, lang: Lang): Cell[][] {
  const say = (key: keyof typeof pushApiTexts) => translate(pushApiTexts[key], lang);
  return [
    [say('exportCorp'), run.corpName],
    [say('exportPlan'), run.id],
    [say('exportHash'), run.planHash ?? ''],
    [say('exportPhase'), run.phase],
    [say('exportPlannedAt'), run.push?.plannedAt ?? ''],
    [say('exportSettings'), run.settingsVersion ?? ''],
    [say('exportRequestedBy'), run.requestedBy],
    [say('exportVerdict'), run.verdict?.summary ?? ''],
    ...(run.verdict?.reasons ?? []).map(({ message }) => ['', message]),
    [],
    [say('exportAction'), say('exportCount')],
    ...Object.entries(run.counts)
      .filter(([, count]) => count > 0)
      .map(([action, count]): Cell[] => [pushActionText(action, lang), count]),
  ];
}

async function* once(text: string): AsyncGenerator<string> {
  yield await Promise.resolve(text);
}
