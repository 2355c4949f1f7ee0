import { memberFields } from '../../../activities/directory-push/member-fields';
import { formatAttribute, parseAttribute } from '../../../domain/directory/attribute-value';

test('fields carry WeCom’s own names and become what the client wants', () => {
  expect(
    memberFields({
      alias: 'Bob',
      biz_mail: 'bob@corp.example.com',
      external_position: '顾问',
      gender: '2',
      direct_leader: 'boss',
      'extattr.爱好': 'https://example.com',
      'extattr.主页': '[我的](https://example.com)',
    }),
  ).toEqual({
    alias: 'Bob',
    bizMail: 'bob@corp.example.com',
    externalPosition: '顾问',
    gender: 'female',
    directLeaders: ['boss'],
    extAttrs: [
      { type: 'text', name: '爱好', value: 'https://example.com' },
      { type: 'web', name: '主页', url: 'https://example.com', title: '我的' },
    ],
  });
});

test('an empty superior clears, and what is not named is not touched', () => {
  expect(memberFields({ direct_leader: '' })).toEqual({ directLeaders: [] });
  expect(memberFields({ position: '' })).toEqual({ position: '' });
});

test('the profile for outsiders goes out whole, without what was cleared', () => {
  const before = {
    'external.external_corp_name': '云程',
    'external.口号': '旧',
    'external.微博': 'https://a',
  };
  expect(memberFields({ 'external.口号': '新', 'external.微博': '' }, before)).toEqual({
    externalProfile: { corpName: '云程', attrs: [{ type: 'text', name: '口号', value: '新' }] },
  });
  expect(memberFields({ position: 'x' }, before)).toEqual({ position: 'x' });
});

test.each([
  ['口号', '一起走'],
  ['微博', 'https://weibo.example.com/u/1'],
  ['微博', '[我的微博](https://weibo.example.com/u/1)'],
  ['预约', 'miniprogram:wx8bd80126147df384/pages/book?x=1'],
  ['预约', '[去预约](miniprogram:wx8bd80126147df384/pages/book)'],
  ['口号', '[不是链接](随便)'],
])('%s: %s is the same after being read back', (name, text) => {
  expect(formatAttribute(name, parseAttribute(name, text))).toBe(text);
});
