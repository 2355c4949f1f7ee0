import type { Lang } from '../../i18n';
import { bindingPageTexts as texts } from '../../i18n/binding-pages';
import type { Said } from './html';
import { html, nothing, say } from './html';
import { formId, page } from './page';

export type FormView = {
  readonly kind: 'form';
  readonly status: number;
  readonly corpName: string;
  readonly name: string;
  /** Where the form is sent, within the bridge. */
  readonly action: string;
  readonly csrf: string;
  readonly loginName: string;
  readonly problem: Said | null;
};

export type NoticeView = {
  readonly kind: 'notice';
  readonly status: number;
  readonly tone: 'good' | 'neutral' | 'bad';
  readonly corpName: string | null;
  readonly title: Said;
  readonly said: readonly Said[];
  /** One way on. */
  readonly button: { readonly href: string; readonly label: Said } | null;
};

export type View = FormView | NoticeView;

export function render(view: View, lang: Lang): string {
  return view.kind === 'form' ? renderForm(view, lang) : renderNotice(view, lang);
}

function renderForm({ corpName, name, action, csrf, loginName, problem }: FormView, lang: Lang): string {
  const title = { text: texts.formTitle };
  const alert =
    problem === null ? nothing : html`<div class="problem" role="alert" id="problem">${say(problem)}</div>`;
  return page({
    lang,
    title,
    hasForm: true,
    body: html`<p class="from">${corpName}</p>
      <h1>${say(title)}</h1>
      <p>${say({ text: texts.formIntro, params: { name } })}</p>
      ${alert}
      <form id="${formId}" method="post" action="${action}" autocomplete="on">
        <input type="hidden" name="csrf" value="${csrf}" />
        <label class="field"
          ><span>${say({ text: texts.loginName })}</span
          ><input
            class="text"
            name="loginName"
            value="${loginName}"
            maxlength="128"
            required
            autocomplete="username"
            autocapitalize="none"
            autocorrect="off"
            spellcheck="false"
        /></label>
        <label class="field"
          ><span>${say({ text: texts.password })}</span
          ><input
            class="text"
            type="password"
            name="password"
            maxlength="256"
            required
            autocomplete="current-password"
        /></label>
        <button class="button" type="submit">${say({ text: texts.submit })}</button>
        <p class="small">${say({ text: texts.passwordNotKept })}</p>
      </form>`,
  });
}

function renderNotice({ tone, corpName, title, said, button }: NoticeView, lang: Lang): string {
  const heading =
    tone === 'neutral' ? html`<h1>${say(title)}</h1>` : html`<h1 class="${tone}">${say(title)}</h1>`;
  return page({
    lang,
    title,
    body: html`${corpName === null ? nothing : html`<p class="from">${corpName}</p>`} ${heading}
    ${said.map((one) => html`<p>${say(one)}</p>`)}
    ${button === null ? nothing : html`<a class="button" href="${button.href}">${say(button.label)}</a>`}`,
  });
}
