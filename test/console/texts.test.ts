import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { languages } from '../../i18n';
import { consoleTexts } from '../../i18n/console';
import { projectRoot } from '../../project-root';

const texts = Object.entries(consoleTexts);

describe('the texts of the console', () => {
  it.each(languages)('are all there in %s', (lang) => {
    expect(texts.filter(([, text]) => text[lang].trim() === '').map(([key]) => key)).toEqual([]);
  });

  it('name the same values in every language', () => {
    const named = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
    const differing = texts.filter(([, text]) => named(text['zh-CN']).join() !== named(text.en).join());
    expect(differing.map(([key]) => key)).toEqual([]);
  });

  it('hold no Chinese outside the names that the WeCom admin console itself shows', () => {
    // Its pages are Chinese only: an English reader has to find these words there.
    const quoted =
      /我的企业|企业信息|企业ID|管理工具|通讯录同步|开启API接口同步|API接口同步|企业可信IP|应用管理|自建|可见范围|应用主页|接收消息|设置API接收|设置接收事件服务器|开发者接口|网页授权及JS-SDK|设置可信域名|申请校验域名|查看|打卡|可调用接口的应用/g;
    const chinese = texts.filter(([, text]) => /\p{Script=Han}/u.test(text.en.replace(quoted, '')));
    expect(chinese.map(([key]) => key)).toEqual([]);
  });
});

describe('the catalogues', () => {
  const folder = join(projectRoot, 'i18n');
  const catalogues = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));

  it.each([
    ['成员', /删除人员|禁用人员|删除人数|禁用人数|停用成员/g],
    ['OA 人员', /OA (在职)?用户/g],
    ['审批人', /批准人/g],
    ['等待审批', /待批准/g],
    ['安全上限', /阈值|限额/g],
    ['方案', /推送计划|同步计划|写入计划|该计划|这份计划|查看计划/g],
  ])('call %s by that name alone, as docs/terms.md has it', (_term, otherwise) => {
    expect(catalogues.flatMap((catalogue) => catalogue.match(otherwise) ?? [])).toEqual([]);
  });
});
