import { z } from 'zod';
import type { ContactEvent } from '../domain/directory/contact-events';
import type { XmlNode } from './callback-xml';

/** Event=change_contact: what members, departments and tags are told by, in WeCom's own field names. */

/** Empty elements arrive as "". */
const text = z.string().trim();
const given = <T extends z.ZodType>(value: T) =>
  z.preprocess((raw) => (raw === '' ? undefined : raw), value.optional());

const userId = text.min(1).max(64);
const departmentId = z.coerce.number().int().min(1).max(4_294_967_295);

const idList = given(
  text
    .transform((list): unknown[] => list.split(',').filter((id) => id.trim() !== ''))
    .pipe(z.array(departmentId)),
);

const memberChanged = z
  .object({ UserID: userId, NewUserID: given(userId), Department: idList })
  .transform((fields): ContactEvent => ({
    kind: 'member-changed',
    userId: fields.UserID,
    ...(fields.NewUserID === undefined ? {} : { newUserId: fields.NewUserID }),
    ...(fields.Department === undefined || fields.Department.length === 0
      ? {}
      : { departmentIds: fields.Department }),
  }));

const memberDeleted = z
  .object({ UserID: userId })
  .transform((fields): ContactEvent => ({ kind: 'member-deleted', userId: fields.UserID }));

const departmentChanged = z
  .object({ Id: departmentId, Name: given(text), ParentId: given(z.coerce.number().int().min(0)) })
  .transform((fields): ContactEvent => ({
    kind: 'department-changed',
    departmentId: fields.Id,
    ...(fields.Name === undefined ? {} : { name: fields.Name }),
    ...(fields.ParentId === undefined ? {} : { parentId: fields.ParentId }),
  }));

const departmentDeleted = z
  .object({ Id: departmentId })
  .transform((fields): ContactEvent => ({ kind: 'department-deleted', departmentId: fields.Id }));

const readers: Readonly<Record<string, z.ZodType<ContactEvent>>> = {
  create_user: memberChanged,
  update_user: memberChanged,
  delete_user: memberDeleted,
  create_party: departmentChanged,
  update_party: departmentChanged,
  delete_party: departmentDeleted,
};

export type ContactMessage = { readonly event: ContactEvent; readonly createdAtSeconds: number };

/** Undefined where the fields are not what WeCom documents. */
export function readContactMessage(fields: unknown): ContactMessage | undefined {
  const head = z
    .object({
      Event: z.literal('change_contact'),
      ChangeType: z.string(),
      CreateTime: z.coerce.number().catch(0),
    })
    .safeParse(fields);
  if (!head.success) return undefined;
  const { ChangeType, CreateTime: createdAtSeconds } = head.data;
  const reader = Object.hasOwn(readers, ChangeType) ? readers[ChangeType] : undefined;
  if (reader === undefined) return { event: { kind: 'other' }, createdAtSeconds };
  const event = reader.safeParse(fields);
  return event.success ? { event: event.data, createdAtSeconds } : undefined;
}

const contactEvent = 'change_contact';

/** "change_contact/create_user", "event/subscribe", "message/text": what it is about, never whom. */
export function callbackKind(fields: { readonly [name: string]: XmlNode }): string {
  const event = word(fields['Event']);
  if (event === contactEvent) return `${contactEvent}/${word(fields['ChangeType'])}`;
  return event === 'unknown' ? `message/${word(fields['MsgType'])}` : `event/${event}`;
}

export function isContactKind(kind: string): boolean {
  return kind.startsWith(`${contactEvent}/`);
}

function word(node: XmlNode | undefined): string {
  return typeof node === 'string' && /^[\w.-]{1,64}$/.test(node) ? node : 'unknown';
}
