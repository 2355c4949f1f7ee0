import { strToU8, Zip, ZipDeflate } from 'fflate';

/**
 * Writes a workbook while its rows are read: a plan of 100,000 people has close to a million rows, and would fill
 * hundreds of megabytes as a whole. Cells are inline strings: text is text, never a formula.
 */

export type Cell = string | number;

export type Sheet = {
  readonly name: string;
  /** Column widths in characters. */
  readonly widths: readonly number[];
  /** The first row of each sheet; shown in bold and kept in view. */
  readonly head: readonly string[];
  readonly rows: AsyncIterable<readonly (readonly Cell[])[]> | Iterable<readonly (readonly Cell[])[]>;
};

/** Excel's own limits. */
const maxRows = 1_048_576;
const maxCellChars = 32_767;

/** The file is a little larger than at the usual 6, and made in half the time. */
const level = 3;

export const xlsxType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

export async function* writeXlsx(sheets: readonly Sheet[]): AsyncGenerator<Uint8Array> {
  let ready: Uint8Array[] = [];
  let failure: Error | null = null;
  const zip = new Zip((error, chunk) => {
    if (error !== null) failure = error;
    else ready.push(chunk);
  });
  const take = (): Uint8Array[] => {
    if (failure !== null) throw failure;
    const chunks = ready;
    ready = [];
    return chunks;
  };
  const names: string[] = [];

  for (const { name, widths, head, rows } of sheets) {
    let part: ZipDeflate | undefined;
    let rowNumber = 0;
    const begin = (): ZipDeflate => {
      names.push(sheetName(name, names));
      const file = new ZipDeflate(`xl/worksheets/sheet${names.length}.xml`, { level });
      zip.add(file);
      file.push(strToU8(sheetHead(widths)));
      rowNumber = 1;
      file.push(strToU8(row(1, head, headStyle)));
      return file;
    };
    const end = (file: ZipDeflate): void => file.push(strToU8(sheetEnd), true);

    part = begin();
    for await (const portion of rows) {
      let xml = '';
      for (const cells of portion) {
        if (rowNumber === maxRows) {
          part.push(strToU8(xml));
          xml = '';
          end(part);
          part = begin();
        }
        rowNumber += 1;
        xml += row(rowNumber, cells);
      }
      part.push(strToU8(xml));
      yield* take();
    }
    end(part);
  }

  const fixed: Readonly<Record<string, string>> = {
    '[Content_Types].xml': contentTypes(names),
    '_rels/.rels': rootRelations,
    'xl/workbook.xml': workbook(names),
    'xl/_rels/workbook.xml.rels': workbookRelations(names),
    'xl/styles.xml': styles,
  };
  for (const [path, xml] of Object.entries(fixed)) {
    const file = new ZipDeflate(path, { level });
    zip.add(file);
    file.push(strToU8(xml), true);
  }
  zip.end();
  yield* take();
}

/** Unique, at most 31 characters, and without what Excel forbids in it. */
function sheetName(name: string, taken: readonly string[]): string {
  const clean = name.replace(/[\\/?*[\]:]/g, ' ').slice(0, 28);
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? clean : `${clean} ${number}`;
    if (!taken.includes(candidate)) return candidate;
  }
}

const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const spreadsheet = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const relationships = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const packageRelationships = 'http://schemas.openxmlformats.org/package/2006/relationships';
const mainType = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
const headStyle = 1;
const sheetEnd = '</sheetData></worksheet>';

function sheetHead(widths: readonly number[]): string {
  const columns = widths
    .map((width, index) => `<col min="${index + 1}" max="${index + 1}" width="${width}" customWidth="1"/>`)
    .join('');
  return (
    `${declaration}<worksheet xmlns="${spreadsheet}"><sheetViews><sheetView workbookViewId="0">` +
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>' +
    `<cols>${columns}</cols><sheetData>`
  );
}

function row(number: number, cells: readonly Cell[], style?: number): string {
  const styled = style === undefined ? '' : ` s="${style}"`;
  const content = cells
    .map((cell, index) => {
      const place = `r="${columnName(index)}${number}"${styled}`;
      if (typeof cell === 'number') return `<c ${place}><v>${cell}</v></c>`;
      return cell === ''
        ? ''
        : `<c ${place} t="inlineStr"><is><t xml:space="preserve">${text(cell)}</t></is></c>`;
    })
    .join('');
  return `<row r="${number}">${content}</row>`;
}

function columnName(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : columnName(Math.floor(index / 26) - 1) + letter;
}

/** Most cells need no care, and there are millions. */
const needsCare = /[^\u0020-\u0025\u0027-\u003B\u003D\u003F-\uD7FF]/;

function text(value: string): string {
  const short = value.length > maxCellChars ? value.slice(0, maxCellChars) : value;
  if (!needsCare.test(short)) return short;
  return (
    short
      // XML knows no other control characters, and half a surrogate pair is no character at all.
      .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
  );
}

function contentTypes(names: readonly string[]): string {
  const sheets = names
    .map(
      (_, index) =>
        `<Override PartName="/xl/worksheets/sheet${index + 1}.xml" ContentType="${mainType}.worksheet+xml"/>`,
    )
    .join('');
  return (
    `${declaration}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
    '<Default Extension="xml" ContentType="application/xml"/>' +
    `<Override PartName="/xl/workbook.xml" ContentType="${mainType}.sheet.main+xml"/>` +
    `<Override PartName="/xl/styles.xml" ContentType="${mainType}.styles+xml"/>${sheets}</Types>`
  );
}

const rootRelations =
  `${declaration}<Relationships xmlns="${packageRelationships}">` +
  `<Relationship Id="rId1" Type="${relationships}/officeDocument" Target="xl/workbook.xml"/></Relationships>`;

function workbook(names: readonly string[]): string {
  const sheets = names
    .map(
      (name, index) =>
        `<sheet name="${text(name).replaceAll('"', '&quot;')}" sheetId="${index + 1}" r:id="rId${index + 1}"/>`,
    )
    .join('');
  return `${declaration}<workbook xmlns="${spreadsheet}" xmlns:r="${relationships}"><sheets>${sheets}</sheets></workbook>`;
}

function workbookRelations(names: readonly string[]): string {
  const sheets = names
    .map(
      (_, index) =>
        `<Relationship Id="rId${index + 1}" Type="${relationships}/worksheet" Target="worksheets/sheet${index + 1}.xml"/>`,
    )
    .join('');
  return (
    `${declaration}<Relationships xmlns="${packageRelationships}">${sheets}` +
    `<Relationship Id="rId${names.length + 1}" Type="${relationships}/styles" Target="styles.xml"/></Relationships>`
  );
}

const styles =
  `${declaration}<styleSheet xmlns="${spreadsheet}">` +
  '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>' +
  '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>' +
  '<fills count="2"><fill><patternFill patternType="none"/></fill>' +
  '<fill><patternFill patternType="gray125"/></fill></fills>' +
  '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>' +
  '<cellXfs count="2"><xf/><xf fontId="1" applyFont="1"/></cellXfs></styleSheet>';
