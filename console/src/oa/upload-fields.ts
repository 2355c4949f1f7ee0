import type { Lang } from '../../../i18n';
import type { UploadKind } from '../api/oa';

type Template = readonly (readonly string[])[];

const templates: { readonly [K in UploadKind]: { readonly [L in Lang]: Template } } = {
  subcompanies: {
    'zh-CN': [
      ['编号', '名称', '上级', '排序'],
      ['1', '示例集团', '', '1'],
      ['2', '华东分部', '1', '2'],
    ],
    en: [
      ['id', 'name', 'parent', 'order'],
      ['1', 'Example Group', '', '1'],
      ['2', 'East', '1', '2'],
    ],
  },
  departments: {
    'zh-CN': [
      ['编号', '名称', '上级', '所属分部', '排序'],
      ['100', '研发部', '', '1', '1'],
      ['101', '平台组', '100', '1', '2'],
    ],
    en: [
      ['id', 'name', 'parent', 'subcompany', 'order'],
      ['100', 'R&D', '', '1', '1'],
      ['101', 'Platform', '100', '1', '2'],
    ],
  },
  users: {
    'zh-CN': [
      [
        ...['编号', '登录名', '工号', '姓名', '手机', '邮箱', '性别', '职务', '座机'],
        ...['部门', '兼职部门', '直属上级', '排序', '状态'],
      ],
      [
        ...['E001', 'lin.xiaoyu', 'A1024', '林晓雨', '13800000001', 'lin@example.com', '女', '工程师', ''],
        ...['100', '', '', '1', '在职'],
      ],
    ],
    en: [
      [
        ...['id', 'login', 'job number', 'name', 'mobile', 'email', 'gender', 'position', 'telephone'],
        ...['department', 'part-time departments', 'manager', 'order', 'status'],
      ],
      [
        ...[
          'E001',
          'alex.lin',
          'A1024',
          'Alex Lin',
          '13800000001',
          'alex@example.com',
          'female',
          'Engineer',
          '',
        ],
        ...['100', '', '', '1', 'active'],
      ],
    ],
  },
};

/** With a byte order mark: without it Excel takes the Chinese for something else. */
export function templateFile(kind: UploadKind, lang: Lang): Blob {
  const text = templates[kind][lang].map((row) => row.join(',')).join('\r\n');
  return new Blob([`\uFEFF${text}\r\n`], { type: 'text/csv;charset=utf-8' });
}

/** What a column can be, for a file that could not be read far enough for the API to say. */
export const namedFields: { readonly [K in UploadKind]: readonly string[] } = {
  subcompanies: ['id', 'name', 'parentId', 'order'],
  departments: ['id', 'name', 'parentId', 'subcompanyId', 'order'],
  users: [
    ...['id', 'loginId', 'name', 'jobNumber', 'mobile', 'email', 'gender', 'position', 'telephone'],
    ...['departmentId', 'partTimeDepartmentIds', 'managerId', 'order', 'status'],
  ],
};

const headerBytes = 64 * 1024;

/**
 * The headers of a CSV file whose columns the API could not recognise, so that a person can say what they are; none
 * for a workbook, which a browser can't read by itself.
 */
export async function headersOf(file: File): Promise<readonly string[]> {
  if (!/\.(csv|txt)$/i.test(file.name)) return [];
  const bytes = await file.slice(0, headerBytes).arrayBuffer();
  const [line = ''] = decoded(bytes).split(/\r?\n/);
  const separator = [',', ';', '\t'].find((mark) => line.includes(mark)) ?? ',';
  const cells = line.match(new RegExp(`("([^"]|"")*"|[^${separator}]*)(${separator}|$)`, 'g')) ?? [];
  return cells
    .map((cell) => cell.replace(new RegExp(`${separator}$`), '').trim())
    .map((cell) => (cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell))
    .filter((cell) => cell !== '');
}

function decoded(bytes: ArrayBuffer): string {
  try {
    // The end of the piece may cut a character in two.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return new TextDecoder('gb18030').decode(bytes);
  }
}
