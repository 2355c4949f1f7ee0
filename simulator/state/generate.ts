import type { DepartmentInput, GenerateInput, MemberInput } from '../control/schemas';
import { seededRandom } from './random';

const surnames =
  '王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎';
const givenNames =
  '伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红波辉宁建国文斌宇浩凯健俊帆雪琳婷倩佳欣怡晨瑞泽';
const departmentKinds = [
  '研发',
  '市场',
  '销售',
  '运营',
  '财务',
  '人力',
  '法务',
  '采购',
  '生产',
  '质量',
  '客服',
  '信息',
];
const positions = ['工程师', '主管', '经理', '专员', '助理', '总监', '顾问', '分析师'];
const CHILDREN_PER_DEPARTMENT = 8;

/** A large, plainly fictitious organisation, the same for the same numbers. */
export function generateOrganisation(input: GenerateInput): {
  departments: DepartmentInput[];
  users: MemberInput[];
} {
  const random = seededRandom(input.seed ?? 1);
  const pick = <T>(values: ArrayLike<T>): T => values[Math.floor(random() * values.length)] as T;

  const departments: DepartmentInput[] = [];
  for (let id = 2; id <= input.departments; id += 1) {
    departments.push({
      id,
      name: `${departmentKinds[id % departmentKinds.length]}${id}部`,
      parentid: Math.max(1, Math.floor((id - 2) / CHILDREN_PER_DEPARTMENT) + 1),
      order: 100_000 - id,
    });
  }

  const partTimeShare = (input.partTimePercent ?? 5) / 100;
  const users: MemberInput[] = [];
  for (let n = 1; n <= input.members; n += 1) {
    const home = ((n - 1) % input.departments) + 1;
    const second = 1 + Math.floor(random() * input.departments);
    const department = random() < partTimeShare && second !== home ? [home, second] : [home];
    users.push({
      userid: `u${String(n).padStart(6, '0')}`,
      name: pick(surnames) + pick(givenNames) + (random() < 0.7 ? pick(givenNames) : ''),
      department,
      order: department.map(() => 0),
      is_leader_in_dept: department.map((_, index) => (index === 0 && n <= input.departments ? 1 : 0)),
      mobile: `199${String(n).padStart(8, '0')}`,
      email: `u${String(n).padStart(6, '0')}@example.com`,
      position: pick(positions),
      gender: random() < 0.5 ? '1' : '2',
      status: random() < 0.03 ? 4 : 1,
    });
  }
  return { departments, users };
}
