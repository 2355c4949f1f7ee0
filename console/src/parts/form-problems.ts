import type { FormInstance } from 'antd';
import { ApiError } from '../api/client';

/**
 * Shows each refused field at its input, and gives back whether something is left to say elsewhere: a path that no
 * input stands for, or a refusal that is about no field.
 */
export function showFieldProblems(form: FormInstance, error: unknown): boolean {
  if (!(error instanceof ApiError)) return true;
  const fields = error.body.fields ?? [];
  const shown = fields.filter(({ path }) => form.getFieldInstance(path.split('.')) !== undefined);
  form.setFields(shown.map(({ path, message }) => ({ name: path.split('.'), errors: [message] })));
  const first = shown[0];
  if (first) form.scrollToField(first.path.split('.'), { block: 'center', focus: true });
  return shown.length === 0 || shown.length < fields.length || error.body.advice !== undefined;
}
