import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Segmented } from 'antd';
import { useState } from 'react';
import { Link, useNavigate, useSearchParams } from 'react-router';
import type { Corp } from '../api/corps';
import { startPlan } from '../api/push';
import { type SavedSettings, settingsQuery } from '../api/settings';
import { useLanguage } from '../language/use-language';
import { describeFailure } from '../parts/failure-notice';
import { QueryView } from '../parts/query-view';
import { TimeAgo } from '../parts/time';
import { useMay } from '../session/use-session';
import { FieldsView } from './fields-view';
import './settings.css';
import { SettingsForm } from './settings-form';
import { VersionsView } from './versions-view';

const views = ['edit', 'versions', 'fields'] as const;
type View = (typeof views)[number];

export default function SettingsTab({ corp }: { readonly corp: Corp }) {
  const { t } = useLanguage();
  const queryClient = useQueryClient();
  const [parameters, setParameters] = useSearchParams();
  const view = views.find((known) => known === parameters.get('view')) ?? 'edit';
  const settings = useQuery({ ...settingsQuery(corp.id), staleTime: 30_000, refetchOnWindowFocus: false });
  const [justSaved, setJustSaved] = useState<SavedSettings | undefined>();

  function onSaved(saved: SavedSettings) {
    const { simulationRunId: _run, departuresRedated: _redated, ...document } = saved;
    queryClient.setQueryData(settingsQuery(corp.id).queryKey, document);
    setJustSaved(saved);
    window.scrollTo({ top: 0 });
    // The list of corps shows the access, the schedules follow the settings, and so do previews and versions.
    void queryClient.invalidateQueries({ queryKey: ['corps'], exact: true });
    void queryClient.invalidateQueries({ queryKey: ['corps', corp.id] });
    void queryClient.invalidateQueries({ queryKey: ['runs'] });
  }

  return (
    <div className="stack">
      <div className="spread">
        <Segmented<View>
          value={view}
          onChange={(next) => setParameters(next === 'edit' ? {} : { view: next })}
          options={views.map((value) => ({ value, label: t(`set.view.${value}`) }))}
        />
        {settings.data && (
          <span className="quiet small">
            {settings.data.version === 0
              ? t('settings.defaults')
              : t('settings.version', { version: settings.data.version })}
            {settings.data.savedAt !== null && (
              <>
                {' · '}
                {settings.data.savedBy !== null && `${t('set.saved-by', { who: settings.data.savedBy })} `}
                <TimeAgo at={settings.data.savedAt} />
              </>
            )}
          </span>
        )}
      </div>
      {justSaved && <Saved corp={corp} saved={justSaved} onClose={() => setJustSaved(undefined)} />}
      {view === 'edit' && (
        <QueryView query={settings}>
          {/* A fresh form for each version, so that it never holds values of an older one. */}
          {(saved) => <SettingsForm key={saved.version} corp={corp} saved={saved} onSaved={onSaved} />}
        </QueryView>
      )}
      {view === 'versions' && <VersionsView corp={corp} onRolledBack={onSaved} />}
      {view === 'fields' && <FieldsView corp={corp} />}
    </div>
  );
}

interface SavedProps {
  readonly corp: Corp;
  readonly saved: SavedSettings;
  readonly onClose: () => void;
}

/** Leads on to the simulation: settings are believed when their plan has been seen. */
function Saved({ corp, saved, onClose }: SavedProps) {
  const { t, number } = useLanguage();
  const { modal } = App.useApp();
  const navigate = useNavigate();
  const mayStart = useMay('runs:start');
  const syncs = saved.master === 'wecom' && saved.pull.syncToOa;
  const simulate = useMutation({
    mutationFn: () => startPlan(corp.id, syncs ? 'pull' : 'push', 'simulate'),
    onSuccess: ({ runId }) => navigate(`/runs/${runId}`),
    onError: (error) => {
      const { title, advice } = describeFailure(error, t);
      modal.error({ title, content: advice });
    },
  });
  const runId = saved.simulationRunId ?? undefined;
  const canSimulate = mayStart && (syncs || (saved.access === 'read-write' && saved.master === 'oa'));
  return (
    <Alert
      type="success"
      showIcon
      role="status"
      closable={{ onClose, 'aria-label': t('action.close') }}
      title={t('save.done', { version: saved.version })}
      description={
        <>
          {(saved.departuresRedated ?? 0) > 0 && (
            <div>{t('save.done.redated', { count: number(saved.departuresRedated ?? 0) })}</div>
          )}
          {runId !== undefined
            ? t('save.done.simulating')
            : canSimulate && t(syncs ? 'save.done.offer.oa' : 'save.done.offer')}
        </>
      }
      action={
        runId !== undefined ? (
          <Link to={`/runs/${runId}`}>{t('save.done.simulation')}</Link>
        ) : (
          canSimulate && (
            <Button size="small" loading={simulate.isPending} onClick={() => simulate.mutate()}>
              {t(syncs ? 'oa-sync.simulate' : 'save.done.simulate')}
            </Button>
          )
        )
      }
    />
  );
}
