import { setImmediate as breath } from 'node:timers/promises';
import { Unzip, UnzipInflate } from 'fflate';

/**
 * Reads the first sheet of a workbook as text, row by row, as it is unpacked: a list of 100,000 members takes a tenth of
 * the memory that the whole sheet would. Dates stay the numbers they are in the file.
 */
export async function readWorkbookRows(
  content: Uint8Array,
  onRow: (line: number, cells: readonly string[]) => void,
): Promise<void> {
  const found = { workbook: '', relations: '', first: '' };
  const texts: string[] = [];
  const small = (name: 'workbook' | 'relations') => {
    const decoder = new TextDecoder();
    return (chunk: Uint8Array, isLast: boolean) => {
      found[name] += decoder.decode(chunk, { stream: !isLast });
    };
  };
  await unpack(content, (path) => {
    if (path === 'xl/workbook.xml') return small('workbook');
    if (path === 'xl/_rels/workbook.xml.rels') return small('relations');
    if (path === 'xl/sharedStrings.xml') return textsReader((text) => void texts.push(text));
    if (/^xl\/worksheets\/[^/]+\.xml$/.test(path) && found.first === '') found.first = path;
    return undefined;
  });
  const path = firstSheetPath(found.workbook, found.relations) ?? found.first;
  let isThere = false;
  await unpack(content, (name) => {
    if (name !== path) return undefined;
    isThere = true;
    return sheetReader(texts, onRow);
  });
  if (!isThere) throw new Error('The workbook has no sheet');
}

type PartReader = (chunk: Uint8Array, isLast: boolean) => void;

const stepBytes = 16 * 1024;
const stepsPerTurn = 8;

async function unpack(
  content: Uint8Array,
  readerOf: (path: string) => PartReader | undefined,
): Promise<void> {
  const unzip = new Unzip((file) => {
    const read = readerOf(file.name.replace(/^\//, ''));
    if (read === undefined) return;
    file.ondata = (error, chunk, isLast) => {
      if (error !== null) throw error;
      read(chunk, isLast);
    };
    file.start();
  });
  unzip.register(UnzipInflate);
  for (let start = 0, step = 0; start < content.length; start += stepBytes, step += 1) {
    if (step % stepsPerTurn === 0) await breath();
    unzip.push(content.subarray(start, start + stepBytes), start + stepBytes >= content.length);
  }
}

function firstSheetPath(workbook: string, relations: string): string | undefined {
  const sheet = /<(?:\w+:)?sheet\s[^>]*?\b\w+:id="([^"]+)"/.exec(workbook)?.[1];
  for (const [relation] of relations.matchAll(/<(?:\w+:)?Relationship\s[^>]*>/g)) {
    if (attribute(relation, 'Id') !== sheet) continue;
    const target = attribute(relation, 'Target') ?? '';
    return target.startsWith('/') ? target.slice(1) : `xl/${target}`;
  }
  return undefined;
}

/** Of texts that cells share: each is one text, however many runs of letters it has. */
function textsReader(onText: (text: string) => void): PartReader {
  let text: string | null = null;
  let isShown = false;
  let inReading = false;
  return xmlReader({
    onTag(name, _, isEmpty) {
      if (name === 'si') text = '';
      else if (name === 'rPh') inReading = !isEmpty;
      else if (name === 't') isShown = !isEmpty && !inReading;
    },
    onEnd(name) {
      if (name === 't') isShown = false;
      else if (name === 'rPh') inReading = false;
      else if (name === 'si') {
        onText(text ?? '');
        text = null;
      }
    },
    onText(part) {
      if (isShown && text !== null) text += part;
    },
  });
}

function sheetReader(
  texts: readonly string[],
  onRow: (line: number, cells: readonly string[]) => void,
): PartReader {
  let line = 0;
  let cells: string[] = [];
  let column = -1;
  let type = '';
  let value = '';
  let isShown = false;
  let inReading = false;
  return xmlReader({
    onTag(name, attributes, isEmpty) {
      switch (name) {
        case 'row':
          line = Number(attribute(attributes, 'r') ?? line + 1);
          cells = [];
          column = -1;
          return;
        case 'c':
          column = columnOf(attribute(attributes, 'r')) ?? column + 1;
          type = attribute(attributes, 't') ?? 'n';
          value = '';
          return;
        case 'rPh':
          inReading = !isEmpty;
          return;
        case 'v':
        case 't':
          isShown = !isEmpty && !inReading;
      }
    },
    onEnd(name) {
      switch (name) {
        case 'v':
        case 't':
          isShown = false;
          return;
        case 'rPh':
          inReading = false;
          return;
        case 'c':
          while (cells.length < column && cells.length < mostColumns) cells.push('');
          if (column < mostColumns) cells[column] = cellText(type, value, texts);
          return;
        case 'row':
          onRow(line, cells);
      }
    },
    onText(part) {
      if (isShown) value += part;
    },
  });
}

