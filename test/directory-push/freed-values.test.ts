import { stageOf } from '../../domain/directory/push/order';
import { ids, member, oaUser, plan, snapshot } from './planning-world';

const one = '13800000001';
const two = '13800000002';
const three = '13800000003';

const known = (id: string, mobile: string, email?: string) =>
  member(id, {
    written: { name: `Name ${id}`, mobile, ...(email === undefined ? {} : { email }) },
    seen: { name: `Name ${id}` },
  });

it('a number that somebody gives up is taken by another once it is free', () => {
  const made = plan(
    snapshot({
      users: [oaUser('a', { mobile: two }), oaUser('b', { mobile: three }), oaUser('c', { mobile: one })],
      members: [known('a', one), known('b', two)],
      bound: { a: 'a', b: 'b' },
    }),
  );
  const change = (id: string) => made.changes.find((found) => found.id === id)!;
  expect(ids(made)).toEqual(['updateUser:b', 'updateUser:a', 'createUser:c']);
  expect(change('updateUser:a').dependsOn).toEqual(['updateUser:b']);
  expect(change('createUser:c').dependsOn).toEqual(['updateUser:a']);
  expect(made.changes.map(stageOf)).toEqual([2100, 2101, 2102]);
});

it('two who exchange their numbers keep them and are told why; the rest of them is written', () => {
  const made = plan(
    snapshot({
      users: [oaUser('a', { mobile: two, position: 'head' }), oaUser('b', { mobile: one })],
      members: [known('a', one), known('b', two)],
      bound: { a: 'a', b: 'b' },
    }),
  );
  expect(ids(made)).toEqual(['updateUser:a', 'skipUser:a:exchanged:mobile', 'skipUser:b:exchanged:mobile']);
  expect(made.changes[0]!.after).toMatchObject({ values: { position: 'head' } });
  expect(made.changes[0]!.after).not.toHaveProperty('values.mobile');
  expect(made.counts).toMatchObject({ updateUser: 1, skipUser: 2 });
});

it('a ring through a number and an address is an exchange as well', () => {
  const made = plan(
    snapshot({
      users: [
        oaUser('a', { mobile: two, email: 'a2@example.com' }),
        oaUser('b', { mobile: three, email: 'a@example.com' }),
        oaUser('d', { mobile: one }),
      ],
      members: [known('a', one, 'a@example.com'), known('b', two, 'b@example.com')],
      bound: { a: 'a', b: 'b' },
    }),
  );
  expect(ids(made).filter((id) => id.includes('exchanged'))).toEqual([
    'skipUser:a:exchanged:mobile',
    'skipUser:b:exchanged:email',
  ]);
});

it('nobody waits where nobody takes anything over', () => {
  const made = plan(
    snapshot({
      users: [oaUser('a', { mobile: three }), oaUser('b', { mobile: two, position: 'head' })],
      members: [known('a', one), known('b', two)],
      bound: { a: 'a', b: 'b' },
    }),
  );
  expect(made.changes.map((change) => [change.id, change.dependsOn, 'step' in change])).toEqual([
    ['updateUser:a', [], false],
    ['updateUser:b', [], false],
  ]);
});
