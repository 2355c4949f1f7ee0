import type { MessageEvent, MessageTemplate } from './message';
import type { RecipientScope } from './template';

/** What a preview is made with while nothing has happened yet. */

export interface SampleWords {
  readonly todoTitle: string;
  readonly todoContent: string;
  readonly title: string;
  readonly content: string;
  readonly approve: string;
  readonly reject: string;
  readonly applicant: string;
  readonly recipientName: string;
  readonly department: string;
  readonly position: string;
}

/** Of a kind that the template can be filled with; the rule's own address and picture are what shows. */
export function sampleEvent(
  { type, url, imageUrl }: Pick<MessageTemplate, 'type' | 'url' | 'imageUrl'>,
  words: SampleWords,
): MessageEvent {
  const isTodo = type === 'template_card';
  return {
    id: 'sample-event',
    module: isTodo ? 'workflow' : 'news',
    type: isTodo ? 'todo.created' : 'news.published',
    title: isTodo ? words.todoTitle : words.title,
    content: isTodo ? words.todoContent : words.content,
    url: url === null ? 'https://oa.example.com/items/4711' : null,
    imageUrl: imageUrl === null ? 'https://oa.example.com/images/4711.png' : null,
    todo: isTodo
      ? {
          taskId: 'sample-task',
          kind: 'pending',
          showActions: true,
          actions: [
            { key: 'approve', text: words.approve },
            { key: 'reject', text: words.reject },
          ],
        }
      : null,
    data: { applicant: words.applicant, department: words.department, amount: 12_800 },
  };
}

export function sampleRecipient(words: SampleWords): RecipientScope {
  return {
    name: words.recipientName,
    loginId: 'lina',
    jobNumber: '100086',
    departmentName: words.department,
    position: words.position,
    userId: 'LiNa',
  };
}
