import type { Change } from '../../domain/directory/push/changes';
import { decideScope } from '../../domain/directory/push/scope';
import type { SourceUser } from '../../domain/directory/push/snapshot';
import { explain, type WhyContext } from '../../domain/directory/push/why';
import type { PushSettings } from '../../domain/directory/settings';
import { languages } from '../../i18n';
import { pushRuleText, pushWhyText, pushWhyTitle } from '../../i18n/directory-push';
import {
  departedBy,
  member,
  oaTree,
  oaUser,
  only,
  plan,
  scopeOf,
  settings,
  snapshot,
  wecomTree,
} from './planning-world';

const nodes = oaTree([
  ['g', 'Group', null],
  ['a', 'A', 'g'],
]);

function context(
  user: SourceUser | null,
  push: Partial<PushSettings> = {},
  more: Partial<WhyContext> = {},
): WhyContext {
  const document = settings(push);
  return {
    user,
    node: null,
    oa: { version: 7, fedAt: '2026-11-20T18:00:00.000Z' },
    scope: user === null ? null : decideScope(nodes, document.push).scopeOf(user),
    binding: { source: 'matched', matchedBy: 'userid', boundAt: '2026-01-02T03:04:05.000Z' },
    linkedAt: null,
    settings: document,
    settingsVersion: 3,
    plannedAt: '2026-11-21T02:00:00.000Z',
    finishedAt: null,
    ...more,
  };
}

const codes = (change: Change, about: WhyContext) => explain(change, about).map(({ code }) => code);

function leaver(push: Partial<PushSettings>, users: readonly SourceUser[]) {
  return plan(
    snapshot({
      links: { g: 1 },
      bound: { u1: 'u1' },
      users: [...users, oaUser('u2')],
      members: [member('u1')],
    }),
    push,
  );
}

describe('why somebody will be removed is answered in five steps', () => {
  it('departed in the OA', () => {
    const user = oaUser('u1', { status: 'departed' });
    const push = departedBy({ action: 'delete' });
    expect(codes(only(leaver(push, [user]), 'deleteUser'), context(user, push))).toEqual([
      'source-user-departed',
      'scope-not-asked',
      'binding-matched',
      'departed',
      'date-planned',
    ]);
  });

  it('gone from the OA, and deleted some days after the disabling', () => {
    const push = departedBy({ deleteAfterDays: 7 });
    expect(codes(only(leaver(push, []), 'disableUser'), context(null, push))).toEqual([
      'source-user-gone',
      'scope-not-asked',
      'binding-matched',
      'gone-from-oa',
      'date-planned-then-deleted',
    ]);
  });

  it('excluded by the settings', () => {
    const user = oaUser('u1');
    const push = scopeOf({ excludeUsers: ['u1'] });
    expect(codes(only(leaver(push, [user]), 'disableUser'), context(user, push))).toEqual([
      'source-user-active',
      'scope-excluded',
      'binding-matched',
      'excluded',
      'date-planned',
    ]);
  });
});

it('a conflict names its own reason', () => {
  const user = oaUser('u1', { loginId: '张三' });
  const change = only(plan(snapshot({ links: { g: 1 }, users: [user] })), 'conflict');
  const steps = explain(change, context(user, {}, { binding: null }));
  expect(steps.map(({ code }) => code)).toEqual([
    'source-user-active',
    'scope-everything',
    'binding-none',
    'conflict:user:userid-invalid',
    'date-never',
  ]);
  expect(steps[3]!.params).toMatchObject({ userId: '张三', problem: 'malformed' });
});

it('a department that goes is traced to the OA that lacks it', () => {
  const departments = wecomTree([
    [1, 'Group', 0],
    [2, 'B', 1],
  ]);
  const change = only(plan(snapshot({ nodes, departments, links: { g: 1, b: 2 } })), 'deleteDepartment');
  expect(codes(change, context(null, {}, { linkedAt: '2026-01-02T03:04:05.000Z' }))).toEqual([
    'source-department-gone',
    'scope-not-asked',
    'link-there',
    'gone-from-oa',
    'date-planned',
  ]);
});

it.each(languages)('every step and rule is a whole sentence in %s', (lang) => {
  const user = oaUser('u1', { status: 'departed', position: 'x'.repeat(200) });
  const made = plan(
    snapshot({
      nodes: oaTree([
        ['g', 'Group', null],
        ['a', 'R:D', 'g'],
      ]),
      users: [user, oaUser('u2', { position: 'x'.repeat(200) }), oaUser('u3', { loginId: '三' })],
      members: [member('u1')],
      bound: { u1: 'u1' },
    }),
  );
  expect(made.changes.length).toBeGreaterThan(4);
  for (const change of made.changes) {
    const texts = explain(change, context(user)).flatMap(({ step, code, params }) => [
      pushWhyTitle(step, lang),
      pushWhyText(code, params, lang),
    ]);
    for (const text of [...texts, pushRuleText(change, lang)]) {
      expect(text).not.toMatch(/\{\w+\}|^[a-z-]+$/);
    }
  }
});
