import {
  alterDepartmentName,
  checkDepartmentName,
  checkEmail,
  checkMemberDepartments,
  checkMemberName,
  checkMobile,
  checkOrder,
  checkTelephone,
  checkUserId,
  countCharacters,
  sameUserId,
} from '../../wecom';

describe('values WeCom accepts', () => {
  it.each([
    ['zhangsan', undefined],
    ['Zhang.San-01@corp_x', undefined],
    ['9', undefined],
    ['a'.repeat(64), undefined],
    ['a'.repeat(65), { kind: 'too-long', max: 64, unit: 'bytes' }],
    ['', { kind: 'missing' }],
    ['_zhang', { kind: 'malformed' }],
    ['zhang san', { kind: 'malformed' }],
    ['张三', { kind: 'malformed' }],
    ['张'.repeat(22), { kind: 'too-long', max: 64, unit: 'bytes' }],
  ])('userid %s', (value, problem) => {
    expect(checkUserId(value)).toEqual(problem);
  });

  it('tells userids apart without regard to case, as WeCom does', () => {
    expect(sameUserId('ZhangSan', 'zhangsan')).toBe(true);
    expect(sameUserId('zhangsan', 'zhangsi')).toBe(false);
  });

  it.each([
    ['张'.repeat(64), undefined],
    ['张'.repeat(65), { kind: 'too-long', max: 64, unit: 'characters' }],
    ['𠮷'.repeat(64), undefined], // one character, two UTF-16 units
    ['   ', { kind: 'missing' }],
  ])('name %#', (value, problem) => {
    expect(checkMemberName(value)).toEqual(problem);
  });

  it.each([
    ['13800000000', undefined],
    ['+86-13800000000', undefined],
    ['+852 91234567', { kind: 'malformed' }],
    ['1'.repeat(33), { kind: 'too-long', max: 32, unit: 'characters' }],
    ['---', { kind: 'malformed' }],
  ])('mobile %s', (value, problem) => {
    expect(checkMobile(value)).toEqual(problem);
  });

  it.each([
    ['a@b.cn', undefined],
    ['a@b.c', { kind: 'too-short', min: 6, unit: 'bytes' }],
    [`${'a'.repeat(60)}@b.cn`, { kind: 'too-long', max: 64, unit: 'bytes' }],
    ['zhang san@example.com', { kind: 'malformed' }],
    ['zhang@example', { kind: 'malformed' }],
    ['zhang@example..com', { kind: 'malformed' }],
  ])('email %s', (value, problem) => {
    expect(checkEmail(value)).toEqual(problem);
  });

  it.each([
    ['010-1234567,8', undefined],
    ['', undefined],
    ['010 1234', { kind: 'malformed' }],
  ])('telephone "%s"', (value, problem) => {
    expect(checkTelephone(value)).toEqual(problem);
  });

  it('a member is in 1 to 100 departments', () => {
    const ids = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
    expect(checkMemberDepartments(ids(100))).toBeUndefined();
    expect(checkMemberDepartments(ids(101))).toEqual({ kind: 'too-long', max: 100, unit: 'items' });
    expect(checkMemberDepartments([])).toEqual({ kind: 'missing' });
    expect(checkMemberDepartments([1.5])).toEqual({ kind: 'malformed' });
  });

  it.each([
    [0, undefined],
    [4_294_967_295, undefined],
    [4_294_967_296, { kind: 'malformed' }],
    [-1, { kind: 'malformed' }],
  ])('order %s', (value, problem) => {
    expect(checkOrder(value)).toEqual(problem);
  });

  it.each([
    ['研发/测试部', undefined],
    ['研发:一部', { kind: 'malformed' }],
    ['研发｜一部', { kind: 'malformed' }],
    [' 研发部', { kind: 'malformed' }],
    ['研'.repeat(65), { kind: 'too-long', max: 64, unit: 'characters' }],
    ['', { kind: 'missing' }],
  ])('department name "%s"', (value, problem) => {
    expect(checkDepartmentName(value)).toEqual(problem);
  });
});

describe('a department name WeCom forbids', () => {
  it.each([
    ['研发部', '研发部'],
    ['R&D: core / "edge" <v2>?', 'R&D： core / ＂edge＂ ＜v2＞？'],
    ['a\\b*c|d｜e', 'a＼b＊c¦d¦e'],
    ['  研发\t 部\n', '研发 部'],
    ['x\u0000y', 'xy'],
  ])('"%s" becomes "%s"', (name, altered) => {
    expect(alterDepartmentName(name)).toBe(altered);
  });

  it('is accepted once altered, whatever it was', () => {
    for (const name of ['\\:*?"<>|｜', '研'.repeat(200), '𠮷'.repeat(70), ` ${'a b'.repeat(40)} `]) {
      expect(checkDepartmentName(alterDepartmentName(name))).toBeUndefined();
    }
  });

  it('is not altered twice', () => {
    const once = alterDepartmentName(`${'研:'.repeat(60)}`);
    expect(alterDepartmentName(once)).toBe(once);
  });

  it('is shortened to what an older corp allows, and keeps siblings apart by a suffix', () => {
    const short = alterDepartmentName('研'.repeat(40), { maxChars: 32, suffix: '#a1' });
    expect(countCharacters(short)).toBe(32);
    expect(short).toBe(`${'研'.repeat(28)}…#a1`);
  });
});
