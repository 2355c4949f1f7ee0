/** One department as WeCom has it, and what has become of it in the OA. */
export type DemoDepartment = {
  readonly id: number;
  readonly name: string;
  readonly parentId: number;
  readonly people: number;
  readonly position: string;
  readonly inOa:
    | { readonly kind: 'same' }
    | { readonly kind: 'subcompany' }
    | { readonly kind: 'renamed'; readonly to: string }
    | { readonly kind: 'moved'; readonly toParentId: number }
    | { readonly kind: 'gone'; readonly peopleWentTo: number };
};

export type NewOaDepartment = { readonly id: string; readonly name: string; readonly parentId: number };

export const ROOT_ID = 1;
export const corpName = '云程科技（演示）';

const same = { kind: 'same' } as const;
const subcompany = { kind: 'subcompany' } as const;

export const demoDepartments: readonly DemoDepartment[] = [
  { id: 2, name: '总经理办公室', parentId: 1, people: 5, position: '总经理助理', inOa: same },
  { id: 3, name: '产品研发中心', parentId: 1, people: 3, position: '研发总监', inOa: same },
  { id: 4, name: '平台研发部', parentId: 3, people: 4, position: '架构师', inOa: same },
  { id: 5, name: '后端组', parentId: 4, people: 22, position: '后端工程师', inOa: same },
  { id: 6, name: '前端组', parentId: 4, people: 15, position: '前端工程师', inOa: same },
  { id: 7, name: '测试组', parentId: 4, people: 12, position: '测试工程师', inOa: same },
  { id: 8, name: '移动研发部', parentId: 3, people: 14, position: '移动端工程师', inOa: same },
  { id: 9, name: '产品设计部', parentId: 3, people: 13, position: '产品经理', inOa: same },
  {
    id: 10,
    name: '数据智能部',
    parentId: 3,
    people: 12,
    position: '算法工程师',
    inOa: { kind: 'renamed', to: '数据与人工智能部' },
  },
  { id: 11, name: '市场营销中心', parentId: 1, people: 3, position: '营销总监', inOa: same },
  { id: 12, name: '品牌市场部', parentId: 11, people: 9, position: '市场专员', inOa: same },
  { id: 13, name: '华东销售部', parentId: 11, people: 18, position: '销售经理', inOa: same },
  { id: 14, name: '华南销售部', parentId: 11, people: 15, position: '销售经理', inOa: same },
  { id: 15, name: '华北销售部', parentId: 11, people: 14, position: '销售经理', inOa: same },
  {
    id: 16,
    name: '渠道合作部',
    parentId: 11,
    people: 6,
    position: '渠道经理',
    inOa: { kind: 'gone', peopleWentTo: 13 },
  },
  { id: 17, name: '客户成功中心', parentId: 1, people: 2, position: '客户成功总监', inOa: same },
  { id: 18, name: '实施交付部', parentId: 17, people: 20, position: '实施顾问', inOa: same },
  {
    id: 19,
    name: '客户服务部',
    parentId: 17,
    people: 18,
    position: '客服专员',
    inOa: { kind: 'renamed', to: '客户服务与支持部' },
  },
  {
    id: 20,
    name: '培训部',
    parentId: 17,
    people: 6,
    position: '培训讲师',
    inOa: { kind: 'moved', toParentId: 21 },
  },
  { id: 21, name: '职能支持中心', parentId: 1, people: 2, position: '行政总监', inOa: same },
  { id: 22, name: '人力资源部', parentId: 21, people: 9, position: '人事专员', inOa: same },
  { id: 23, name: '财务部', parentId: 21, people: 11, position: '会计', inOa: same },
  { id: 24, name: '行政部', parentId: 21, people: 8, position: '行政专员', inOa: same },
  { id: 25, name: '法务部', parentId: 21, people: 4, position: '法务专员', inOa: same },
  { id: 26, name: '采购部', parentId: 21, people: 5, position: '采购专员', inOa: same },
  { id: 27, name: '信息技术部', parentId: 21, people: 8, position: '系统管理员', inOa: same },
  { id: 28, name: '北京分公司', parentId: 1, people: 3, position: '分公司经理', inOa: subcompany },
  { id: 29, name: '北京销售部', parentId: 28, people: 12, position: '销售经理', inOa: same },
  { id: 30, name: '北京技术部', parentId: 28, people: 11, position: '技术支持工程师', inOa: same },
  { id: 31, name: '深圳分公司', parentId: 1, people: 3, position: '分公司经理', inOa: subcompany },
  { id: 32, name: '深圳硬件部', parentId: 31, people: 12, position: '硬件工程师', inOa: same },
  {
    id: 33,
    name: '旧项目组',
    parentId: 3,
    people: 0,
    position: '工程师',
    inOa: { kind: 'gone', peopleWentTo: 5 },
  },
];

export const newOaDepartments: readonly NewOaDepartment[] = [
  { id: 'D101', name: '海外业务部', parentId: 11 },
  { id: 'D102', name: '信息安全部', parentId: 21 },
];
