import { compileExpression } from '../../domain/directory/expression';
import { oaUser } from './planning-world';

const user = oaUser('u1', {
  name: '张三丰',
  jobNumber: '42',
  email: 'San.Feng@Example.com',
  position: null,
  custom: { extension: '8001', cost_center: '' },
});

function valueOf(text: string): unknown {
  const compiled = compileExpression(text);
  if (!compiled.ok) return compiled.error;
  const result = compiled.evaluate(user);
  return result.ok ? result.value : result.error;
}

it.each([
  ['name + "（" + jobNumber + "）"', '张三丰（42）'],
  ['lower(email)', 'san.feng@example.com'],
  ['coalesce(position, custom.title, "员工")', '员工'],
  ['coalesce(custom.cost_center, "-")', '-'],
  ['left(name, 1)', '张'],
  ['right(name, 2)', '三丰'],
  ['substring(name, 1, 2)', '三'],
  ['replace(custom.extension, "80", "90")', '9001'],
  ['padLeft(jobNumber, 6, "0")', '000042'],
  ['part(email, "@", 1)', 'Example.com'],
  ['digits("ext. 80-01")', '8001'],
  ['status == "active" ? "在职" : "离职"', '在职'],
  ['custom["extension"]', '8001'],
  ['has(custom.extension) ? custom.extension : ""', '8001'],
  ['""', ''],
  ['size(name) + 1', '4'],
])('%s gives %s', (text, value) => {
  expect(valueOf(text)).toBe(value);
});

it.each(['position', 'custom.title', 'name + position', 'lower(position)', 'position.trim()'])(
  'a missing value makes %s give none',
  (text) => {
    expect(valueOf(text)).toBeNull();
  },
);

it.each([
  ['', 'The expression is empty.', 0],
  ['name +', 'Unexpected token: EOF', 6],
  ['nam + "x"', 'Unknown variable: nam', 0],
  ['"x" + secret(name)', 'Unknown function: secret', 6],
  ['name.matches("(a+)+$")', 'Unknown function: matches', 0],
  ['partTimeDepartmentIds.map(id, id)', 'Unknown function: map', 0],
  ['cel.bind(a, name, a + a)', 'Unknown function: bind', 0],
  [`"${'x'.repeat(1_000)}"`, 'The expression is longer than 1000 characters.', 1_000],
])('%s is refused before any user is looked at', (text, message, position) => {
  expect(valueOf(text)).toEqual({ message, position });
});

it('nesting without end is refused', () => {
  expect(valueOf('('.repeat(300) + 'name' + ')'.repeat(300))).toMatchObject({
    message: expect.any(String),
  });
});

it.each([
  ['int(name)', 'cannot convert to int'],
  ['partTimeDepartmentIds', 'The value is not a text.'],
  ['[1, 2][5]', 'No such key'],
  [
    `${'replace('.repeat(6)}"${'a'.repeat(100)}"${', "a", "aaaaaaaaaaaaaaaaaaaa")'.repeat(6)}`,
    'The value is longer than 4096 characters.',
  ],
])('%s fails for one user with a reason, and nothing else happens', (text, message) => {
  expect(valueOf(text)).toMatchObject({ message: expect.stringContaining(message) });
});

it('nothing of the machine can be reached', () => {
  for (const text of [
    'constructor',
    'name.constructor',
    'custom.__proto__',
    'custom["constructor"]',
    'this',
  ]) {
    const value = valueOf(text);
    expect(value === null || (value as { message?: string }).message !== undefined).toBe(true);
  }
});
