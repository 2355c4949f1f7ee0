import type { SheetField, SheetProblemKind } from '../domain/oa-directory/sheet';
import type { Text } from './index';

/** What a column of an uploaded table may mean. */
export const sheetFieldTexts: Readonly<Record<SheetField, Text>> = {
  id: { 'zh-CN': '编号（id）', en: 'id' },
  name: { 'zh-CN': '名称或姓名', en: 'Name' },
  loginId: { 'zh-CN': '登录名', en: 'Login name' },
  jobNumber: { 'zh-CN': '工号', en: 'Job number' },
  mobile: { 'zh-CN': '手机', en: 'Mobile' },
  email: { 'zh-CN': '邮箱', en: 'Email' },
  gender: { 'zh-CN': '性别', en: 'Gender' },
  position: { 'zh-CN': '岗位', en: 'Position' },
  telephone: { 'zh-CN': '座机', en: 'Telephone' },
  departmentId: { 'zh-CN': '部门（编号或路径）', en: 'Department (id or path)' },
  partTimeDepartmentIds: { 'zh-CN': '兼职部门（编号或路径）', en: 'Part-time departments (ids or paths)' },
  managerId: { 'zh-CN': '直属上级（编号、登录名或工号）', en: 'Manager (id, login name or job number)' },
  parentId: { 'zh-CN': '上级（编号或路径）', en: 'Parent (id or path)' },
  subcompanyId: { 'zh-CN': '所属分部（编号或路径）', en: 'Subcompany (id or path)' },
  order: { 'zh-CN': '排序', en: 'Order' },
  status: { 'zh-CN': '状态', en: 'Status' },
};

export const sheetProblemTexts: Readonly<Record<SheetProblemKind, Text>> = {
  'place-unknown': {
    'zh-CN': '找不到“{value}”。请填写编号或完整路径，如“总部/研发部”。',
    en: '"{value}" does not exist. Give an id or a whole path such as "Head office/R&D".',
  },
  'place-ambiguous': {
    'zh-CN': '“{value}”不止一个，请写完整路径或编号。',
    en: 'There is more than one "{value}": give its whole path or its id.',
  },
  'place-of-other-kind': {
    'zh-CN': '“{value}”是分部，这里需要部门。',
    en: '"{value}" is a subcompany; a department is needed here.',
  },
  'person-unknown': {
    'zh-CN': '找不到人员“{value}”，请填写编号、登录名或工号。',
    en: 'There is nobody with the id, login name or job number "{value}".',
  },
  'person-ambiguous': {
    'zh-CN': '“{value}”对应不止一个人，请填写编号。',
    en: '"{value}" means more than one person: give the id.',
  },
  'status-unknown': {
    'zh-CN': '无法识别状态“{value}”，请填写 在职 或 离职。',
    en: 'The status "{value}" is not known: use active or departed.',
  },
  'gender-unknown': {
    'zh-CN': '无法识别性别“{value}”，请填写 男 或 女。',
    en: 'The gender "{value}" is not known: use male or female.',
  },
  'not-a-number': { 'zh-CN': '“{value}”不是整数。', en: '"{value}" is not a whole number.' },
  'needs-value': { 'zh-CN': '必填。', en: 'A value is needed.' },
};

export const oaUploadTexts = {
  notMultipart: {
    'zh-CN': '请用 multipart/form-data 上传文件。',
    en: 'Send the file as multipart/form-data.',
  },
  fileMissing: { 'zh-CN': '缺少文件。', en: 'The file is missing.' },
  fileTooLarge: { 'zh-CN': '文件超过 {limit}。', en: 'The file is larger than {limit}.' },
  badForm: { 'zh-CN': '无法读取上传的表单。', en: 'The form can not be read.' },
  notATable: { 'zh-CN': '无法识别这个文件，请上传 CSV 或 XLSX。', en: 'This file is neither CSV nor XLSX.' },
  oldExcel: {
    'zh-CN': '这是旧版 Excel（.xls）文件，请另存为 .xlsx 或 CSV。',
    en: 'This is an old Excel file (.xls): save it as .xlsx or CSV.',
  },
  brokenWorkbook: {
    'zh-CN': '无法打开这个 Excel 文件，请重新另存为 .xlsx 再上传。',
    en: 'This Excel file can not be opened: save it as .xlsx once more.',
  },
  workbookTooLarge: {
    'zh-CN': '这个 Excel 文件解压后太大，请改用 CSV。',
    en: 'This Excel file is too large unpacked: use CSV.',
  },
  unknownEncoding: {
    'zh-CN': '无法识别文件编码，请保存为 UTF-8 或 GBK。',
    en: 'The encoding is not known: save the file as UTF-8 or GBK.',
  },
  brokenCsv: {
    'zh-CN': '第 {line} 行附近的 CSV 格式有误（例如引号没有成对）。',
    en: 'The CSV is broken near line {line} (a quote that is not closed, for example).',
  },
  noRows: { 'zh-CN': '除表头外没有数据。', en: 'There is nothing below the header.' },
  tooManyRows: { 'zh-CN': '数据超过 {limit} 行。', en: 'There are more than {limit} rows.' },
  columnMissing: { 'zh-CN': '缺少“{field}”列。', en: 'A column "{field}" is needed.' },
  columnTwice: { 'zh-CN': '“{field}”对应了不止一列。', en: 'More than one column is taken for "{field}".' },
  mappingUnknown: {
    'zh-CN': 'mapping 应为 JSON：{"表头": "字段" 或 null}。',
    en: 'mapping is JSON: {"<header>": "<field>" or null}.',
  },
  previewHasErrors: {
    'zh-CN': '预览中有错误，请改正后重新上传。',
    en: 'The preview has errors: mend the file and upload it again.',
  },
  previewOutdated: {
    'zh-CN': '预览之后通讯录已有变化，请重新上传并查看预览。',
    en: 'The directory has changed since the preview: upload the file again.',
  },
  previewApplied: { 'zh-CN': '这个文件已经应用过了。', en: 'This file was applied already.' },
  servedByOa: {
    'zh-CN': '本系统的组织数据由 OA 接口提供（OA_ADAPTER=http），不接受推送或上传。',
    en: 'The directory comes from the OA over HTTP (OA_ADAPTER=http); it is not fed or uploaded here.',
  },
  servedByOaAdvice: {
    'zh-CN': '请在 OA 中修改，下一次同步前会自动读取；如需自行推送，请改为 OA_ADAPTER=embedded 并重启。',
    en: 'Change it in the OA: it is read before the next push. To feed it here, set OA_ADAPTER=embedded and restart.',
  },
} as const satisfies Record<string, Text>;
