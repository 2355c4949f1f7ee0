import { strToU8, zipSync } from 'fflate';
import { readWorkbookRows } from '../../api/oa-upload/workbook-rows';

const relationships = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const packageRelationships = 'http://schemas.openxmlformats.org/package/2006/relationships';

function packed({ sheet, shared = '' }: { readonly sheet: string; readonly shared?: string }): Uint8Array {
  return zipSync({
    // The sheet comes before the texts it shares, and another sheet before it.
    'xl/worksheets/sheet1.xml': strToU8(
      '<worksheet><sheetData><row r="1"><c><v>9</v></c></row></sheetData></worksheet>',
    ),
    'xl/worksheets/sheet2.xml': strToU8(sheet),
    'xl/workbook.xml': strToU8(
      `<x:workbook xmlns:x="m" xmlns:r="${relationships}"><x:sheets><x:sheet name="成员" sheetId="2" r:id="rId7"/><x:sheet name="b" sheetId="1" r:id="rId1"/></x:sheets></x:workbook>`,
    ),
    'xl/_rels/workbook.xml.rels': strToU8(
      `<Relationships xmlns="${packageRelationships}"><Relationship Id="rId1" Target="worksheets/sheet1.xml"/><Relationship Target="/xl/worksheets/sheet2.xml" Id="rId7"/></Relationships>`,
    ),
    'xl/sharedStrings.xml': strToU8(`<sst>${shared}</sst>`),
  });
}

async function rowsOf(workbook: Uint8Array): Promise<[number, string[]][]> {
  const rows: [number, string[]][] = [];
  await readWorkbookRows(workbook, (line, cells) => void rows.push([line, [...cells]]));
  return rows;
}

it('the first sheet is read, whatever its file is called, with the texts that its cells share', async () => {
  const shared =
    '<si><t>账号</t></si><si><r><t>关联</t></r><r><rPr/><t xml:space="preserve">字段 </t></r><rPh><t>guān</t></rPh></si><si/><si><t>a &amp; b &#x4F60;&#22909;</t></si>';
  const sheet =
    '<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>' +
    '<row r="3"><c r="B3" t="s"><v>3</v></c><c r="C3" t="s"><v>2</v></c></row></sheetData></worksheet>';
  expect(await rowsOf(packed({ sheet, shared }))).toEqual([
    [1, ['账号', '关联字段 ']],
    [3, ['', 'a & b 你好', '']],
  ]);
});

it('cells are text, whatever they are in the file', async () => {
  const sheet =
    '<x:worksheet xmlns:x="m"><x:sheetData><!-- a > b --><x:row><x:c><x:v>1.99E+10</x:v></x:c><x:c t="b"><x:v>1</x:v></x:c>' +
    '<x:c t="e"><x:v>#N/A</x:v></x:c><x:c t="str"><x:v>x</x:v></x:c><x:c t="inlineStr"><x:is><x:t><![CDATA[<i>]]></x:t></x:is></x:c>' +
    '<x:c r="G1"><x:v>0.5</x:v></x:c></x:row><x:row/></x:sheetData></x:worksheet>';
  expect(await rowsOf(packed({ sheet }))).toEqual([
    [1, ['19900000000', 'true', '', 'x', '<i>', '', '0.5']],
    [2, []],
  ]);
});

it('a sheet that comes in many pieces is read as one', async () => {
  const rows = Array.from(
    { length: 20_000 },
    (_, index) => `<row><c t="inlineStr"><is><t>成员 ${index}</t></is></c></row>`,
  );
  const read = await rowsOf(
    packed({ sheet: `<worksheet><sheetData>${rows.join('')}</sheetData></worksheet>` }),
  );
  expect(read).toHaveLength(20_000);
  expect(read.every(([line, [text]]) => text === `成员 ${line - 1}`)).toBe(true);
});

it.each([
  ['without a sheet', zipSync({ 'a.txt': strToU8('a') })],
  ['whose text has no end', packed({ sheet: `<worksheet>${'a'.repeat(3_000_000)}` })],
])('a workbook %s is refused', async (_, workbook) => {
  await expect(rowsOf(workbook)).rejects.toThrow(/workbook/);
});
