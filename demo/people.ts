import { demoDepartments } from './departments';
import { seededRandom } from './random';

/** One person as both sides once agreed on. */
export type DemoPerson = {
  readonly number: number;
  readonly jobNumber: string;
  readonly loginId: string;
  readonly name: string;
  readonly gender: 'male' | 'female';
  readonly mobile: string;
  readonly email: string;
  readonly position: string;
  readonly telephone: string;
  readonly departmentId: number;
  readonly isLeader: boolean;
};

const surnames: readonly (readonly [string, string])[] = [
  ['王', 'wang'],
  ['李', 'li'],
  ['张', 'zhang'],
  ['刘', 'liu'],
  ['陈', 'chen'],
  ['杨', 'yang'],
  ['赵', 'zhao'],
  ['黄', 'huang'],
  ['周', 'zhou'],
  ['吴', 'wu'],
  ['徐', 'xu'],
  ['孙', 'sun'],
  ['胡', 'hu'],
  ['朱', 'zhu'],
  ['高', 'gao'],
  ['林', 'lin'],
  ['何', 'he'],
  ['郭', 'guo'],
  ['马', 'ma'],
  ['罗', 'luo'],
  ['梁', 'liang'],
  ['宋', 'song'],
  ['郑', 'zheng'],
  ['谢', 'xie'],
  ['韩', 'han'],
  ['唐', 'tang'],
  ['冯', 'feng'],
  ['董', 'dong'],
  ['程', 'cheng'],
  ['曹', 'cao'],
  ['袁', 'yuan'],
  ['邓', 'deng'],
  ['许', 'xu'],
  ['沈', 'shen'],
  ['曾', 'zeng'],
];

const maleNames: readonly (readonly [string, string])[] = [
  ['伟', 'wei'],
  ['强', 'qiang'],
  ['磊', 'lei'],
  ['洋', 'yang'],
  ['勇', 'yong'],
  ['军', 'jun'],
  ['杰', 'jie'],
  ['涛', 'tao'],
  ['超', 'chao'],
  ['明', 'ming'],
  ['浩然', 'haoran'],
  ['子轩', 'zixuan'],
  ['宇航', 'yuhang'],
  ['建国', 'jianguo'],
  ['志强', 'zhiqiang'],
  ['俊杰', 'junjie'],
  ['文博', 'wenbo'],
  ['晓东', 'xiaodong'],
  ['天佑', 'tianyou'],
  ['一鸣', 'yiming'],
  ['立新', 'lixin'],
  ['国栋', 'guodong'],
];

const femaleNames: readonly (readonly [string, string])[] = [
  ['芳', 'fang'],
  ['娜', 'na'],
  ['敏', 'min'],
  ['静', 'jing'],
  ['丽', 'li'],
  ['艳', 'yan'],
  ['娟', 'juan'],
  ['霞', 'xia'],
  ['婷', 'ting'],
  ['雪', 'xue'],
  ['诗涵', 'shihan'],
  ['梓萱', 'zixuan'],
  ['雨桐', 'yutong'],
  ['欣怡', 'xinyi'],
  ['佳琪', 'jiaqi'],
  ['晓燕', 'xiaoyan'],
  ['慧敏', 'huimin'],
  ['思远', 'siyuan'],
  ['若曦', 'ruoxi'],
  ['秀英', 'xiuying'],
  ['春梅', 'chunmei'],
  ['明月', 'mingyue'],
];

/** Everybody, department by department; `extra` people follow for new hires, each in the department given. */
export function demoPeople(extra: readonly number[]): { staff: DemoPerson[]; newcomers: DemoPerson[] } {
  const random = seededRandom(20_260_101);
  const takenLogins = new Map<string, number>();
  let number = 0;

  const person = (departmentId: number, position: string, isLeader: boolean): DemoPerson => {
    number += 1;
    const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
    const gender = random() < 0.52 ? 'male' : 'female';
    const [surname, surnamePinyin] = pick(surnames);
    const [given, givenPinyin] = pick(gender === 'male' ? maleNames : femaleNames);
    const login = `${givenPinyin}.${surnamePinyin}`;
    const nth = (takenLogins.get(login) ?? 0) + 1;
    takenLogins.set(login, nth);
    const loginId = nth === 1 ? login : `${login}${nth}`;
    return {
      number,
      jobNumber: jobNumberOf(number),
      loginId,
      name: surname + given,
      gender,
      // 1990000xxxx and example.com: reachable by nobody.
      mobile: `1990000${String(1000 + number)}`,
      email: `${loginId}@example.com`,
      position,
      telephone: random() < 0.3 ? `021-5000${String(1000 + number)}` : '',
      departmentId,
      isLeader,
    };
  };

  const staff = demoDepartments.flatMap(({ id, people, position }) =>
    Array.from({ length: people }, (_, index) =>
      person(id, index === 0 ? leaderTitle(position) : position, index === 0),
    ),
  );
  const newcomers = extra.map((departmentId) => {
    const department = demoDepartments.find(({ id }) => id === departmentId);
    return person(departmentId, department?.position ?? '专员', false);
  });
  return { staff, newcomers };
}

/** Also the person's userid in WeCom. */
export function jobNumberOf(number: number): string {
  return `YC${String(number).padStart(4, '0')}`;
}

function leaderTitle(position: string): string {
  return /总监|经理$/.test(position) ? position : `${position}（负责人）`;
}
