import { z } from 'zod';
import { digestMinutes, optionProblems, ruleProblems, toTemplate } from '../../domain/messages/rule';
import { shownFields } from '../../domain/messages/render';
import {
  maxTemplateChars,
  templateFilters,
  templateTags,
  templateVariables,
} from '../../domain/messages/template';
import type { MessageEvent, RuleOptions } from '../../domain/messages/message';
import type { Lang } from '../../i18n';
import { messageRuleTexts, optionProblemText, ruleProblemText } from '../../i18n/message-rules';
import type { CorpRecord } from '../../store/corps';
import type { RuleRecord } from '../../store/message-rules';
import { messageLimits } from '../../wecom';
import type { AuditNote, Route } from '../define-route';
import { defineRoute } from '../define-route';
import type { ApiDeps } from '../deps';
import type { FieldProblem } from '../http-errors';
import { ApiError, invalid, invalidField } from '../http-errors';
import { previewMessage } from '../messages/previewing';
import { labelOf } from '../principal';
import * as schemas from '../schemas/message-rules';

type GivenTarget = z.output<typeof schemas.newRule>['targets'][number];
type GivenOptions = z.output<typeof schemas.newRule>['options'];

const usualOptions: RuleOptions = { onTooLong: 'cut', quietHours: null, digest: null };

