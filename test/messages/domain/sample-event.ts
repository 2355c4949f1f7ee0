import type { EventTodo, MessageEvent, MessageTemplate, TodoAction } from '../../../domain/messages/message';
import type { RenderRequest } from '../../../domain/messages/render';
import type { RecipientScope } from '../../../domain/messages/template';
import { cardTexts } from '../../../i18n/message-cards';
import { messageLimits } from '../../../wecom';

export const limits = messageLimits;
export const timezone = 'Asia/Shanghai';

export function anEvent(changes: Partial<MessageEvent> = {}): MessageEvent {
  return {
    id: 'approval-1',
    module: 'approval',
    type: 'pending',
    title: '请审批：差旅申请',
    content: '李雷提交了差旅申请',
    url: 'https://oa.example.com/approval/1',
    imageUrl: null,
    data: {},
    todo: null,
    ...changes,
  };
}

export const twoActions: readonly TodoAction[] = [
  { key: 'approve', text: '同意' },
  { key: 'reject', text: '退回' },
];

export function aTodo(changes: Partial<EventTodo> = {}): EventTodo {
  return { taskId: 'task-1', kind: 'pending', showActions: true, actions: twoActions, ...changes };
}

export function aTemplate(changes: Partial<MessageTemplate> = {}): MessageTemplate {
  return {
    type: 'textcard',
    title: null,
    content: null,
    buttonText: null,
    imageUrl: null,
    url: null,
    ...changes,
  };
}

export const hanmeimei: RecipientScope = {
  name: '韩梅梅',
  loginId: 'hanmm',
  jobNumber: '007',
  departmentName: '市场部',
  position: '经理',
  userId: 'HanMeiMei',
};

export function aRequest(
  template: Partial<MessageTemplate>,
  event: Partial<MessageEvent> = {},
  changes: Partial<RenderRequest> = {},
): RenderRequest {
  return {
    template: aTemplate(template),
    options: { onTooLong: 'cut' },
    event: anEvent(event),
    recipient: null,
    timezone,
    texts: cardTexts('zh-CN'),
    limits,
    ...changes,
  };
}
