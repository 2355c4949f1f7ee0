import type { FormInstance } from 'antd';
import type { FieldProblem } from '../api/client';
import { scrolling } from '../parts/motion';

type Path = readonly (string | number)[];

/**
 * Shows each refused setting at the input that stands for it or for the list it is in, and gives back what is left to
 * say elsewhere.
 */
export function landProblems(form: FormInstance, problems: readonly FieldProblem[]): readonly FieldProblem[] {
  const inputs = form.getFieldsError().map(({ name }) => name as Path);
  const messages = new Map<Path, string[]>();
  const homeless: FieldProblem[] = [];
  for (const problem of problems) {
    const path = problem.path.split('.');
    const input = inputs
      .filter((name) => name.every((part, index) => String(part) === path[index]))
      .sort((a, b) => b.length - a.length)[0];
    if (input === undefined) homeless.push(problem);
    else messages.set(input, [...(messages.get(input) ?? []), problem.message]);
  }
  form.setFields([...messages].map(([name, errors]) => ({ name: [...name], errors: unique(errors) })));
  const first = [...messages.keys()][0];
  if (first) form.scrollToField([...first], { block: 'center', behavior: scrolling });
  return homeless;
}

function unique(messages: readonly string[]): string[] {
  return [...new Set(messages)];
}
