import { Alert, Drawer } from 'antd';
import { Link } from 'react-router';
import type { AttendanceReport } from '../api/attendance';
import { useLanguage } from '../language/use-language';
import { useNarrow } from '../parts/use-narrow';
import { ExceptionMarks } from './exception-marks';
import { ReckoningFacts } from './reckoning';
import { Raw } from './record-drawer';

interface ReportDrawerProps {
  readonly corpId: string;
  /** Undefined: closed. */
  readonly report: AttendanceReport | undefined;
  readonly onClose: () => void;
}

export function ReportDrawer({ corpId, report, onClose }: ReportDrawerProps) {
  const { t } = useLanguage();
  const narrow = useNarrow();
  return (
    <Drawer
      open={report !== undefined}
      onClose={onClose}
      size={narrow ? '100%' : 640}
      title={report === undefined ? '' : t(`att.report.${report.period}`)}
      destroyOnHidden
    >
      {report !== undefined && (
        <div className="stack">
          <div>
            <div className="row">
              <h2 className="member-name">{report.name ?? report.userId}</h2>
              <span>{report.period === 'monthly' ? report.day.slice(0, 7) : report.day}</span>
              <ExceptionMarks codes={report.exceptions} />
            </div>
            <span className="mono small quiet">{report.userId}</span>
          </div>
          {report.state === 'superseded' && (
            <Alert type="info" showIcon title={t('att.superseded')} description={t('att.superseded.about')} />
          )}
          <ReckoningFacts report={report} />
          <div>
            <Link
              to={`/corps/${corpId}/attendance?view=calendar&member=${encodeURIComponent(report.userId)}&month=${report.day.slice(0, 7)}`}
            >
              {t('att.record.calendar')}
            </Link>
          </div>
          <Raw row={report.raw} />
        </div>
      )}
    </Drawer>
  );
}
