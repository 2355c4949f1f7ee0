import type { MessageEvent, MessageTemplate, PushReason, RuleOptions } from '../../domain/messages/message';
import { shownFields, renderMessage } from '../../domain/messages/render';
import type { MessageBody } from '../../domain/messages/render';
import type { MessageField, TemplateDraft } from '../../domain/messages/rule';
import { ruleProblems, toTemplate } from '../../domain/messages/rule';
import { sampleEvent, sampleRecipient } from '../../domain/messages/sample';
import type { SampleWords } from '../../domain/messages/sample';
import type { RecipientScope } from '../../domain/messages/template';
import type { Lang } from '../../i18n';
import { translate } from '../../i18n';
import { cardTexts } from '../../i18n/message-cards';
import { messageRuleTexts, ruleProblemText, sampleTexts } from '../../i18n/message-rules';
import { pushReasonText } from '../../i18n/messages';
import { messageLimits } from '../../wecom';

export type PreviewRequest = {
  readonly draft: TemplateDraft;
  readonly options: Pick<RuleOptions, 'onTooLong'>;
  /** Made up where there is none. */
  readonly event: MessageEvent | null;
  readonly recipient: Partial<RecipientScope> | null;
  readonly timezone: string;
  /** Null where the app is not chosen yet. */
  readonly hasCallback: boolean | null;
  readonly lang: Lang;
};

type PreviewProblem = {
  readonly path: MessageField | 'type';
  readonly code: string;
  readonly message: string;
};

type FieldLength = {
  readonly field: MessageField;
  readonly length: number;
  readonly max: number;
  readonly unit: 'bytes' | 'characters';
};

export type MessagePreview = {
  readonly body: MessageBody | null;
  readonly problems: readonly PreviewProblem[];
  readonly cut: readonly MessageField[];
  readonly lengths: readonly FieldLength[];
};

/** Employees read cards in the corp's language, whoever looks at the preview. */
const texts = cardTexts('zh-CN');

/** What the very function that writes messages makes of a target, or what is in its way. */
export function previewMessage(request: PreviewRequest): MessagePreview {
  const { draft, options, timezone, lang } = request;
  const mistakes = ruleProblems(draft, messageLimits);
  if (mistakes.length > 0) {
    const problems = mistakes.map((problem) => ({
      path: problem.path,
      code: problem.code,
      message: ruleProblemText(problem, lang),
    }));
    return { body: null, problems, cut: [], lengths: [] };
  }
  const template = toTemplate(draft);
  const words = wordsIn(lang);
  const message = renderMessage({
    template,
    options,
    event: request.event ?? sampleEvent(template, words),
    recipient: recipientOf(request.recipient, words),
    timezone,
    texts,
    limits: messageLimits,
  });
  if (message.kind === 'failed') {
    return { body: null, problems: [failure(message.reason, lang)], cut: [], lengths: [] };
  }
  const { body, cut } = message;
  return { body, problems: callbackProblem(template, request), cut, lengths: lengthsOf(body) };
}

function recipientOf(given: Partial<RecipientScope> | null, words: SampleWords): RecipientScope {
  if (given === null) return sampleRecipient(words);
  const { name = null, loginId = null, jobNumber = null, departmentName = null } = given;
  const { position = null, userId = null } = given;
  return { name, loginId, jobNumber, departmentName, position, userId };
}

function wordsIn(lang: Lang): SampleWords {
  const said = Object.entries(sampleTexts).map(([key, text]) => [key, translate(text, lang)]);
  return Object.fromEntries(said) as Record<keyof SampleWords, string>;
}

function failure({ code, params = {} }: PushReason, lang: Lang): PreviewProblem {
  const field = params['field'];
  const path = code === 'not-a-todo' ? 'type' : code === 'no-url' ? 'url' : (field as MessageField);
  return { path, code, message: pushReasonText(code, params, lang) };
}

function callbackProblem(
  { type }: Pick<MessageTemplate, 'type'>,
  { hasCallback, lang }: Pick<PreviewRequest, 'hasCallback' | 'lang'>,
): PreviewProblem[] {
  if (type !== 'template_card' || hasCallback !== false) return [];
  const message = translate(messageRuleTexts.callbackMissing, lang);
  return [{ path: 'type', code: 'callback-missing', message }];
}

/** In the measure that WeCom has for each part. */
function lengthsOf(body: MessageBody): FieldLength[] {
  const { title, content, buttonText, url, imageUrl } = shownFields(body);
  const bytes = (field: MessageField, text: string | null, max: number): FieldLength[] =>
    text === null ? [] : [{ field, length: Buffer.byteLength(text), max, unit: 'bytes' }];
  const characters = (field: MessageField, text: string | null, max: number): FieldLength[] =>
    text === null ? [] : [{ field, length: [...text].length, max, unit: 'characters' }];
  const { card, ...limits } = messageLimits;
  switch (body.msgtype) {
    case 'text':
      return bytes('content', content, limits.textBytes);
    case 'news':
    case 'textcard':
      return [
        ...bytes('title', title, limits.titleBytes),
        ...bytes('content', content, limits.descriptionBytes),
        ...characters('buttonText', buttonText, limits.buttonTextChars),
        ...bytes('url', url, limits.urlBytes),
        ...bytes('imageUrl', imageUrl, limits.urlBytes),
      ];
    case 'template_card':
      return [
        ...characters('title', title, card.titleChars),
        ...characters('content', content, card.subTitleChars),
        ...bytes('url', url, limits.urlBytes),
      ];
  }
}