/** Beyond these nobody looks for anything, and one cell far out would mean thousands of empty ones before it. */
const mostColumns = 200;

function columnOf(place: string | undefined): number | undefined {
  const letters = /^[A-Z]{1,3}/.exec(place ?? '')?.[0];
  if (letters === undefined) return undefined;
  let column = 0;
  for (const letter of letters) column = column * 26 + letter.charCodeAt(0) - 64;
  return column - 1;
}

function cellText(type: string, value: string, texts: readonly string[]): string {
  switch (type) {
    case 's':
      return texts[Number(value)] ?? '';
    case 'b':
      return value === '1' ? 'true' : 'false';
    case 'e':
      return '';
    case 'n': {
      // Phone and job numbers are numbers to Excel, which may write them as 1.99E+10.
      const number = Number(value);
      return value !== '' && Number.isSafeInteger(number) ? String(number) : value;
    }
    default:
      return value;
  }
}

type XmlEvents = {
  onTag(name: string, attributes: string, isEmpty: boolean): void;
  onEnd(name: string): void;
  onText(text: string): void;
};

const cdata = '<![CDATA[';

/** A cell has 32,767 characters at most; without an end, what is read again with every chunk would only grow. */
const longestPiece = 1_000_000;

/** The little of XML that spreadsheet programs write; nothing is looked up, so nothing can be made to grow. */
function xmlReader({ onTag, onEnd, onText }: XmlEvents): PartReader {
  const decoder = new TextDecoder();
  let rest = '';
  return (chunk, isLast) => {
    const xml = rest + decoder.decode(chunk, { stream: !isLast });
    let at = 0;
    for (;;) {
      const start = xml.indexOf('<', at);
      if (start === -1) break;
      const isRaw = xml.startsWith(cdata, start);
      const closing = isRaw ? ']]>' : xml.startsWith('<!--', start) ? '-->' : '>';
      const end = xml.indexOf(closing, start + 1);
      // A tag that ends in the next chunk: it is read again then, with the text before it.
      if (end === -1) break;
      if (start > at) onText(unescaped(xml.slice(at, start)));
      at = end + closing.length;
      if (isRaw) onText(xml.slice(start + cdata.length, end));
      if (xml[start + 1] === '!' || xml[start + 1] === '?') continue;
      if (xml[start + 1] === '/') onEnd(localName(xml.slice(start + 2, end)));
      else {
        const isEmpty = xml[end - 1] === '/';
        const tag = xml.slice(start + 1, isEmpty ? end - 1 : end);
        const blank = tag.search(/\s/);
        onTag(
          localName(blank === -1 ? tag : tag.slice(0, blank)),
          blank === -1 ? '' : tag.slice(blank),
          isEmpty,
        );
        if (isEmpty) onEnd(localName(blank === -1 ? tag : tag.slice(0, blank)));
      }
    }
    rest = xml.slice(at);
    if (rest.length > longestPiece) throw new Error('A text of the workbook has no end');
  };
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1).trim();
}

type AttributeName = 'r' | 't' | 'Id' | 'Target';

/** Made once: they are used for every cell. */
const attributePatterns: Readonly<Record<AttributeName, RegExp>> = {
  r: /\sr="([^"]*)"/,
  t: /\st="([^"]*)"/,
  Id: /\sId="([^"]*)"/,
  Target: /\sTarget="([^"]*)"/,
};

function attribute(attributes: string, name: AttributeName): string | undefined {
  const found = attributePatterns[name].exec(attributes)?.[1];
  return found === undefined ? undefined : unescaped(found);
}

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescaped(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(
    /&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w{2,4}));/gi,
    (whole, decimal, hex, name: string) => {
      if (name !== undefined) return named[name] ?? whole;
      const code = decimal === undefined ? parseInt(String(hex), 16) : Number(decimal);
      return code <= 0x10ffff ? String.fromCodePoint(code) : '';
    },
  );
}
