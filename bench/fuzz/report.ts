import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

/** What schemathesis writes, as far as it is read. */
type Event = {
  readonly ScenarioFinished?: { readonly recorder: Recorder };
  readonly NonFatalError?: { readonly label: string; readonly value: { readonly message?: string } };
};
type Recorder = {
  readonly label: string;
  readonly interactions?: Readonly<Record<string, Interaction>>;
  readonly checks?: Readonly<Record<string, readonly Check[]>>;
};
type Interaction = {
  readonly request: { readonly method: string; readonly uri: string; readonly body?: Content | null };
  readonly response?: { readonly status_code: number; readonly content?: Content | null } | null;
};
type Content = string | { readonly $base64: string };
type Check = {
  readonly name: string;
  readonly status: string;
  readonly failure_info?: { readonly failure: { readonly title?: string; readonly message?: string } } | null;
};

export type Finding = {
  readonly check: string;
  readonly operation: string;
  readonly times: number;
  readonly says: string;
  readonly request: string;
  readonly answer: string;
};

export type Findings = {
  readonly operations: number;
  readonly calls: number;
  readonly statuses: Readonly<Record<string, number>>;
  readonly findings: readonly Finding[];
  /** Operations for which no calls could be made up. */
  readonly untried: readonly string[];
};

const shownCharacters = 400;

/** A report has tens of megabytes: it is read line by line. */
export async function readReports(files: readonly string[]): Promise<Findings> {
  const operations = new Set<string>();
  const untried = new Set<string>();
  const statuses = new Map<string, number>();
  const findings = new Map<string, Finding>();
  let calls = 0;
  for (const file of files) {
    for await (const line of createInterface({ input: createReadStream(file) })) {
      const event = JSON.parse(line) as Event;
      if (event.NonFatalError !== undefined) {
        untried.add(`${event.NonFatalError.label}: ${event.NonFatalError.value.message ?? ''}`);
      }
      if (event.ScenarioFinished !== undefined) take(event.ScenarioFinished.recorder);
    }
  }
  return {
    operations: operations.size,
    calls,
    statuses: Object.fromEntries([...statuses].sort(([a], [b]) => (a < b ? -1 : 1))),
    findings: [...findings.values()],
    untried: [...untried],
  };

  function take({ label, interactions = {}, checks = {} }: Recorder): void {
    const all = Object.entries(interactions);
    if (all.length > 0) operations.add(label);
    for (const [, { response }] of all) {
      calls += 1;
      const status = String(response?.status_code ?? 'none');
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
    for (const [id, results] of Object.entries(checks)) {
      for (const { name, failure_info: info, status } of results) {
        if (status !== 'success') keep(name, label, interactions[id], info?.failure);
      }
    }
  }

  function keep(
    check: string,
    operation: string,
    interaction: Interaction | undefined,
    failure: { readonly title?: string; readonly message?: string } = {},
  ): void {
    const key = `${check} ${operation} ${failure.title ?? ''}`;
    const known = findings.get(key);
    if (known !== undefined) {
      findings.set(key, { ...known, times: known.times + 1 });
      return;
    }
    const { request, response } = interaction ?? {};
    findings.set(key, {
      check,
      operation,
      times: 1,
      says: shown(`${failure.title ?? ''}: ${failure.message ?? ''}`),
      request: shown(`${request?.method} ${request?.uri} ${textOf(request?.body)}`),
      answer: shown(`${response?.status_code ?? 'none'} ${textOf(response?.content)}`),
    });
  }
}

function textOf(content: Content | null | undefined): string {
  if (content === null || content === undefined) return '';
  return Buffer.from(typeof content === 'string' ? content : content.$base64, 'base64').toString('utf8');
}

function shown(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > shownCharacters ? `${line.slice(0, shownCharacters)}…` : line;
}
