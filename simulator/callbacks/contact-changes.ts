import type { Corp } from '../state/corp';
import { memberStatus } from '../state/directory';
import type { Department, ExtAttribute, Member } from '../state/directory';
import type { XmlValue } from './xml';

export type ContactChange =
  | { readonly kind: 'create_user'; readonly member: Member }
  | { readonly kind: 'update_user'; readonly before: Member; readonly after: Member }
  | { readonly kind: 'delete_user'; readonly userid: string }
  | { readonly kind: 'create_party'; readonly department: Department }
  | { readonly kind: 'update_party'; readonly before: Department; readonly after: Department }
  | { readonly kind: 'delete_party'; readonly id: number }
  | {
      readonly kind: 'update_tag';
      readonly tagid: number;
      readonly addUsers?: readonly string[];
      readonly delUsers?: readonly string[];
      readonly addParties?: readonly number[];
      readonly delParties?: readonly number[];
    };

type Fields = Record<string, XmlValue>;

/** The fields of a change_contact event, or nothing where WeCom sends none. */
export function contactEventFields(corp: Corp, change: ContactChange): Fields | undefined {
  const reduced =
    (corp.contactsCallback?.payload ?? (corp.rights === 'legacy' ? 'full' : 'reduced')) === 'reduced';
  switch (change.kind) {
    case 'create_user': {
      const { member } = change;
      if (reduced) return { UserID: member.userid, Department: member.department.join(',') };
      return { UserID: member.userid, ...memberFields(member) };
    }
    case 'update_user': {
      const { before, after } = change;
      const renamed: Fields = before.userid === after.userid ? {} : { NewUserID: after.userid };
      const fields = changedFields(before, after);
      if (!reduced) {
        if (Object.keys({ ...fields, ...renamed }).length === 0) return undefined;
        return { UserID: before.userid, ...renamed, ...fields };
      }
      if (fields['Department'] === undefined && before.userid === after.userid) return undefined;
      return { UserID: before.userid, ...renamed, Department: after.department.join(',') };
    }
    case 'delete_user':
      return { UserID: change.userid };
    case 'create_party': {
      const { id, name, parentid, order } = change.department;
      return { Id: id, Name: name, ParentId: String(parentid), Order: order };
    }
    case 'update_party': {
      const { before, after } = change;
      const fields: Fields = {
        ...(before.name === after.name ? {} : { Name: after.name }),
        ...(before.parentid === after.parentid ? {} : { ParentId: String(after.parentid) }),
      };
      return Object.keys(fields).length === 0 ? undefined : { Id: after.id, ...fields };
    }
    case 'delete_party':
      return { Id: change.id };
    case 'update_tag':
      return {
        TagId: change.tagid,
        ...listField('AddUserItems', change.addUsers),
        ...listField('DelUserItems', change.delUsers),
        ...listField('AddPartyItems', change.addParties),
        ...listField('DelPartyItems', change.delParties),
      };
  }
}

function listField(name: string, items: readonly (string | number)[] | undefined): Fields {
  return items === undefined || items.length === 0 ? {} : { [name]: items.join(',') };
}

function changedFields(before: Member, after: Member): Fields {
  const old = memberFields(before);
  return Object.fromEntries(
    Object.entries(memberFields(after)).filter(
      ([name, value]) => JSON.stringify(value) !== JSON.stringify(old[name]),
    ),
  );
}

function memberFields(member: Member): Fields {
  return {
    Name: member.name,
    Department: member.department.join(','),
    MainDepartment: member.main_department,
    IsLeaderInDept: member.is_leader_in_dept.join(','),
    DirectLeader: member.direct_leader.join(','),
    Position: member.position,
    Mobile: member.mobile,
    Gender: Number(member.gender),
    Email: member.email,
    BizMail: member.biz_mail,
    Status: memberStatus(member),
    Avatar: member.avatar,
    Alias: member.alias,
    Telephone: member.telephone,
    Address: member.address,
    ExtAttr: { Item: member.extattr.map(extAttrItem) },
  };
}

function extAttrItem(attribute: ExtAttribute): XmlValue {
  return attribute.type === 0
    ? { Name: attribute.name, Type: 0, Text: { Value: attribute.text.value } }
    : { Name: attribute.name, Type: 1, Web: { Title: attribute.web.title, Url: attribute.web.url } };
}
