import { createHash } from 'node:crypto';
import type { Lang } from '../../i18n';
import { languages, translate } from '../../i18n';
import { bindingPageTexts as texts } from '../../i18n/binding-pages';
import type { Said } from './html';
import { Html, html } from './html';

/** One self-contained document: no script, no picture, no font, nothing fetched. */

const style = `
*{box-sizing:border-box}
body{margin:0;min-height:100vh;background:#f4f6f9;color:#16202e;font:16px/1.6 system-ui,-apple-system,'Segoe UI',
'PingFang SC','Microsoft YaHei','Noto Sans CJK SC','Noto Sans SC',sans-serif;-webkit-text-size-adjust:100%}
.pick{position:absolute;opacity:0;pointer-events:none}
.page{max-width:27rem;margin:0 auto;padding:1rem 1rem 3rem}
.languages{display:flex;justify-content:flex-end;gap:.25rem;font-size:.875rem}
.languages label{padding:.5rem .75rem;border-radius:8px;color:#4a5668;cursor:pointer}
#pick-zh:checked~.page label[for=pick-zh],#pick-en:checked~.page label[for=pick-en]{color:#1a52c2;font-weight:600}
#pick-zh:focus-visible~.page label[for=pick-zh],#pick-en:focus-visible~.page label[for=pick-en]{outline:2px solid #1d5bd6}
#pick-zh:checked~.page .en,#pick-en:checked~.page .zh{display:none}
main{background:#fff;border:1px solid #e6eaf0;border-radius:12px;padding:1.5rem 1.25rem;margin-top:.5rem;
overflow-wrap:anywhere}
.from{margin:0 0 .25rem;color:#5b6779;font-size:.875rem}
h1{margin:0 0 .75rem;font-size:1.375rem;line-height:1.35}
h1.good{color:#1f7a3a}h1.bad{color:#c4232b}
p{margin:0 0 .75rem}
.small{color:#5b6779;font-size:.875rem}
.field{display:block;margin:0 0 1rem}
.field>span{display:block;margin-bottom:.25rem;font-weight:600;font-size:.9375rem}
input.text{width:100%;height:3rem;padding:0 .75rem;font:inherit;color:inherit;background:#fff;border:1px solid #8c97a8;
border-radius:8px}
input.text:focus-visible,.button:focus-visible{outline:2px solid #1d5bd6;outline-offset:1px}
.button{display:block;width:100%;min-height:3rem;padding:.6875rem 1rem;font:inherit;font-weight:600;text-align:center;
text-decoration:none;color:#fff;background:#1d5bd6;border:0;border-radius:8px;cursor:pointer}
.button:hover{background:#1a52c2}
.problem{margin:0 0 1rem;padding:.625rem .75rem;color:#8f1a20;background:#fdf0f0;border:1px solid #f0bfc1;
border-radius:8px}
form .small,main>.button+p{margin:.75rem 0 0}
@media (max-height:34rem){.page{padding-top:.25rem}}
`;

// As it stands: the policy below holds for exactly these bytes.
const styleElement = new Html(`<style>${style}</style>`);

const styleHash = createHash('sha256').update(style).digest('base64');

/** Nothing runs, nothing is loaded, and the form can be sent to nobody else. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${styleHash}'`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

export const formId = 'bind';

export function page({
  lang,
  title,
  body,
  hasForm = false,
}: {
  readonly lang: Lang;
  readonly title: Said;
  readonly body: Html;
  /** The language that is picked then goes with the form. */
  readonly hasForm?: boolean;
}): string {
  const picks = languages.map((one) => {
    const attributes = `${hasForm ? ` form="${formId}"` : ''}${one === lang ? ' checked' : ''}`;
    return html`<input
      class="pick"
      type="radio"
      name="lang"
      id="${pickId[one]}"
      value="${one}"
      ${new Html(attributes)}
    />`;
  });
  const labels = languages.map(
    (one) => html`<label for="${pickId[one]}" lang="${one}">${translate(texts.otherLanguage, one)}</label>`,
  );
  return html`<!doctype html>
    <html lang="${lang}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <meta name="format-detection" content="telephone=no" />
        <title>${translate(title.text, lang, title.params)}</title>
        ${styleElement}
      </head>
      <body>
        ${picks}
        <div class="page">
          <div class="languages">${labels}</div>
          <main>${body}</main>
        </div>
      </body>
    </html>`.text;
}

const pickId: Readonly<Record<Lang, string>> = { 'zh-CN': 'pick-zh', en: 'pick-en' };
