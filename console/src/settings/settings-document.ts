import type { DirectorySettings, Notice, SettingsDocument } from '../api/settings';

/** What the form holds, as the API takes it. */
export function toDocument(values: SettingsDocument | DirectorySettings): SettingsDocument {
  const { access, master, appId, timezone, maintenanceWindows, notices, pull, push } = values;
  return {
    access,
    master,
    // A select that was cleared holds no value at all.
    appId: appId ?? null,
    timezone,
    maintenanceWindows,
    notices: notices.map(toNotice),
    pull,
    push: {
      ...push,
      departed: { ...push.departed, deleteAfterDays: push.departed.deleteAfterDays ?? null },
    },
  };
}

/** An empty secret is none that was typed: the stored one stays. */
function toNotice(notice: Notice): Notice {
  const { name, events } = notice;
  if (notice.kind === 'message') {
    const { kind, appId, userIds } = notice;
    return { kind, name, appId, userIds, events };
  }
  const { kind, url, secret, hasSecret } = notice;
  return {
    kind,
    name,
    url,
    events,
    ...(hasSecret === undefined ? {} : { hasSecret }),
    ...(secret === undefined || secret === null || secret === '' ? {} : { secret }),
  };
}

/** What only one of the settings in force and the edited ones would do cannot be taken back. */
export function newDangers(before: SettingsDocument, after: SettingsDocument): boolean {
  const dangers = ({ push }: SettingsDocument) => [
    push.departed.action === 'delete',
    push.scope.outOfScope === 'delete',
    push.departed.action === 'disable' && (push.departed.deleteAfterDays ?? 0) > 0,
  ];
  const old = dangers(before);
  return dangers(after).some((danger, index) => danger && old[index] !== true);
}
