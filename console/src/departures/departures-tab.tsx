import { UserDeleteOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button, Segmented } from 'antd';
import { useState } from 'react';
import type { Corp } from '../api/corps';
import { settingsQuery } from '../api/settings';
import '../bindings/bindings.css';
import { useLanguage } from '../language/use-language';
import { BeginDeparture } from './begin-departure';
import { DepartureCalendarView } from './departure-calendar';
import { DepartureDrawer } from './departure-drawer';
import { DepartureTimeline } from './departure-timeline';
import { DeparturesDone } from './departures-done';
import { DeparturesHead } from './departures-head';
import './departures.css';
import { useMayDecide } from './use-may-decide';
import { type DepartureViewName, departureViews, useDepartureView } from './use-departure-view';

/** Members whose account was taken out of use: when each is deleted, what holds it, and what was done. */
export default function DeparturesTab({ corp }: { readonly corp: Corp }) {
  const { t } = useLanguage();
  const { view, member, change } = useDepartureView();
  const settings = useQuery({ ...settingsQuery(corp.id), staleTime: 30_000 });
  const may = useMayDecide();
  const [beginning, setBeginning] = useState(false);
  const writable = settings.data?.access === 'read-write' && settings.data.master === 'oa';
  const open = (userId: string) => change({ member: userId });
  return (
    <div className="stack">
      <DeparturesHead corpId={corp.id} settings={settings.data} />
      <div className="spread">
        <Segmented<DepartureViewName>
          aria-label={t('departure.view')}
          value={view}
          onChange={(next) =>
            change({
              view: next === 'timeline' ? undefined : next,
              ...{ state: undefined, q: undefined, month: undefined, day: undefined },
            })
          }
          options={departureViews.map((value) => ({ value, label: t(`departure.view.${value}`) }))}
        />
        {may.begin && (
          <Button
            icon={<UserDeleteOutlined />}
            disabled={!writable}
            title={settings.data !== undefined && !writable ? t('departure.begin.not') : undefined}
            onClick={() => setBeginning(true)}
          >
            {t('departure.begin')}
          </Button>
        )}
      </div>
      {view === 'timeline' && <DepartureTimeline corp={corp} settings={settings.data} onOpen={open} />}
      {view === 'calendar' && (
        <DepartureCalendarView corp={corp} timezone={settings.data?.timezone} onOpen={open} />
      )}
      {view === 'done' && <DeparturesDone corp={corp} onOpen={open} />}
      <DepartureDrawer corpId={corp.id} userId={member} onClose={() => change({ member: undefined })} />
      {beginning && (
        <BeginDeparture
          corpId={corp.id}
          onClose={() => setBeginning(false)}
          onBegun={({ userId }) => {
            setBeginning(false);
            open(userId);
          }}
        />
      )}
    </div>
  );
}