/** Which events of the OA become messages, through which app, and what they look like. */
export function messageRuleRoutes(deps: ApiDeps): Route[] {
  const { corps, directorySettings, messageRules, principals } = deps;
  const tag = 'Message rules';
  const read = { scope: 'read' } as const;
  const write = { scope: 'settings:write' } as const;
  const params = schemas.ruleParams;

  return [
    defineRoute({
      method: 'get',
      path: '/message-rules',
      operationId: 'listMessageRules',
      tag,
      summary: 'All rules, in the order in which they have their turn',
      access: read,
      success: { status: 200, description: 'The rules', schema: schemas.ruleList },
      handler: async () => ({ body: { items: await view(await messageRules.list()), nextCursor: null } }),
    }),

    defineRoute({
      method: 'post',
      path: '/message-rules',
      operationId: 'createMessageRule',
      tag,
      summary: 'Add a rule',
      description:
        'Every enabled rule for an event’s module has its turn; per app the first one by order serves all recipients.',
      access: write,
      audit: 'message-rule.create',
      idempotent: true,
      body: schemas.newRule,
      success: { status: 201, description: 'The rule', schema: schemas.rule },
      handler: async ({ body: { enabled, targets, options, ...given }, principal, request, audit }) => {
        await assertGood(targets, options, request.lang);
        const rule = await messageRules.create({
          ...given,
          isEnabled: enabled,
          options: withUsual(options),
          targets: targets.map(toTarget),
          createdBy: principal.id,
        });
        audit.target = `message-rule:${rule.id}`;
        audit.detail = { version: rule.version, targets: targets.length };
        return { body: await viewOne(rule), headers: { Location: `/api/v1/message-rules/${rule.id}` } };
      },
    }),

    // Before the routes with an id in this place.
    defineRoute({
      method: 'get',
      path: '/message-rules/template-language',
      operationId: 'getMessageTemplateLanguage',
      tag,
      summary: 'What may stand in a template, and how long its parts may be',
      access: read,
      success: { status: 200, description: 'Variables, filters, tags', schema: schemas.templateLanguage },
      handler: async () => {
        const { textBytes, titleBytes, descriptionBytes, urlBytes, buttonTextChars } = messageLimits;
        return {
          body: {
            variables: [...templateVariables],
            filters: [...templateFilters],
            tags: [...templateTags],
            maxTemplateChars,
            limits: { textBytes, titleBytes, descriptionBytes, urlBytes, buttonTextChars },
            digestMinutes: { ...digestMinutes },
          },
        };
      },
    }),

    defineRoute({
      method: 'post',
      path: '/message-rules/preview',
      operationId: 'previewMessage',
      tag,
      summary: 'What WeCom would show',
      description: 'Made as messages are made when they are sent. Nothing is stored and nothing is sent.',
      access: write,
      audit: null,
      body: schemas.preview,
      success: { status: 200, description: 'The message, or what is in its way', schema: schemas.previewed },
      handler: async ({ body: { target, options, event, sample, recipient }, request: { lang } }) => {
        if (event !== undefined && sample !== undefined) {
          throw invalidField('sample', messageRuleTexts.eventOrSample);
        }
        const { corpId, appId, ...draft } = target;
        const corp = await corpOf(corpId, appId);
        const settings = corp === undefined ? undefined : await directorySettings.currentSettings(corp.id);
        const app = corp?.apps.find(({ id }) => id === appId);
        const { body, problems, cut, lengths } = previewMessage({
          draft,
          options: withUsual(options),
          event: event === undefined ? null : toEvent(event),
          recipient: recipient === undefined ? null : withoutUndefined(recipient),
          timezone: settings?.document.timezone ?? 'Asia/Shanghai',
          hasCallback: app?.callbackConfigured ?? null,
          lang,
        });
        return {
          body: {
            type: draft.type,
            fields: body === null ? null : shownFields(body),
            body: body === null ? null : { ...body },
            problems: problems.map((problem) => ({ ...problem })),
            cut: [...cut],
            lengths: lengths.map((length) => ({ ...length })),
          },
        };
      },
    }),

    defineRoute({
      method: 'post',
      path: '/message-rules/order',
      operationId: 'orderMessageRules',
      tag,
      summary: 'Put the rules into another order',
      access: write,
      audit: 'message-rule.order',
      body: schemas.ruleOrdering,
      success: { status: 200, description: 'All rules in their new order', schema: schemas.ruleList },
      handler: async ({ body: { ruleIds }, audit }) => {
        const twice = ruleIds.findIndex((id, index) => ruleIds.indexOf(id) < index);
        if (twice !== -1) throw invalidField(`ruleIds.${twice}`, messageRuleTexts.ruleTwice);
        const unknown = await messageRules.arrange(ruleIds);
        if (unknown.length > 0) {
          throw invalid(
            unknown.map((id) => ({
              path: `ruleIds.${ruleIds.indexOf(id)}`,
              said: { text: messageRuleTexts.unknownRule },
            })),
          );
        }
        audit.detail = { rules: ruleIds.length };
        return { body: { items: await view(await messageRules.list()), nextCursor: null } };
      },
    }),

    defineRoute({
      method: 'get',
      path: '/message-rules/{ruleId}',
      operationId: 'getMessageRule',
      tag,
      summary: 'A rule',
      access: read,
      params,
      success: { status: 200, description: 'The rule', schema: schemas.rule },
      handler: async ({ params: { ruleId } }) => {
        const rule = await messageRules.find(ruleId);
        if (rule === undefined) throw noRule();
        return { body: await viewOne(rule) };
      },
    }),

    defineRoute({
      method: 'put',
      path: '/message-rules/{ruleId}',
      operationId: 'replaceMessageRule',
      tag,
      summary: 'Say anew what a rule does',
      description: 'Options left out are the usual ones again; its place stays where no order is given.',
      access: write,
      audit: 'message-rule.change',
      params,
      body: schemas.newRule,
      success: { status: 200, description: 'The rule', schema: schemas.rule },
      handler: async ({ params: { ruleId }, body: { enabled, options, ...given }, request, audit }) => {
        const change = { ...given, isEnabled: enabled, options: withUsual(options) };
        return { body: await changed(ruleId, change, request.lang, audit) };
      },
    }),

    defineRoute({
      method: 'patch',
      path: '/message-rules/{ruleId}',
      operationId: 'changeMessageRule',
      tag,
      summary: 'Change parts of a rule, or switch it on or off',
      description: 'Messages on their way go on as their rule was when their event came in.',
      access: write,
      audit: 'message-rule.change',
      params,
      body: schemas.ruleChange,
      success: { status: 200, description: 'The rule', schema: schemas.rule },
      handler: async ({ params: { ruleId }, body: { enabled, options, ...given }, request, audit }) => {
        const change = {
          ...given,
          isEnabled: enabled,
          options: options === undefined ? undefined : withUsual(options),
        };
        return { body: await changed(ruleId, change, request.lang, audit) };
      },
    }),

    defineRoute({
      method: 'delete',
      path: '/message-rules/{ruleId}',
      operationId: 'removeMessageRule',
      tag,
      summary: 'Remove a rule',
      description: 'Messages on their way go on, and the log keeps its name.',
      access: write,
      audit: 'message-rule.remove',
      params,
      success: { status: 204, description: 'Removed', schema: z.undefined() },
      handler: async ({ params: { ruleId }, audit }) => {
        audit.target = `message-rule:${ruleId}`;
        if (!(await messageRules.remove(ruleId))) throw noRule();
        return { body: undefined };
      },
    }),
  ];

  async function changed(ruleId: string, { targets, ...change }: Change, lang: Lang, audit: AuditNote) {
    if ((await messageRules.find(ruleId)) === undefined) throw noRule();
    await assertGood(targets ?? [], change.options, lang);
    const rule = await messageRules.change(ruleId, {
      ...change,
      ...(targets === undefined ? {} : { targets: targets.map(toTarget) }),
    });
    if (rule === undefined) throw noRule();
    audit.target = `message-rule:${ruleId}`;
    audit.detail = { version: rule.version, targets: rule.targets.length };
    return viewOne(rule);
  }

  /** All that is wrong with it, at its places. */
  async function assertGood(
    targets: readonly GivenTarget[],
    options: GivenOptions,
    lang: Lang,
  ): Promise<void> {
    const known = targets.length === 0 ? [] : await corps.listCorps();
    const problems: FieldProblem[] = targets.flatMap((target, index) => [
      ...addressProblems(target, known, `targets.${index}.`),
      ...ruleProblems(target, messageLimits).map((problem) => ({
        path: `targets.${index}.${problem.path}`,
        said: ruleProblemText(problem, lang),
      })),
    ]);
    for (const problem of optionProblems(withUsual(options))) {
      problems.push({ path: `options.${problem.path}`, said: optionProblemText(problem, lang) });
    }
    if (problems.length > 0) throw invalid(problems);
  }

  async function corpOf(
    corpId: string | undefined,
    appId: string | undefined,
  ): Promise<CorpRecord | undefined> {
    if (corpId === undefined) {
      if (appId !== undefined) throw invalidField('target.corpId', messageRuleTexts.corpNeeded);
      return undefined;
    }
    const corp = await corps.findCorp(corpId);
    const problems = addressProblems({ corpId, appId }, corp === undefined ? [] : [corp], 'target.');
    if (problems.length > 0) throw invalid(problems);
    return corp;
  }

  async function view(rules: readonly RuleRecord[]) {
    const labels = await principals.labelsOf(rules.map(({ createdBy }) => createdBy));
    return rules.map((rule) => viewRule(rule, labels));
  }

  async function viewOne(rule: RuleRecord) {
    return viewRule(rule, await principals.labelsOf([rule.createdBy]));
  }
}

