import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Corp } from '../api/corps';
import { oaNodesQuery } from '../api/oa';
import type { FieldMapping, MaintenanceWindow, MatchRule, Notice, Schedule } from '../api/settings';
import { useLanguage } from '../language/use-language';
import type { SettingsDifference } from './differences';
import { useFieldNames } from './field-names';
import { useOaNames } from './people-pickers';
import { Rhythm } from './schedules-card';

interface DifferenceListProps {
  readonly corp: Corp;
  readonly differences: readonly SettingsDifference[];
}

/** What changed, in the words of the page. */
export function DifferenceList({ corp, differences }: DifferenceListProps) {
  const { t } = useLanguage();
  if (differences.length === 0) return <p className="quiet set-after">{t('versions.same')}</p>;
  return (
    <dl className="differences">
      {differences.map((difference) => (
        <Difference key={difference.path} corp={corp} difference={difference} />
      ))}
    </dl>
  );
}

function Difference({ corp, difference }: { readonly corp: Corp; readonly difference: SettingsDifference }) {
  const { t } = useLanguage();
  const { path, before, after } = difference;
  const name = useSettingName(path);
  return (
    <>
      <dt>{name}</dt>
      <dd>
        {isTextList(before) && isTextList(after) ? (
          <ListDifference path={path} before={before} after={after} />
        ) : (
          <>
            <del title={t('review.before')}>
              <SettingValue corp={corp} path={path} value={before} />
            </del>
            <span aria-hidden> → </span>
            <ins title={t('review.after')}>
              <SettingValue corp={corp} path={path} value={after} />
            </ins>
          </>
        )}
      </dd>
    </>
  );
}

/** By the longest part of the path that has a name. */
function useSettingName(path: string): string {
  const { maybe } = useLanguage();
  const parts = path.split('.');
  for (let length = parts.length; length > 0; length -= 1) {
    const name = maybe(`set.${parts.slice(0, length).join('.')}`);
    const rest = parts.slice(length).join('.');
    if (name !== undefined) return rest === '' ? name : `${name} (${rest})`;
  }
  return path;
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
}

const namedUpTo = 20;

interface ListDifferenceProps {
  readonly path: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

function ListDifference({ path, before, after }: ListDifferenceProps) {
  const { t, number } = useLanguage();
  const added = after.filter((entry) => !before.includes(entry));
  const removed = before.filter((entry) => !after.includes(entry));
  const nameOf = useEntryNames(path, [...added, ...removed]);
  const words = (entries: readonly string[]) => {
    const named = entries.slice(0, namedUpTo).map(nameOf).join(t('list.comma'));
    return entries.length > namedUpTo ? `${named} … (${number(entries.length)})` : named;
  };
  if (added.length === 0 && removed.length === 0) return <>{t('list.reordered')}</>;
  return (
    <>
      {removed.length > 0 && <del>{t('list.removed', { values: words(removed) })}</del>}
      {added.length > 0 && <ins>{t('list.added', { values: words(added) })}</ins>}
    </>
  );
}

function useEntryNames(path: string, entries: readonly string[]): (entry: string) => string {
  const isPeople = path === 'push.scope.includeUsers' || path === 'push.scope.excludeUsers';
  const kind =
    path === 'push.scope.subcompanies'
      ? 'subcompany'
      : path === 'push.scope.departments'
        ? 'department'
        : undefined;
  const people = useOaNames(isPeople ? entries.slice(0, namedUpTo) : []);
  const nodes = useQuery({ ...oaNodesQuery, enabled: kind !== undefined });
  const nodeNames = useMemo(
    () => new Map((nodes.data ?? []).filter((node) => node.kind === kind).map(({ id, name }) => [id, name])),
    [nodes.data, kind],
  );
  return (entry) => people.get(entry) ?? nodeNames.get(entry) ?? entry;
}

interface SettingValueProps {
  readonly corp: Corp;
  readonly path: string;
  readonly value: unknown;
}

function SettingValue({ corp, path, value }: SettingValueProps) {
  const { t, maybe, number } = useLanguage();
  const names = useFieldNames();
  if (path.endsWith('chedule')) {
    return value === null || value === undefined ? t('set.off') : <Rhythm {...(value as Schedule)} />;
  }
  switch (typeof value) {
    case 'boolean':
      return t(value ? 'set.on' : 'set.off');
    case 'number':
      return number(value);
    case 'string': {
      if (path === 'appId') return corp.apps.find(({ id }) => id === value)?.name ?? value;
      if (path.endsWith('oaField') || path.endsWith('userIdFrom')) return names.oa(value);
      if (path.endsWith('wecomField')) return names.wecom(value);
      return value === '' ? t('set.empty') : (maybe(`set.${path}=${value}`) ?? value);
    }
    case 'undefined':
      return t('set.unset');
    default:
      break;
  }
  if (value === null) {
    if (path === 'appId') return t('set.appId.first');
    return t(path.startsWith('push.guard.') ? 'set.unlimited' : 'set.unset');
  }
  if (!Array.isArray(value)) return <span className="mono">{JSON.stringify(value)}</span>;
  if (value.length === 0) return t('set.none');
  return (
    <span className="difference-lines">
      {value.map((entry: unknown, index) => (
        <span key={index}>
          <ListEntry path={path} entry={entry} />
        </span>
      ))}
    </span>
  );
}

function ListEntry({ path, entry }: { readonly path: string; readonly entry: unknown }) {
  const { t } = useLanguage();
  const names = useFieldNames();
  switch (path) {
    case 'push.match': {
      const { oaField, wecomField } = entry as MatchRule;
      return t('set.match.pair', { oa: names.oa(oaField), wecom: names.wecom(wecomField) });
    }
    case 'push.fieldMapping':
    case 'push.externalMapping': {
      const { to, from } = entry as FieldMapping;
      return (
        <>
          {names.wecom(to)} ← {typeof from === 'string' ? names.oa(from) : <code>{from.expression}</code>}
        </>
      );
    }
    case 'pull.fieldMapping': {
      const { to, from } = entry as FieldMapping;
      return (
        <>
          OA {names.oa(to)} ← {typeof from === 'string' ? names.wecom(from) : <code>{from.expression}</code>}
        </>
      );
    }
    case 'maintenanceWindows': {
      const { days, from, to } = entry as MaintenanceWindow;
      const words = days.map((day) => t(`weekday.${day as 1}`)).join(t('list.comma'));
      return `${words} ${from}–${to}`;
    }
    case 'notices': {
      const notice = entry as Notice;
      const { name, events } = notice;
      const to = notice.kind === 'webhook' ? notice.url : notice.userIds.join(t('list.comma'));
      return `${name} (${to}): ${events.map((event) => t(`notice.event.${event}`)).join(t('list.comma'))}`;
    }
    default:
      return typeof entry === 'string' ? entry : <span className="mono">{JSON.stringify(entry)}</span>;
  }
}
