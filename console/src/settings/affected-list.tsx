import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { Alert, Skeleton } from 'antd';
import type { ReactNode } from 'react';
import { ApiError } from '../api/client';
import { departmentsQuery } from '../api/members';
import type { SettingsPreview } from '../api/settings';
import { Minute } from '../departures/minute';
import { useLanguage } from '../language/use-language';
import { describeFailure } from '../parts/failure-notice';
import { Mark, type MarkIcon, type Tone } from '../parts/mark';

interface AffectedListProps {
  readonly corpId: string;
  readonly preview: UseQueryResult<SettingsPreview>;
  /** The edited settings have been waiting to be worked out, or are being so. */
  readonly settling: boolean;
  /** Names listed before the rest becomes a number. */
  readonly shown: number;
}

/** Whom the next push would treat differently, the worst first. */
export function AffectedList({ corpId, preview, settling, shown }: AffectedListProps) {
  const { t, number } = useLanguage();
  const departmentsRead = useQuery(departmentsQuery(corpId));
  if (departmentsRead.data?.length === 0) {
    return <Alert type="info" showIcon title={t('affected.never-read')} />;
  }
  if (preview.error !== null && !settling) return <PreviewFailure error={preview.error} />;
  if (preview.data === undefined) {
    return (
      <div role="status">
        <span className="quiet">{t('affected.counting')}</span>
        <Skeleton active title={false} paragraph={{ rows: 2 }} />
      </div>
    );
  }
  const { newlyAffected, departments, departures = noDepartures, problems } = preview.data;
  const nobody = newlyAffected.total === 0 && departments.total === 0 && departures.count === 0;
  const stopped = problems.some(({ code }) => code !== 'read-only');
  return (
    <div className={settling ? 'affected affected-old' : 'affected'} aria-busy={settling}>
      {nobody && !stopped && (
        <div role="status">
          <Mark tone="good">{t('affected.none')}</Mark>
        </div>
      )}
      {newlyAffected.total > 0 && (
        <Subjects
          title={t('affected.total', { count: number(newlyAffected.total) })}
          total={newlyAffected.total}
          shown={shown}
          subjects={newlyAffected.people.map(({ oaUserId, userId, name, action, was }, index) => ({
            key: oaUserId ?? userId ?? String(index),
            name: (
              <>
                <span className="affected-name">{name ?? userId ?? oaUserId}</span>
                {userId !== null && <span className="mono small quiet">{userId}</span>}
              </>
            ),
            action,
            was,
          }))}
        />
      )}
      {departments.total > 0 && (
        <Subjects
          title={t('affected.departments', { count: number(departments.total) })}
          total={departments.total}
          shown={shown}
          subjects={departments.items.map(({ oaKey, departmentId, name, action, was }, index) => ({
            key: oaKey ?? String(departmentId ?? index),
            name: <span className="affected-name">{name ?? departmentId ?? oaKey}</span>,
            action,
            was,
          }))}
        />
      )}
      {departures.count > 0 && <Redated departures={departures} shown={shown} />}
      {problems.length > 0 && (
        <Alert
          type="warning"
          showIcon
          title={t('affected.problems')}
          description={problems.map(({ code, message }) => (
            <div key={code}>{message}</div>
          ))}
        />
      )}
    </div>
  );
}

const noDepartures = { items: [], count: 0 };

interface RedatedProps {
  readonly departures: NonNullable<SettingsPreview['departures']>;
  readonly shown: number;
}

/** Who is waiting to be deleted, and gets another date. */
function Redated({ departures: { items, count }, shown }: RedatedProps) {
  const { t, number } = useLanguage();
  const date = (at: string | null) => (at === null ? t('affected.departures.never') : <Minute at={at} />);
  const more = count - Math.min(shown, items.length);
  return (
    <div>
      <strong role="status">{t('affected.departures', { count: number(count) })}</strong>
      <ul className="affected-people">
        {items.slice(0, shown).map(({ userId, name, deleteAtBefore, deleteAtAfter }) => (
          <li key={userId}>
            <span className="affected-name">{name ?? userId}</span>
            <span className="mono small quiet">{userId}</span>
            <span className="small">
              <del className="quiet">{date(deleteAtBefore)}</del> <span aria-hidden>→</span>{' '}
              {date(deleteAtAfter)}
            </span>
          </li>
        ))}
      </ul>
      {more > 0 && <div className="small quiet">{t('affected.more', { count: number(more) })}</div>}
    </div>
  );
}

