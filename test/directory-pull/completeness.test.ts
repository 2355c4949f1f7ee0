import {
  isWorthSecondReading,
  judgeCompleteness,
  mayMarkGone,
  type ReadingFacts,
} from '../../domain/directory/completeness';

const whole: ReadingFacts = {
  scope: 'whole-corp',
  departments: { staged: 30, unknown: 0, vanished: 0, miscounted: 0 },
  members: { staged: 300, unlisted: 0, expectedDetails: 280, withDetails: 280 },
  mirror: { departments: 30, members: 300, membersSeenAgain: 300 },
};

function facts(change: {
  readonly scope?: ReadingFacts['scope'];
  readonly departments?: Partial<ReadingFacts['departments']>;
  readonly members?: Partial<ReadingFacts['members']>;
  readonly mirror?: Partial<ReadingFacts['mirror']>;
}): ReadingFacts {
  return {
    scope: change.scope ?? whole.scope,
    departments: { ...whole.departments, ...change.departments },
    members: { ...whole.members, ...change.members },
    mirror: { ...whole.mirror, ...change.mirror },
  };
}

it('a reading in which everything fits together is complete', () => {
  expect(judgeCompleteness(whole)).toEqual({
    scope: 'whole-corp',
    departments: { expected: 30, read: 30 },
    members: { expected: 300, read: 300 },
    details: { expected: 280, read: 280 },
    complete: true,
    reasons: [],
  });
});

it.each([
  [
    'a department is named that the list does not know',
    { departments: { unknown: 2 } },
    'departments-unknown',
    2,
  ],
  [
    'a department was gone when its members were read',
    { departments: { vanished: 1 } },
    'departments-vanished',
    1,
  ],
  ['the app sees members the id list does not name', { members: { unlisted: 4 } }, 'members-unlisted', 4],
  ['visible members came without details', { members: { withDetails: 277 } }, 'details-missing', 3],
  ['nobody known before was read', { mirror: { membersSeenAgain: 0 } }, 'everything-dropped', 300],
  ['no member was read while some were known', { members: { staged: 0 } }, 'nothing-read', 300],
  ['no department was read', { departments: { staged: 0 } }, 'nothing-read', 300],
] as const)('incomplete: %s', (_, change, code, count) => {
  const { complete, reasons } = judgeCompleteness(facts(change));
  expect(complete).toBe(false);
  expect(reasons).toContainEqual({ code, params: { count } });
});

it('the first reading of a corp without members is complete: nobody is lost by it', () => {
  const empty = facts({
    departments: { staged: 1 },
    members: { staged: 0, expectedDetails: 0, withDetails: 0 },
    mirror: { departments: 0, members: 0, membersSeenAgain: 0 },
  });
  expect(judgeCompleteness(empty).complete).toBe(true);
});

it.each([
  ['everything fits together', {}, false],
  ['something does not fit', { members: { unlisted: 1 } }, true],
  [
    'a department answered with another number of members than listed',
    { departments: { miscounted: 1 } },
    true,
  ],
  ['20 of 300 are missing', { mirror: { membersSeenAgain: 280 } }, false],
  ['31 of 300 are missing', { mirror: { membersSeenAgain: 269 } }, true],
  ['40 of 10,000 are missing', { mirror: { members: 10_000, membersSeenAgain: 9_960 } }, false],
] as const)('a second reading: %s → %p', (_, change, expected) => {
  expect(isWorthSecondReading(facts(change))).toBe(expected);
});

it.each([
  { scope: 'whole-corp', unlisted: 0, mayMark: true },
  { scope: 'whole-corp', unlisted: 1, mayMark: false },
  { scope: 'app-range', unlisted: 0, mayMark: false },
] as const)(
  '$scope with $unlisted unlisted members → may mark as gone: $mayMark',
  ({ scope, unlisted, mayMark }) => {
    expect(mayMarkGone(judgeCompleteness(facts({ scope, members: { unlisted } })))).toBe(mayMark);
  },
);
