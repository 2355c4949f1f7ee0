import { Empty } from 'antd';
import type { Run } from '../api/runs';
import { useLanguage } from '../language/use-language';

/** Which of WeCom's APIs a run has called, the most called first. */
export function CallTable({ run }: { readonly run: Run }) {
  const { t, number } = useLanguage();
  const calls = Object.entries(run.apiCalls).sort(([, a], [, b]) => b - a);
  const total = calls.reduce((sum, [, times]) => sum + times, 0);
  if (calls.length === 0) {
    return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('run.calls.none')} />;
  }
  return (
    <table className="figures">
      <thead>
        <tr>
          <th scope="col">{t('run.calls.path')}</th>
          <th scope="col">{t('run.calls.times')}</th>
        </tr>
      </thead>
      <tbody>
        {calls.map(([path, times]) => (
          <tr key={path}>
            <td className="mono">{path}</td>
            <td>{number(times)}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <td>{t('run.calls.total')}</td>
          <td>{number(total)}</td>
        </tr>
      </tfoot>
    </table>
  );
}
