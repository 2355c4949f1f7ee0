import { messageTexts } from '../../i18n/messages';
import type { TodoDetails } from '../../store/todos';
import type { Route } from '../define-route';
import { defineRoute } from '../define-route';
import type { ApiDeps } from '../deps';
import { ApiError, conflict } from '../http-errors';
import { startSoon } from '../messages/accepting';
import { viewTodo } from '../messages/view';
import * as schemas from '../schemas/messages';

/** Tasks of the OA that people decide on their cards, or elsewhere. */
export function todoRoutes(deps: ApiDeps): Route[] {
  const { todos, principals, settings, temporal, logger } = deps;
  const tag = 'To-dos';
  const params = schemas.todoParams;

  return [
    defineRoute({
      method: 'get',
      path: '/oa/todos/{taskId}',
      operationId: 'getOaTodo',
      tag,
      summary: 'A to-do, its outcome, its cards and who tapped on them',
      access: { scope: 'read' },
      params,
      success: { status: 200, description: 'The to-do', schema: schemas.todo },
      handler: async ({ params: { taskId } }) => ({ body: await viewOne(await requireTodo(taskId)) }),
    }),

    defineRoute({
      method: 'post',
      path: '/oa/todos/{taskId}/settle',
      operationId: 'settleOaTodo',
      tag,
      summary: 'It was decided elsewhere: every card of it is changed to the outcome',
      description: 'The same outcome again is answered as before.',
      access: { scope: 'events:write' },
      audit: 'todo.settle',
      idempotent: true,
      params,
      body: schemas.settling,
      success: { status: 200, description: 'The to-do with its outcome', schema: schemas.todo },
      failures: { 409: 'It has another outcome already' },
      handler: async ({ params: { taskId }, body, audit }) => {
        const result = await todos.settleTodo(taskId, body);
        audit.detail = { outcome: body.outcome };
        switch (result) {
          case 'unknown':
            throw noTodo(taskId);
          case 'not-of-the-oa':
            throw conflict('plan_todo', messageTexts.planTodo);
          case 'decided-otherwise': {
            const { outcome, outcomeText } = await requireTodo(taskId);
            throw conflict(
              'todo_decided',
              messageTexts.todoDecided,
              { advice: { text: messageTexts.todoDecidedAdvice }, extra: { outcome: outcome ?? '' } },
              { outcome: outcomeText ?? outcome ?? '' },
            );
          }
          case 'settled':
            await startSoon([taskId], (id) => temporal.tellTodo(id), logger);
            break;
          case 'same':
        }
        return { body: await viewOne(await requireTodo(taskId)) };
      },
    }),
  ];

  async function requireTodo(taskId: string): Promise<TodoDetails> {
    const todo = await todos.findTodo(taskId);
    if (todo === undefined) throw noTodo(taskId);
    return todo;
  }

  async function viewOne(todo: TodoDetails) {
    const labels = await principals.labelsOf(todo.by === null ? [] : [todo.by]);
    return viewTodo(todo, settings, labels);
  }
}

function noTodo(taskId: string): ApiError {
  return new ApiError(
    404,
    'not_found',
    { text: messageTexts.noTodo, params: { taskId } },
    { advice: { text: messageTexts.noTodoAdvice } },
  );
}