interface Subject {
  readonly key: string;
  readonly name: ReactNode;
  readonly action: string;
  readonly was: string | null;
}

interface SubjectsProps {
  readonly title: string;
  readonly subjects: readonly Subject[];
  readonly total: number;
  readonly shown: number;
}

function Subjects({ title, subjects, total, shown }: SubjectsProps) {
  const { t, maybe, number } = useLanguage();
  const word = (action: string) => maybe(`affected.action.${action}`) ?? action;
  const totals = new Map<string, number>();
  for (const { action } of subjects) totals.set(action, (totals.get(action) ?? 0) + 1);
  const more = total - Math.min(shown, subjects.length);
  return (
    <div>
      <div role="status">
        <strong>{title}</strong>
        <span className="affected-totals">
          {subjects.length < total && (
            <span className="quiet">{t('affected.listed', { count: number(subjects.length) })}</span>
          )}
          {[...totals].map(([action, count]) => (
            <Mark key={action} {...lookOf(action)}>
              {t('affected.count', { action: word(action), count: number(count) })}
            </Mark>
          ))}
        </span>
      </div>
      <ul className="affected-people">
        {subjects.slice(0, shown).map(({ key, name, action, was }) => (
          <li key={key}>
            {name}
            <span className="small">
              <Mark {...lookOf(action)}>{word(action)}</Mark>
            </span>
            {was !== null && <span className="small quiet">{t('affected.was', { action: word(was) })}</span>}
          </li>
        ))}
      </ul>
      {more > 0 && <div className="small quiet">{t('affected.more', { count: number(more) })}</div>}
    </div>
  );
}

/** A refusal is about what is being typed; the form says it at the field when it is saved. */
function PreviewFailure({ error }: { readonly error: Error }) {
  const { t } = useLanguage();
  const { title, advice } = describeFailure(error, t);
  const fields = error instanceof ApiError ? (error.body.fields ?? []) : [];
  return (
    <Alert
      type="warning"
      showIcon
      title={t('affected.failed')}
      description={
        <>
          <div>{title}</div>
          {fields.map(({ path, message }) => (
            <div key={path} className="small">
              {message}
            </div>
          ))}
          {advice !== undefined && <div className="small">{advice}</div>}
        </>
      }
    />
  );
}

interface Look {
  readonly tone: Tone;
  readonly icon: MarkIcon;
}

const looks: Readonly<Record<string, Look>> = {
  deleteUser: { tone: 'bad', icon: 'bad' },
  deleteDepartment: { tone: 'bad', icon: 'bad' },
  removeOaDepartment: { tone: 'bad', icon: 'bad' },
  departOaUser: { tone: 'warn', icon: 'paused' },
  createOaUser: { tone: 'good', icon: 'good' },
  createOaDepartment: { tone: 'good', icon: 'good' },
  returnOaUser: { tone: 'good', icon: 'good' },
  disableUser: { tone: 'warn', icon: 'paused' },
  conflict: { tone: 'warn', icon: 'warn' },
  createUser: { tone: 'good', icon: 'good' },
  createDepartment: { tone: 'good', icon: 'good' },
  enableUser: { tone: 'good', icon: 'good' },
};

function lookOf(action: string): Look {
  return looks[action] ?? { tone: 'quiet', icon: 'info' };
}

/** Somebody is deleted who would not have been, or earlier. */
export function deletesSooner(preview: SettingsPreview | undefined): boolean {
  return (
    preview?.departures?.items.some(
      ({ deleteAtBefore, deleteAtAfter }) =>
        deleteAtAfter !== null &&
        (deleteAtBefore === null || Date.parse(deleteAtAfter) < Date.parse(deleteAtBefore)),
    ) ?? false
  );
}

export function deletedIn(preview: SettingsPreview | undefined): number {
  return preview?.newlyAffected.people.filter(({ action }) => action === 'deleteUser').length ?? 0;
}
