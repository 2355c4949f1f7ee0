import type { Lang } from '../../i18n';
import { translate } from '../../i18n';
import { messageRuleTexts } from '../../i18n/message-rules';
import { pushAdviceTexts } from '../../i18n/messages';
import type { MessageAppRecord } from '../../store/message-apps';
import { appHealthId } from '../../workflows/message-push.contract';
import type { Route } from '../define-route';
import { defineRoute } from '../define-route';
import type { ApiDeps } from '../deps';
import { ApiError, conflict } from '../http-errors';
import { withWecom } from '../run-error';
import * as schemas from '../schemas/message-rules';
import { workflowUrl } from '../temporal-url';

/** Whether WeCom lets each app send. */
export function messageAppRoutes(deps: ApiDeps): Route[] {
  const { messageApps, settings, temporal } = deps;
  const tag = 'Message apps';

  return [
    defineRoute({
      method: 'get',
      path: '/message-apps',
      operationId: 'listMessageApps',
      tag,
      summary: 'Apps messages go through, the paused ones first',
      access: { scope: 'read' },
      success: { status: 200, description: 'The apps of all corps', schema: schemas.messageAppList },
      handler: async ({ request: { lang } }) => {
        const apps = await messageApps.list();
        return { body: { items: apps.map((app) => viewApp(app, settings, lang)), nextCursor: null } };
      },
    }),

    defineRoute({
      method: 'post',
      path: '/message-apps/{appId}/resume',
      operationId: 'resumeMessageApp',
      tag,
      summary: 'Look now whether a paused app may send again',
      description:
        'WeCom’s answer decides: where it still refuses, the app stays paused. Otherwise all that waited is sent, in its order.',
      access: { scope: 'settings:write' },
      audit: 'message-app.resume',
      params: schemas.messageAppParams,
      success: { status: 202, description: 'WeCom is being asked', schema: schemas.resumingApp },
      failures: { 409: 'It is not paused' },
      handler: async ({ params: { appId }, audit }) => {
        const app = await messageApps.find(appId);
        if (app === undefined) throw new ApiError(404, 'not_found', { text: messageRuleTexts.noApp });
        audit.target = `app:${appId}`;
        audit.corpId = app.corpId;
        if (app.pause === null) throw conflict('app_not_paused', messageRuleTexts.appNotPaused);
        await temporal.probeApp({ appId, corpId: app.corpId });
        return { body: { appId, workflowId: appHealthId(appId), waitingPushes: app.waitingPushes } };
      },
    }),
  ];
}

function viewApp({ pause, appId, ...app }: MessageAppRecord, settings: ApiDeps['settings'], lang: Lang) {
  const workflowId = appHealthId(appId);
  return {
    ...app,
    appId,
    state: pause === null ? ('ok' as const) : ('paused' as const),
    ...sayPause(pause, lang),
    workflowId,
    temporalUrl: pause === null ? null : workflowUrl(settings, workflowId),
  };
}

function sayPause(pause: MessageAppRecord['pause'], lang: Lang) {
  if (pause === null) {
    return { pausedAt: null, cause: null, causeCode: null, advice: null, wecom: null, probes: 0 };
  }
  const { pausedAt, cause, probes } = pause;
  const said = withWecom(translate(messageRuleTexts.appPaused, lang), cause.wecom, lang);
  const usual = pushAdviceTexts['app-paused'];
  return {
    pausedAt: pausedAt.toISOString(),
    cause: said.message,
    causeCode: cause.code,
    advice: said.advice ?? (usual === undefined ? null : translate(usual, lang)),
    wecom: said.wecom ?? null,
    probes,
  };
}
