import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createApiMetrics } from '../../api/metrics';
import { attendanceFailureTexts } from '../../i18n/attendance';
import { pullFailureTexts, pullReasonTexts } from '../../i18n/directory-pull';
import { pushGuardTexts, pushStopTexts } from '../../i18n/directory-push';
import { pushReasonTexts, recipientReasonTexts } from '../../i18n/messages';
import { noticeSubjects } from '../../i18n/notices';
import { attentionTexts } from '../../i18n/overview';
import { projectRoot } from '../../project-root';
import { createWorkerMetrics } from '../../workers/metrics';

const runbook = readFileSync(join(projectRoot, 'docs', 'runbook.md'), 'utf8');
/** Hints about the plan, and not reasons for which something waits. */
const hints = ['account-limit', 'account-creations'];
/** Nobody has to do anything about a message that went out with others. */
const outcomes = ['in-digest'];

const namesOf = (metrics: readonly { readonly name: string }[]): string[] =>
  metrics
    .map(({ name }) => name)
    .filter((name) => name.startsWith('wecom_') && !/_(nodejs|process)_/.test(name));

it.each([
  ['finding of the overview', Object.keys(attentionTexts)],
  ['notice', Object.keys(noticeSubjects)],
  ['reason for which a run fails', Object.keys({ ...pullFailureTexts, ...attendanceFailureTexts })],
  ['reason for which a reading is not whole', Object.keys(pullReasonTexts)],
  ['reason for which a push stops', Object.keys(pushStopTexts)],
  ['reason for which a change is held', Object.keys(pushGuardTexts)],
  [
    'reason for which a message does not go out',
    Object.keys({ ...pushReasonTexts, ...recipientReasonTexts }),
  ],
])('the runbook has every %s', (_what, codes) => {
  const missing = codes.filter((code) => !runbook.includes(`\`${code}\``));
  expect(missing.filter((code) => ![...hints, ...outcomes].includes(code))).toEqual([]);
});

it('the runbook has every metric of the bridge', () => {
  const metrics = [createApiMetrics(), createWorkerMetrics()].flatMap(({ registry }) =>
    registry.getMetricsAsArray(),
  );
  expect(namesOf(metrics).length).toBeGreaterThan(10);
  expect(namesOf(metrics).filter((name) => !runbook.includes(`\`${name}\``))).toEqual([]);
});

it('the runbook has every warning and error that the API and the workers log', () => {
  const sources = ['api', 'workers', 'activities', 'workflows'].flatMap((folder) =>
    readdirSync(join(projectRoot, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(join(projectRoot, folder, name), 'utf8')),
  );
  const lines = sources.flatMap((source) =>
    [...source.matchAll(/\blog(?:ger)?(?:\.(?:warn|error|fatal)|\[[^\]]+\])\(([\s\S]*?)\);/g)].flatMap(
      ([, words = '']) => [...words.matchAll(/'([^'\n]* [^'\n]*)'/g)].map(([, line = '']) => line),
    ),
  );
  expect(lines.length).toBeGreaterThan(20);
  expect([...new Set(lines)].filter((line) => !runbook.includes(line))).toEqual([]);
});
