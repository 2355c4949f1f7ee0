import { setImmediate as breath } from 'node:timers/promises';
import { bindingColumns, bindingTexts } from '../../i18n/bindings';
import type { Lang } from '../../i18n';
import { translate } from '../../i18n';
import type { ImportedRow } from '../../store/binding-imports';
import { invalidField } from '../http-errors';
import { readTable } from '../oa-upload/read-table';

export const maxImportBytes = 20 * 1024 * 1024;
const maxImportRows = 100_000;
/** Longer than any userid and any value of a link field: such a cell finds nobody. */
const longestCell = 200;
const rowsPerTurn = 5_000;

const wantedColumns = ['userId', 'link'] as const;
type WantedColumn = (typeof wantedColumns)[number];

/** Headers as other exports write them. */
const otherNames: Readonly<Record<WantedColumn, readonly string[]>> = {
  userId: ['userid', '成员账号', '企业微信账号', '帐号'],
  link: ['linkfield'],
};

/** The two columns that matter of an exported list, whatever the others are. */
export async function readImportRows(content: Buffer, lang: Lang): Promise<ImportedRow[]> {
  const table = await readTable(content, {
    maxRows: maxImportRows,
    onFormula: (cell) => invalidField('file', bindingTexts.formulas, { cell }),
    pick: (header) => pickColumns(header, lang),
  });
  const rows: ImportedRow[] = [];
  for (const [index, { line, cells }] of table.rows.entries()) {
    if (index % rowsPerTurn === 0) await breath();
    const [userId, value] = [cellOf(cells, 0), cellOf(cells, 1)];
    if (userId !== '' || value !== '') rows.push({ row: line, userId, value });
  }
  return rows;
}

function cellOf(cells: readonly string[], column: number): string {
  // Postgres keeps no NUL in a text.
  return (cells[column] ?? '').replaceAll('\0', '').slice(0, longestCell);
}

/** Userid first, link field second. */
function pickColumns(header: readonly string[], lang: Lang): readonly number[] {
  const found = (column: WantedColumn): number => {
    const names = new Set([...Object.values(bindingColumns[column]), ...otherNames[column]].map(plain));
    const places = header.flatMap((title, index) => (names.has(plain(title)) ? [index] : []));
    if (places.length > 1) {
      const name = translate(bindingColumns[column], lang);
      throw invalidField('file', bindingTexts.columnTwice, { column: name });
    }
    return places[0] ?? -1;
  };
  const columns = wantedColumns.map(found);
  const missing = wantedColumns.filter((_, index) => columns[index] === -1);
  if (missing.length > 0) {
    const list = (names: readonly string[]) => names.join(lang === 'zh-CN' ? '、' : ', ');
    throw invalidField('file', bindingTexts.columnsMissing, {
      missing: list(missing.map((column) => translate(bindingColumns[column], lang))),
      found: list(
        header
          .filter((title) => title !== '')
          .map((title) => title.slice(0, 40))
          .slice(0, 20),
      ),
    });
  }
  return columns;
}

function plain(title: string): string {
  return title.toLowerCase().replace(/[\s_\uFEFF()（）]/g, '');
}
