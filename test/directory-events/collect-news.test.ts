import type { ContactEvent } from '../../domain/directory/contact-events';
import { chooseReads, collectNews } from '../../domain/directory/contact-events';
import { callbackKind, readContactMessage } from '../../wecom';

const inOrder = (...events: ContactEvent[]) =>
  collectNews(
    events.map((event, index) => ({
      eventId: `e${index}`,
      createdAtSeconds: index,
      receivedAtMs: index,
      event,
    })),
  );

describe('events about one object are one piece of news', () => {
  it('userids that differ in case are the same member, and the last departments count', () => {
    const { members } = inOrder(
      { kind: 'member-changed', userId: 'Ada', departmentIds: [2] },
      { kind: 'member-changed', userId: 'ada', departmentIds: [3] },
      { kind: 'member-changed', userId: 'ADA' },
    );
    expect(members).toMatchObject([{ userId: 'ADA', departmentIds: [3], eventIds: ['e0', 'e1', 'e2'] }]);
  });

  it('a userid that was changed twice leads to the last one', () => {
    const { members } = inOrder(
      { kind: 'member-changed', userId: 'a', newUserId: 'b' },
      { kind: 'member-changed', userId: 'b', newUserId: 'c' },
    );
    expect(members).toMatchObject([{ userId: 'c', formerUserIds: ['a', 'b'], deleted: false }]);
  });

  it('the old userid may belong to somebody new afterwards', () => {
    const { members } = inOrder(
      { kind: 'member-changed', userId: 'a', newUserId: 'b' },
      { kind: 'member-changed', userId: 'a', departmentIds: [9] },
    );
    expect(members).toMatchObject([
      { userId: 'b', formerUserIds: ['a'] },
      { userId: 'a', formerUserIds: [], departmentIds: [9] },
    ]);
  });

  it('a deletion that comes last counts; one before a creation makes the account another one', () => {
    const changed: ContactEvent = { kind: 'member-changed', userId: 'a' };
    const deleted: ContactEvent = { kind: 'member-deleted', userId: 'a' };
    expect(inOrder(changed, deleted).members).toMatchObject([{ deleted: true, madeAnew: false }]);
    expect(inOrder(deleted, changed).members).toMatchObject([{ deleted: false, madeAnew: true }]);
  });

  it("WeCom's own second decides, not the arrival", () => {
    const { members } = collectNews([
      {
        eventId: 'late',
        createdAtSeconds: 1,
        receivedAtMs: 9,
        event: { kind: 'member-changed', userId: 'a' },
      },
      {
        eventId: 'soon',
        createdAtSeconds: 2,
        receivedAtMs: 1,
        event: { kind: 'member-deleted', userId: 'a' },
      },
    ]);
    expect(members).toMatchObject([{ deleted: true }]);
  });

  it('departments gather what the events name, and a deletion forgets it', () => {
    const { departments } = inOrder(
      { kind: 'department-changed', departmentId: 5, name: '甲' },
      { kind: 'department-changed', departmentId: 5, parentId: 2 },
      { kind: 'department-changed', departmentId: 6, name: '乙' },
      { kind: 'department-deleted', departmentId: 6 },
    );
    expect(departments).toMatchObject([
      { departmentId: 5, name: '甲', parentId: 2, deleted: false },
      { departmentId: 6, name: null, deleted: true },
    ]);
  });
});

describe('a department is read as a whole', () => {
  const wanted = (count: number, departmentId: number) =>
    Array.from({ length: count }, (_, index) => ({
      userId: `u${departmentId}-${index}`,
      departmentIds: [departmentId],
    }));

  it.each([
    { members: 3, size: 10, whole: false },
    { members: 4, size: 10, whole: true },
    { members: 4, size: 160, whole: true },
    { members: 4, size: 161, whole: false },
    { members: 300, size: 300, whole: true },
  ])('$members wanted of $size: $whole', ({ members, size, whole }) => {
    const reads = chooseReads(wanted(members, 7), new Map([[7, size]]));
    expect(reads.departmentIds).toEqual(whole ? [7] : []);
    expect(reads.userIds).toHaveLength(whole ? 0 : members);
  });
});

describe('the words of WeCom', () => {
  const message = (fields: Readonly<Record<string, string | undefined>>) =>
    readContactMessage({ Event: 'change_contact', CreateTime: '5', ...fields })?.event;

  it.each([
    [
      { ChangeType: 'create_user', UserID: 'a', Department: '1,2' },
      { kind: 'member-changed', departmentIds: [1, 2] },
    ],
    [
      { ChangeType: 'update_user', UserID: 'a', NewUserID: 'b' },
      { kind: 'member-changed', newUserId: 'b' },
    ],
    [
      { ChangeType: 'update_user', UserID: 'a', NewUserID: '', Department: '' },
      { kind: 'member-changed', userId: 'a' },
    ],
    [
      { ChangeType: 'delete_user', UserID: 'a' },
      { kind: 'member-deleted', userId: 'a' },
    ],
    [
      { ChangeType: 'create_party', Id: '3', Name: 'x', ParentId: '1' },
      { departmentId: 3, name: 'x', parentId: 1 },
    ],
    [
      { ChangeType: 'delete_party', Id: '3' },
      { kind: 'department-deleted', departmentId: 3 },
    ],
    [{ ChangeType: 'update_tag', TagId: '1' }, { kind: 'other' }],
    [{ ChangeType: 'invented_tomorrow' }, { kind: 'other' }],
  ])('%j', (fields, expected) => {
    expect(message(fields)).toMatchObject(expected);
  });

  it.each([{ ChangeType: 'delete_user' }, { ChangeType: 'create_user', UserID: 'a', Department: '1,x' }])(
    '%j is not understood',
    (fields) => {
      expect(message(fields)).toBeUndefined();
    },
  );

  it('a kind names nobody', () => {
    expect(callbackKind({ Event: 'change_contact', ChangeType: 'create_user' })).toBe(
      'change_contact/create_user',
    );
    expect(callbackKind({ Event: 'subscribe' })).toBe('event/subscribe');
    expect(callbackKind({ MsgType: 'text', Content: '张三' })).toBe('message/text');
    expect(callbackKind({ Event: '张三 <script>' })).toBe('message/unknown');
  });
});
