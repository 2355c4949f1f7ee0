// Three small corps and the OA of the first two: some dozen people, none of them real.

const size = { a: 16, b: 12, c: 12 };
const rootName = 'Upgrade Works';

/** @typedef {{ departed?: string[], promoted?: string[], hired?: string[] }} Differences */

/** @param {string} key @returns {string[]} their userids */
export function peopleOf(key) {
  const count = size[/** @type {keyof typeof size} */ (key)];
  return Array.from({ length: count }, (_, index) => `${key}${index + 1}`);
}

/**
 * A corp's WeCom, and the OA of everybody.
 * @param {string} key @param {Differences} [differences]
 */
export function organisation(key, { departed = [], promoted = [], hired = [] } = {}) {
  const everybody = [...peopleOf('a'), ...peopleOf('b'), ...hired];
  return {
    wecom: {
      name: rootName,
      departments: [
        { id: 1, name: rootName, parentid: 0 },
        { id: 2, name: `Department ${key}`, parentid: 1 },
        { id: 3, name: `Team ${key}`, parentid: 2 },
      ],
      users: peopleOf(key).map((userid, index) => ({
        userid,
        name: `Person ${userid}`,
        department: [2 + (index % 2)],
        position: 'Engineer',
        mobile: mobileOf(userid),
      })),
    },
    oa: {
      subcompanies: [],
      departments: [
        { id: 'root', name: rootName, parentId: null, subcompanyId: null, order: 0 },
        ...['a', 'b'].flatMap((one, order) => [
          { id: one, name: `Department ${one}`, parentId: 'root', subcompanyId: null, order },
          { id: `${one}-team`, name: `Team ${one}`, parentId: one, subcompanyId: null, order: 0 },
        ]),
      ],
      users: everybody.map((loginId, order) => ({
        id: `oa-${loginId}`,
        loginId,
        jobNumber: `J-${loginId}`,
        name: `Person ${loginId}`,
        mobile: mobileOf(loginId),
        email: null,
        gender: null,
        position: promoted.includes(loginId) ? 'Manager' : 'Engineer',
        telephone: null,
        departmentId: departmentOf(loginId),
        partTimeDepartmentIds: [],
        managerId: null,
        order,
        status: departed.includes(loginId) ? 'departed' : 'active',
        custom: {},
      })),
    },
  };
}

/** @param {string} loginId */
function departmentOf(loginId) {
  const [key = ''] = loginId;
  return Number(loginId.slice(1)) % 2 === 1 ? key : `${key}-team`;
}

/** @param {string} loginId */
function mobileOf(loginId) {
  const corp = (loginId.codePointAt(0) ?? 0) - 96;
  return `1990000${corp}${loginId.slice(1).padStart(3, '0')}`;
}
