import { useQuery } from '@tanstack/react-query';
import { Segmented } from 'antd';
import { attendanceSettingsQuery, type AttendanceSettings } from '../api/attendance';
import type { Corp } from '../api/corps';
import '../bindings/bindings.css';
import '../departures/departures.css';
import { useLanguage } from '../language/use-language';
import { OtherZoneNote } from '../parts/corp-zone';
import { QueryView } from '../parts/query-view';
import { ZoneContext } from '../parts/zone';
import '../settings/settings.css';
import { AttendanceHead } from './attendance-head';
import './attendance.css';
import { CalendarView } from './calendar-view';
import { RecordsView } from './records-view';
import { RulesView } from './rules-view';
import { RunsView } from './runs-view';
import { SettingsView } from './settings-view';
import { type AttendanceViewName, attendanceViews, useAttendanceView } from './use-attendance-view';

/** Check-in data of one corp: what was read, what stands out, what reads it, and with what. */
export default function AttendanceTab({ corp }: { readonly corp: Corp }) {
  const settings = useQuery(attendanceSettingsQuery(corp.id));
  return (
    <QueryView query={settings}>
      {(data) => (
        <div className="stack">
          <OtherZoneNote zone={data.timezone} />
          <ZoneContext value={data.timezone}>
            <OpenAttendance corp={corp} settings={data} />
          </ZoneContext>
        </div>
      )}
    </QueryView>
  );
}

interface OpenAttendanceProps {
  readonly corp: Corp;
  readonly settings: AttendanceSettings;
}

function OpenAttendance({ corp, settings }: OpenAttendanceProps) {
  const { t } = useLanguage();
  const { view: inAddress, open } = useAttendanceView();
  // Without a credential there is nothing to look at yet.
  const view = inAddress ?? (settings.configured ? 'records' : 'settings');
  return (
    <>
      {settings.configured && <AttendanceHead corpId={corp.id} settings={settings} view={view} />}
      <div className="att-views">
        <Segmented<AttendanceViewName>
          aria-label={t('att.view')}
          value={view}
          onChange={(next) => open(next)}
          options={attendanceViews.map((value) => ({ value, label: t(`att.view.${value}`) }))}
        />
      </div>
      {view === 'records' && <RecordsView corp={corp} settings={settings} />}
      {view === 'calendar' && <CalendarView corp={corp} settings={settings} />}
      {view === 'runs' && <RunsView corp={corp} settings={settings} />}
      {view === 'rules' && <RulesView corp={corp} settings={settings} />}
      {view === 'settings' && <SettingsView corp={corp} settings={settings} />}
    </>
  );
}
