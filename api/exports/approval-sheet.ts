import type { Lang } from '../../i18n';
import { translate } from '../../i18n';
import { pushApiTexts } from '../../i18n/push-api';
import type { ChangeRecord } from '../../store/push-reading';
import { pushActionText, pushRuleText } from '../../i18n/directory-push';
import type { RunView } from '../run-view';

/** One page of paper: what is to be approved, and room for a signature. */

export type SheetFacts = {
  readonly run: RunView;
  readonly meters: readonly {
    readonly label: string;
    readonly current: number;
    readonly allowed: number | null;
    readonly exceeded: boolean;
  }[];
  readonly dangerous: readonly ChangeRecord[];
  readonly dangerousTotal: number;
};

export function approvalSheet({ run, meters, dangerous, dangerousTotal }: SheetFacts, lang: Lang): string {
  const say = (key: keyof typeof pushApiTexts, params?: Readonly<Record<string, string | number>>) =>
    escape(translate(pushApiTexts[key], lang, params));
  const counts = Object.entries(run.counts).filter(([, count]) => count > 0);
  const more = dangerousTotal - dangerous.length;
  return `<!doctype html>
<html lang="${lang}">
<head>
<meta charset="utf-8">
<title>${say('sheetTitle')} ${escape(run.planHash?.slice(0, 8) ?? '')}</title>
<style>
@page { size: A4; margin: 15mm; }
body { font: 11pt/1.4 system-ui, "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; color: #111; max-width: 180mm; margin: 0 auto; }
h1 { font-size: 16pt; margin: 0 0 4mm; }
h2 { font-size: 12pt; margin: 5mm 0 1mm; }
table { border-collapse: collapse; width: 100%; }
th, td { border: 0.5pt solid #888; padding: 1mm 2mm; text-align: left; vertical-align: top; }
th { background: #eee; font-weight: 600; }
.exceeded { font-weight: 700; }
.facts th { width: 40mm; }
.sign td { height: 14mm; }
</style>
</head>
<body>
<h1>${say('sheetTitle')}</h1>
<table class="facts">
${fact(say('exportCorp'), run.corpName)}
${fact(say('exportHash'), run.planHash ?? '')}
${fact(say('exportPlannedAt'), run.push?.plannedAt ?? '')}
${fact(say('exportSettings'), run.settingsVersion === null ? '' : String(run.settingsVersion))}
${fact(say('exportRequestedBy'), run.requestedBy)}
${fact(say('exportVerdict'), run.verdict?.summary ?? '')}
</table>
<h2>${say('exportCount')}</h2>
<table><tr>${counts.map(([action]) => `<th>${escape(pushActionText(action, lang))}</th>`).join('')}</tr>
<tr>${counts.map(([, count]) => `<td>${count}</td>`).join('')}</tr></table>
<h2>${say('sheetLimits')}</h2>
<table><tr><th>${say('sheetLimits')}</th><th>${say('exportCount')}</th><th>${say('sheetAllowed')}</th></tr>
${meters
  .map(
    ({ label, current, allowed, exceeded }) =>
      `<tr${exceeded ? ' class="exceeded"' : ''}><td>${escape(label)}${exceeded ? ' ⚠' : ''}</td><td>${current}</td><td>${allowed ?? say('sheetUnlimited')}</td></tr>`,
  )
  .join('\n')}
</table>
<h2>${say('sheetHeld')}</h2>
<p>${(run.verdict?.reasons ?? []).map(({ message }) => escape(message)).join('<br>') || say('sheetNone')}</p>
<h2>${say('sheetDangerous')} (${dangerousTotal})</h2>
${
  dangerous.length === 0
    ? `<p>${say('sheetNone')}</p>`
    : `<table><tr><th>${say('exportAction')}</th><th>${say('exportUserId')}</th><th>${say('exportName')}</th><th>${say('exportPath')}</th><th>${say('exportRule')}</th></tr>
${dangerous
  .map(
    (record) =>
      `<tr><td>${escape(pushActionText(record.action, lang))}</td><td>${escape(record.userId ?? '')}</td><td>${escape(record.name ?? '')}</td><td>${escape(record.pathFrom ?? '')}</td><td>${escape(pushRuleText(record.change, lang))}</td></tr>`,
  )
  .join('\n')}
</table>`
}
${more > 0 ? `<p>${say('sheetMore', { count: more })}</p>` : ''}
<h2>${say('sheetDecision')}</h2>
<table class="sign"><tr><th>${say('sheetName')}</th><th>${say('sheetDate')}</th></tr><tr><td></td><td></td></tr></table>
</body>
</html>
`;
}

function fact(name: string, value: string): string {
  return `<tr><th>${name}</th><td>${escape(value)}</td></tr>`;
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
