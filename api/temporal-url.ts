import type { ApiSettings } from './deps';

/** A workflow in Temporal's own console; null where the installation has none. */
export function workflowUrl(
  { temporalUiUrl, temporalNamespace }: Pick<ApiSettings, 'temporalUiUrl' | 'temporalNamespace'>,
  workflowId: string,
  temporalRunId: string | null = null,
): string | null {
  if (temporalUiUrl === undefined) return null;
  const path = [
    'namespaces',
    temporalNamespace,
    'workflows',
    workflowId,
    ...(temporalRunId === null ? [] : [temporalRunId, 'history']),
  ];
  return `${temporalUiUrl}/${path.map(encodeURIComponent).join('/')}`;
}
