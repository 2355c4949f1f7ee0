import { languages } from '../../i18n';
import { consoleTexts } from '../../i18n/console';

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
