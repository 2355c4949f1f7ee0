import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { strToU8, zipSync } from 'fflate';
import { secondsSince, toTenths, wholeNumber } from './measuring';
import { startProductProcess, type ProductProcess } from './product-process';
import { asNdjson, makeOa } from './simulated-oa';

export interface BindingsResult {
  readonly rows: number;
  readonly previewSeconds: number;
  readonly applySeconds: number;
  /** What the API's process held at most once the file had been taken in, and how much more that was than before. */
  readonly peakRssMb: number;
  readonly grownMb: number;
}

const corpid = 'wwbench0000000001';
const agentid = 1000002;
const secrets = { contacts: 'bench-contacts-secret', app: 'bench-app-secret' };
const corpName = 'Bench';
const giveUpAfterMs = 10 * 60_000;

/** How long a workbook of bindings takes to be looked at and to be applied. */
export async function benchBindings(args: readonly string[]): Promise<BindingsResult> {
  const { values } = parseArgs({
    args: [...args],
    options: { rows: { type: 'string', default: '10000' }, json: { type: 'boolean', default: false } },
  });
  const product = await startProductProcess();
  try {
    return await measure(product, wholeNumber(values.rows));
  } finally {
    await product.stop();
  }
}

async function measure(product: ProductProcess, rows: number): Promise<BindingsResult> {
  const { users } = await fillBothSides(product, rows);
  const corp = await connectAndPull(product);
  const members = await allMembers(product, corp);
  const file = workbook(members.map((userId, index) => [userId, users[index]?.jobNumber ?? '']));

  const before = product.apiPeakRssMb();
  const previewedFrom = performance.now();
  const preview = await product.sendFile<{ previewId: string; counts: Record<string, number> }>(
    `/corps/${corp}/bindings/import?field=jobNumber`,
    { name: 'bindings.xlsx', content: file },
  );
  const previewSeconds = secondsSince(previewedFrom);
  if (preview.counts['bind'] !== rows)
    throw new Error(`Not all would be bound: ${JSON.stringify(preview.counts)}`);

  const appliedFrom = performance.now();
  const { applied } = await product.api<{ applied: number }>(
    'POST',
    `/corps/${corp}/bindings/import/${preview.previewId}/apply`,
    {},
  );
  const applySeconds = secondsSince(appliedFrom);
  if (applied !== rows) throw new Error(`${applied} of ${rows} were bound`);
  const peak = product.apiPeakRssMb();
  return {
    rows,
    previewSeconds: toTenths(previewSeconds),
    applySeconds: toTenths(applySeconds),
    peakRssMb: peak,
    grownMb: peak - before,
  };
}

async function fillBothSides(
  product: ProductProcess,
  rows: number,
): Promise<{ users: { jobNumber: string }[] }> {
  const departments = Math.max(1, Math.ceil(rows / 100));
  await product.control('POST', '/corps', {
    corpid,
    name: corpName,
    contactsSecret: secrets.contacts,
    apps: [{ agentid, secret: secrets.app, name: corpName, visibleDepartments: [1] }],
    generate: { members: rows, departments },
  });
  const oa = makeOa(corpName, { users: rows, departments });
  await product.send('PUT', '/oa/directory', asNdjson(oa), 'application/x-ndjson');
  return oa;
}

async function connectAndPull(product: ProductProcess): Promise<string> {
  const { id } = await product.api<{ id: string }>('POST', '/corps', {
    name: corpName,
    corpId: corpid,
    apiBaseUrl: product.simulatorUrl,
    contactsSecret: secrets.contacts,
  });
  await product.api('POST', `/corps/${id}/apps`, { name: corpName, agentId: agentid, secret: secrets.app });
  const { runId } = await product.api<{ runId: string }>('POST', `/corps/${id}/directory/runs`, {
    direction: 'pull',
    mode: 'apply',
  });
  for (const deadline = Date.now() + giveUpAfterMs; Date.now() < deadline; await wait(200)) {
    const run = await product.api<{ phase: string; finishedAt: string | null }>('GET', `/runs/${runId}`);
    if (run.finishedAt === null) continue;
    if (run.phase !== 'done') throw new Error(`The pull ended as ${run.phase}`);
    return id;
  }
  throw new Error(`The pull did not end within ${giveUpAfterMs} ms`);
}

async function allMembers(product: ProductProcess, corp: string): Promise<string[]> {
  const userIds: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const after: string = cursor === '' ? '' : `&cursor=${cursor}`;
    const page: { items: { userId: string }[]; nextCursor: string | null } = await product.api(
      'GET',
      `/corps/${corp}/members?limit=200${after}`,
    );
    userIds.push(...page.items.map(({ userId }) => userId));
    cursor = page.nextCursor;
  }
  return userIds;
}

/** As a spreadsheet program saves the exported list, once the last column is filled in. */
function workbook(rows: readonly (readonly [userId: string, value: string])[]): Uint8Array {
  const relationships = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  const packageRelationships = 'http://schemas.openxmlformats.org/package/2006/relationships';
  const spreadsheet = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
  const cell = (place: string, text: string) => `<c r="${place}" t="inlineStr"><is><t>${text}</t></is></c>`;
  const line = ([userId, value]: readonly [string, string], index: number): string =>
    `<row r="${index + 1}">${cell(`A${index + 1}`, userId)}${cell(`H${index + 1}`, value)}</row>`;
  const lines = [['账号', '关联字段'] as const, ...rows].map(line).join('');
  return zipSync({
    '_rels/.rels': strToU8(
      `<Relationships xmlns="${packageRelationships}"><Relationship Id="r1" Type="${relationships}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    ),
    'xl/workbook.xml': strToU8(
      `<workbook xmlns="${spreadsheet}" xmlns:r="${relationships}"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>`,
    ),
    'xl/_rels/workbook.xml.rels': strToU8(
      `<Relationships xmlns="${packageRelationships}"><Relationship Id="r1" Type="${relationships}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
    ),
    'xl/worksheets/sheet1.xml': strToU8(
      `<worksheet xmlns="${spreadsheet}"><sheetData>${lines}</sheetData></worksheet>`,
    ),
  });
}
