import { planActions } from '../domain/directory/push/approval';
import type { MessageTemplate, TodoAction } from '../domain/messages/message';
import { translate, type Text, type TextParams } from '../i18n';
import { planCardTexts } from '../i18n/plan-cards';
import { planTaskId, type PlanCardStore, type PlanToShow } from '../store/plan-cards';

export interface PlanCardSweep {
  /** Returns how many cards were sent or settled; the worker's other sweeps do the rest. */
  sweep(): Promise<number>;
}

const plansAtOnce = 50;

/** Read by members, so in the language of the corp. */
const say = (text: Text, params?: TextParams): string => translate(text, 'zh-CN', params);

/**
 * Runs say by their rows that they wait for somebody, and that they no longer do: whoever asks them, approves them in the
 * console or cancels them does not have to think of cards.
 */
export function createPlanCardSweep(plans: PlanCardStore, publicUrl: string): PlanCardSweep {
  return {
    async sweep() {
      let done = 0;
      for (const plan of await plans.plansToShow(plansAtOnce)) {
        const url = `${publicUrl}/runs/${plan.runId}`;
        const isNew = await plans.open(plan, {
          eventId: planTaskId(plan.runId, plan.planHash),
          origin: 'plan',
          type: 'needs-approval',
          ...messageOf(plan, url),
          corpId: plan.corpId,
          appId: plan.appId,
          userIds: plan.approvers,
        });
        if (isNew) done += 1;
      }
      for (const over of await plans.plansOver(plansAtOnce)) {
        await plans.settle(over, say(planCardTexts.outcomes[over.outcome]));
        done += 1;
      }
      return done;
    },
  };
}

const template: MessageTemplate = {
  type: 'template_card',
  title: null,
  content: null,
  buttonText: null,
  imageUrl: null,
  url: null,
};

/** Whoever deletes people types their number, which no card asks for; what a limit has stopped is an administrator's. */
function messageOf(plan: PlanToShow, url: string) {
  const { isBlocked, corpName, runId, planHash, names } = plan;
  const deletes = sumOf(plan, 'deleteUser') > 0;
  const actions: TodoAction[] = [
    ...(deletes || isBlocked ? [] : [{ key: planActions.approve, text: say(planCardTexts.approve) }]),
    ...(isBlocked ? [] : [{ key: planActions.reject, text: say(planCardTexts.reject) }]),
  ];
  const total = Object.values(plan.counts).reduce((sum, count) => sum + count, 0);
  const content = say(planCardTexts.content, {
    corp: corpName,
    create: sumOf(plan, 'createUser', 'createOaUser'),
    update: sumOf(plan, 'updateUser', 'updateOaUser', 'enableUser', 'returnOaUser'),
    disable: sumOf(plan, 'disableUser', 'departOaUser'),
    delete: sumOf(plan, 'deleteUser'),
    departments: Object.entries(plan.counts).reduce(
      (sum, [action, count]) => (/Department$/.test(action) ? sum + count : sum),
      0,
    ),
    names: names.length === 0 ? '' : say(planCardTexts.names, { names: names.join('、'), total }),
  });
  return {
    template,
    content: {
      title: say(isBlocked ? planCardTexts.titleBlocked : planCardTexts.title),
      content,
      url,
      imageUrl: null,
      data: { bridgeLinks: { button: { text: say(planCardTexts.open), url } } },
    },
    todo: { taskId: planTaskId(runId, planHash), kind: 'pending' as const, showActions: true, actions },
  };
}

function sumOf({ counts }: PlanToShow, ...actions: readonly string[]): number {
  return actions.reduce((sum, action) => sum + (counts[action] ?? 0), 0);
}
