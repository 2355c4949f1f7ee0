import type { SimulatedCorp } from './pull-world';

export const fixtureCorp = {
  departments: [
    { id: 1, name: '测试企业', parentid: 0 },
    { id: 2, name: '研发部', parentid: 1 },
    { id: 3, name: '市场部', parentid: 1 },
    { id: 4, name: '前端组', parentid: 2 },
  ],
  users: [
    { userid: 'Ada', name: '阿达', department: [2], mobile: '19900000001', position: '经理' },
    { userid: 'bob', name: '波波', department: [4, 3], mobile: '19900000002' },
    { userid: 'carol', name: '卡萝', department: [1], mobile: '19900000003', enable: 0 },
  ],
} satisfies SimulatedCorp;

/** What must be in no history, log or metric. */
export const personalValues = ['Ada', 'bob', 'carol', '阿达', '波波', '卡萝', '1990000000', '经理', '研发部'];
