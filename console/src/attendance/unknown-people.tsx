import type { AttendanceFacts } from '../api/attendance';
import { useLanguage } from '../language/use-language';
import { Link } from 'react-router';

interface UnknownPeopleProps {
  readonly corpId: string;
  readonly facts: AttendanceFacts;
  readonly total: number;
}

/** Members WeCom gave nothing for; the others of their batch were read all the same. */
export function UnknownPeople({ corpId, facts: { unknownPeople }, total }: UnknownPeopleProps) {
  const { t, number } = useLanguage();
  return (
    <div className="stack att-tight">
      <p className="quiet att-lead">{t('att.unknown.about')}</p>
      <ul className="att-people">
        {unknownPeople.map(({ userId, errcode, message }) => (
          <li key={userId}>
            <Link className="mono" to={`/corps/${corpId}/members?q=${encodeURIComponent(userId)}`}>
              {userId}
            </Link>
            <span>{message}</span>
            {errcode !== null && <span className="small quiet mono">errcode {errcode}</span>}
          </li>
        ))}
      </ul>
      {total > unknownPeople.length && (
        <p className="small quiet att-lead">
          {t('att.unknown.more', { count: number(total - unknownPeople.length) })}
        </p>
      )}
    </div>
  );
}
