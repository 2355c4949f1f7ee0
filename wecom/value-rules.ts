import { parseAttribute } from '../domain/directory/attribute-value';
import type { FieldProblem, ValueRules } from '../domain/directory/push/snapshot';
import {
  alterDepartmentName,
  checkAddress,
  checkAlias,
  checkEmail,
  checkExtAttrText,
  checkExternalPosition,
  checkMemberName,
  checkMobile,
  checkPosition,
  checkTelephone,
  checkUserId,
  countCharacters,
} from './fields';
import { memberLimits } from './limits';

type Check = (value: string) => FieldProblem | undefined;

const checks: Readonly<Record<string, Check>> = {
  name: checkMemberName,
  alias: checkAlias,
  mobile: checkMobile,
  email: checkEmail,
  biz_mail: checkEmail,
  position: checkPosition,
  telephone: checkTelephone,
  address: checkAddress,
  external_position: checkExternalPosition,
  gender: (value) => (value === '1' || value === '2' ? undefined : { kind: 'malformed' }),
};

function checkExternalAttr(name: string, value: string): FieldProblem | undefined {
  const attribute = parseAttribute(name, value);
  const [text, max] =
    attribute.type === 'text'
      ? [attribute.value, memberLimits.externalAttrTextChars]
      : [attribute.title, memberLimits.externalAttrTitleChars];
  return countCharacters(text) > max ? { kind: 'too-long', max, unit: 'characters' } : undefined;
}

const externalPrefix = 'external.';
/** The corp's own name among those that are certified: longer than an attribute may be. */
const externalCorpName = 'external.external_corp_name';

/** What planning has to know of WeCom's rules for values. */
export const wecomValueRules: ValueRules = {
  alterDepartmentName: (name) => alterDepartmentName(name),
  userIdProblem: (userId) => checkUserId(userId)?.kind,
  fieldProblem(field, value) {
    // An empty one clears the field.
    if (value === '') return undefined;
    if (field.startsWith('extattr.')) return checkExtAttrText(value);
    if (field === externalCorpName) return undefined;
    if (field.startsWith(externalPrefix)) return checkExternalAttr(field.slice(externalPrefix.length), value);
    return checks[field]?.(value);
  },
};