type Change = {
  readonly name?: string | undefined;
  readonly source?: string | undefined;
  readonly order?: number | undefined;
  readonly isEnabled?: boolean | undefined;
  readonly options?: RuleOptions | undefined;
  readonly targets?: readonly GivenTarget[] | undefined;
};

function addressProblems(
  { corpId, appId }: { readonly corpId: string; readonly appId?: string | undefined },
  corps: readonly CorpRecord[],
  prefix: string,
): FieldProblem[] {
  const corp = corps.find(({ id }) => id === corpId);
  if (corp === undefined) return [{ path: `${prefix}corpId`, said: { text: messageRuleTexts.unknownCorp } }];
  if (appId === undefined || corp.apps.some(({ id }) => id === appId)) return [];
  return [{ path: `${prefix}appId`, said: { text: messageRuleTexts.unknownApp } }];
}

function withUsual(options: GivenOptions | RuleOptions): RuleOptions {
  return { ...usualOptions, ...options };
}

function toTarget({ corpId, appId, ...draft }: GivenTarget) {
  return { corpId, appId, template: toTemplate(draft) };
}

type GivenEvent = NonNullable<z.output<typeof schemas.preview>['event']>;

function toEvent({ content, url, imageUrl, todo, data, ...event }: GivenEvent): MessageEvent {
  return {
    ...event,
    id: 'preview',
    content: content ?? null,
    url: url ?? null,
    imageUrl: imageUrl ?? null,
    todo: todo ?? null,
    data: data ?? {},
  };
}

type Sparse<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function withoutUndefined<T extends object>(given: T): Sparse<T> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Sparse<T>;
}

function viewRule(rule: RuleRecord, labels: ReadonlyMap<string, string>) {
  const { id, name, source, isEnabled, order, targets, options, version, createdBy } = rule;
  return {
    ruleId: id,
    name,
    source,
    enabled: isEnabled,
    order,
    targets: targets.map(({ id: targetId, corpId, corpName, appId, appName, hasCallback, template }) => ({
      targetId,
      corpId,
      corpName,
      appId,
      appName,
      type: template.type,
      title: template.title,
      content: template.content,
      buttonText: template.buttonText,
      imageUrl: template.imageUrl,
      url: template.url,
      canTakeTaps: hasCallback,
    })),
    options: {
      onTooLong: options.onTooLong,
      quietHours: options.quietHours === null ? null : { ...options.quietHours },
      digest: options.digest === null ? null : { ...options.digest },
    },
    version,
    createdBy: labelOf(createdBy, labels),
    createdAt: rule.createdAt.toISOString(),
    updatedAt: rule.updatedAt.toISOString(),
  };
}

function noRule(): ApiError {
  return new ApiError(404, 'not_found', { text: messageRuleTexts.noRule });
}
