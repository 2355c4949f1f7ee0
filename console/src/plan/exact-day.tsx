import dayjs from 'dayjs';

/** Short in a table, exact on hover. */
export function ExactDay({ at }: { readonly at: string }) {
  const moment = dayjs(at);
  return (
    <time dateTime={at} title={moment.format('YYYY-MM-DD HH:mm:ss')}>
      {moment.format(moment.year() === dayjs().year() ? 'MM-DD' : 'YYYY-MM-DD')}
    </time>
  );
}
