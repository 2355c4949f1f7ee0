import { useQuery } from '@tanstack/react-query';
import { Button, InputNumber, Modal } from 'antd';
import dayjs from 'dayjs';
import { useState } from 'react';
import { departureCountsQuery, type DepartureDetails } from '../api/departures';
import { useLanguage } from '../language/use-language';
import { FailureNotice } from '../parts/failure-notice';
import { useZone } from '../parts/zone';
import { CommentField, withComment } from './decide-dialog';
import { Minute } from './minute';
import { dayIn, daysBetween, todayIn } from './days';
import { useDecide } from './use-decide';
import { nameOf } from './who';

interface PostponeDepartureDialogProps {
  readonly corpId: string;
  readonly departure: DepartureDetails;
  readonly onClose: () => void;
}

const usual = [7, 14, 30, 90] as const;
const mostDays = 3_650;

/** Some days later, with the day that it leads to. */
export function PostponeDepartureDialog({ corpId, departure, onClose }: PostponeDepartureDialogProps) {
  const { t, number } = useLanguage();
  const [days, setDays] = useState<number | null>(7);
  const [comment, setComment] = useState('');
  const postpone = useDecide(corpId, departure, 'postpone', onClose);
  const zone = useZone();
  const daySeconds = useQuery(departureCountsQuery(corpId)).data?.daySeconds ?? null;
  const { deleteAt } = departure;
  return (
    <Modal
      open
      title={t('departure.postpone.title', { name: nameOf(departure) })}
      okText={t('departure.do.postpone')}
      okButtonProps={{ disabled: days === null }}
      cancelText={t('departure.back')}
      confirmLoading={postpone.isPending}
      onCancel={onClose}
      onOk={() => days !== null && postpone.mutate({ days, ...withComment(comment) })}
    >
      <div className="stack">
        <p className="departure-lead">{t('departure.postpone.about')}</p>
        <div className="row">
          <InputNumber
            autoFocus
            aria-label={t('departure.postpone.days')}
            min={1}
            max={mostDays}
            precision={0}
            suffix={t('set.push.departed.deleteAfterDays.suffix')}
            value={days}
            onChange={setDays}
            className="set-number"
          />
          {usual.map((some) => (
            <Button
              key={some}
              type={some === days ? 'primary' : 'default'}
              ghost={some === days}
              onClick={() => setDays(some)}
            >
              {t('departure.postpone.some', { days: number(some) })}
            </Button>
          ))}
        </div>
        {deleteAt !== null && days !== null && (
          <div role="status" className="departure-moved">
            <del>
              <Minute at={deleteAt} />
            </del>{' '}
            <span aria-hidden>→</span>{' '}
            <strong>
              <Minute at={postponed(deleteAt, days, zone, daySeconds)} />
            </strong>
            {daySeconds === null && <div className="small quiet">{t('departure.postpone.slot')}</div>}
          </div>
        )}
        <CommentField value={comment} onChange={setComment} />
        {postpone.error !== null && <FailureNotice error={postpone.error} />}
      </div>
    </Modal>
  );
}

/** Counted from its day, or from today where that is over; from the moment itself where days are short. */
function postponed(
  deleteAt: string,
  days: number,
  zone: string | undefined,
  daySeconds: number | null,
): string {
  if (daySeconds !== null) {
    const from = Math.max(Date.parse(deleteAt), Date.now());
    return new Date(from + days * daySeconds * 1_000).toISOString();
  }
  const over = Math.max(0, daysBetween(dayIn(zone, new Date(deleteAt)), todayIn(zone)));
  return dayjs(deleteAt)
    .add(over + days, 'day')
    .toISOString();
}
