import { Rejection } from '../errors';
import type { App } from '../state/corp';
import type { Call, Endpoint } from './endpoint';
import {
  charCount,
  optionalFlag,
  optionalInteger,
  optionalIntegers,
  optionalText,
  optionalTexts,
  queryInteger,
} from './params';

export const agentEndpoints: readonly Endpoint[] = [
  {
    path: 'agent/get',
    access: 'own-app',
    handle(call) {
      const app = ownApp(call, queryInteger(call.query, 'agentid', 40056));
      return {
        agentid: app.agentid,
        name: app.name,
        square_logo_url: app.squareLogoUrl,
        description: app.description,
        allow_userinfos: { user: app.visibleUsers.map((userid) => ({ userid })) },
        allow_partys: { partyid: app.visibleDepartments },
        allow_tags: { tagid: app.visibleTags },
        close: app.disabled ? 1 : 0,
        redirect_domain: app.redirectDomain,
        report_location_flag: app.reportLocationFlag,
        isreportenter: app.isReportEnter,
        home_url: app.homeUrl,
        customized_publish_status: 0,
      };
    },
  },
  {
    path: 'agent/list',
    access: 'own-app',
    defaults: { agentlist: [] },
    handle(call) {
      const apps = call.caller.kind === 'app' ? [call.caller.app] : [...call.corp.apps.values()];
      return {
        agentlist: apps.map((app) => ({
          agentid: app.agentid,
          name: app.name,
          square_logo_url: app.squareLogoUrl,
        })),
      };
    },
  },
  {
    path: 'agent/set',
    access: 'own-app',
    writes: true,
    handle(call) {
      const app = ownApp(call, optionalInteger(call.body, 'agentid', 40056));
      const name = optionalText(call.body, 'name') ?? app.name;
      const description = optionalText(call.body, 'description');
      const homeUrl = optionalText(call.body, 'home_url') ?? app.homeUrl;
      const logo = optionalText(call.body, 'logo_mediaid');
      const reportLocationFlag = optionalInteger(call.body, 'report_location_flag') ?? app.reportLocationFlag;
      if (reportLocationFlag !== 0 && reportLocationFlag !== 1) throw new Rejection(40059);
      if (name === '' || charCount(name) > 32) throw new Rejection(45022);
      if (description !== undefined && (charCount(description) < 4 || charCount(description) > 120)) {
        throw new Rejection(45004);
      }
      if (homeUrl !== '' && !/^https?:\/\//.test(homeUrl)) throw new Rejection(40094);
      if (logo !== undefined && call.corp.media.get(logo)?.type !== 'image') throw new Rejection(40007);
      const isReportEnter = optionalFlag(call.body, 'isreportenter') ?? app.isReportEnter;
      Object.assign(app, {
        name,
        description: description ?? app.description,
        homeUrl,
        reportLocationFlag,
        isReportEnter,
        redirectDomain: optionalText(call.body, 'redirect_domain') ?? app.redirectDomain,
      });
      if (call.caller.kind === 'admin') changeByHand(call, app);
      return {};
    },
  },
];

export function ownApp(call: Call, agentid: number | undefined): App {
  if (agentid === undefined) throw new Rejection(41011);
  if (call.caller.kind === 'app' && call.caller.app.agentid !== agentid) throw new Rejection(301002);
  const app = call.corp.apps.get(agentid);
  if (app === undefined) throw new Rejection(301002);
  return app;
}

/** What only the admin console can change: who sees the app, whether it runs, its secret. */
function changeByHand(call: Call, app: App): void {
  const departments = optionalIntegers(call.body, 'visibleDepartments');
  const users = optionalTexts(call.body, 'visibleUsers');
  const tags = optionalIntegers(call.body, 'visibleTags');
  for (const id of departments ?? [])
    if (!call.corp.directory.departments.has(id)) throw new Rejection(60123);
  if (departments !== undefined || users !== undefined || tags !== undefined) {
    call.changes.watch(() => call.corp.directory.members());
  }
  app.visibleDepartments = departments ?? app.visibleDepartments;
  app.visibleUsers = users ?? app.visibleUsers;
  app.visibleTags = tags ?? app.visibleTags;
  const close = optionalFlag(call.body, 'close');
  app.disabled = close === undefined ? app.disabled : close === 1;
  app.secret = optionalText(call.body, 'secret') ?? app.secret;
  app.trustedIps = optionalTexts(call.body, 'trustedIps') ?? app.trustedIps;
  app.permissions = optionalTexts(call.body, 'permissions') ?? app.permissions;
}
