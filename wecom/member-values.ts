import type { ExtAttr, ExternalAttr, MemberFields } from './endpoints/members';
import {
  checkAddress,
  checkAlias,
  checkEmail,
  checkExtAttrText,
  checkExternalPosition,
  checkMemberDepartments,
  checkMemberName,
  checkMobile,
  checkOrder,
  checkPosition,
  checkTelephone,
  checkUserId,
  countCharacters,
  type FieldProblem,
} from './fields';
import { memberLimits } from './limits';

/** The first value WeCom would refuse, by WeCom's own name of the field, with the errcode it would give. */
export type WrongMemberValue = { readonly field: string; readonly errcode: number };

type Written = MemberFields & { readonly userId: string };

export function wrongMemberValue(member: Written): WrongMemberValue | undefined {
  for (const wrong of wrongValues(member)) return wrong;
  return undefined;
}

function* wrongValues(member: Written): Iterable<WrongMemberValue> {
  const { departmentIds, mainDepartmentId, orders, leaderIn, directLeaders, externalProfile } = member;
  if (checkUserId(member.userId) !== undefined) yield { field: 'userid', errcode: 40003 };
  for (const [key, { field, errcode, check, mayBeEmpty = true }] of textFields) {
    const value = member[key];
    if (value === undefined || (value === '' && mayBeEmpty)) continue;
    if (check(value) !== undefined) yield { field, errcode };
  }
  if (departmentIds !== undefined) {
    if (departmentIds.length > memberLimits.departments) yield { field: 'department', errcode: 60110 };
    const isMalformed =
      checkMemberDepartments(departmentIds) !== undefined ||
      new Set(departmentIds).size < departmentIds.length;
    if (isMalformed) yield { field: 'department', errcode: 40066 };
    if (mainDepartmentId !== undefined && !departmentIds.includes(mainDepartmentId)) {
      yield { field: 'main_department', errcode: 60123 };
    }
    if (orders !== undefined && orders.length !== departmentIds.length) {
      yield { field: 'order', errcode: 40058 };
    }
    if (leaderIn !== undefined && leaderIn.length !== departmentIds.length) {
      yield { field: 'is_leader_in_dept', errcode: 60132 };
    }
  }
  if (orders?.some((order) => checkOrder(order) !== undefined)) yield { field: 'order', errcode: 40058 };
  if ((directLeaders?.length ?? 0) > memberLimits.directLeaders) {
    yield { field: 'direct_leader', errcode: 60257 };
  }
  for (const attr of member.extAttrs ?? []) {
    if (isWrongExtAttr(attr)) yield { field: `extattr ${attr.name}`, errcode: 40058 };
  }
  for (const attr of externalProfile?.attrs ?? []) {
    const errcode = wrongExternalAttr(attr);
    if (errcode !== undefined) yield { field: `external_attr ${attr.name}`, errcode };
  }
}

type TextField =
  | 'name'
  | 'alias'
  | 'mobile'
  | 'email'
  | 'bizMail'
  | 'position'
  | 'telephone'
  | 'address'
  | 'externalPosition';

type TextRule = {
  readonly field: string;
  readonly errcode: number;
  readonly check: (value: string) => FieldProblem | undefined;
  /** An empty one clears the field. */
  readonly mayBeEmpty?: boolean;
};

const textRules: Readonly<Record<TextField, TextRule>> = {
  name: { field: 'name', errcode: 60112, check: checkMemberName, mayBeEmpty: false },
  alias: { field: 'alias', errcode: 40058, check: checkAlias },
  mobile: { field: 'mobile', errcode: 60103, check: checkMobile },
  email: { field: 'email', errcode: 60105, check: checkEmail },
  bizMail: { field: 'biz_mail', errcode: 60143, check: checkEmail },
  position: { field: 'position', errcode: 301012, check: checkPosition },
  telephone: { field: 'telephone', errcode: 301013, check: checkTelephone },
  address: { field: 'address', errcode: 40058, check: checkAddress },
  externalPosition: { field: 'external_position', errcode: 40058, check: checkExternalPosition },
};

const textFields = Object.entries(textRules) as readonly (readonly [TextField, TextRule])[];

const webAddress = /^https?:\/\//;

function isWrongExtAttr(attr: ExtAttr): boolean {
  if (attr.type === 'text') return checkExtAttrText(attr.value) !== undefined;
  if (attr.url === '' && attr.title === '') return false;
  return countCharacters(attr.title) > memberLimits.extAttrWebTitleChars || !webAddress.test(attr.url);
}

/** An attribute of which everything is empty is one to be cleared. */
function wrongExternalAttr(attr: ExternalAttr): number | undefined {
  switch (attr.type) {
    case 'text':
      return countCharacters(attr.value) > memberLimits.externalAttrTextChars ? 90101 : undefined;
    case 'web':
      if (attr.url === '' && attr.title === '') return undefined;
      if (isWrongTitle(attr.title)) return 90102;
      return webAddress.test(attr.url) ? undefined : 90103;
    case 'miniprogram':
      if (attr.appId === '' && attr.pagePath === '' && attr.title === '') return undefined;
      if (isWrongTitle(attr.title)) return 90104;
      if (attr.pagePath === '') return 90105;
      return attr.appId === '' ? 90106 : undefined;
  }
}

function isWrongTitle(title: string): boolean {
  return title === '' || countCharacters(title) > memberLimits.externalAttrTitleChars;
}
