/** Customers and groups with customers: what somebody who leaves would have to hand over. */

export type DemoCustomer = { external_userid: string; name: string; follow_user: string[] };
export type DemoCustomerGroup = { chat_id: string; name: string; owner: string; create_time: number };

/** Leads the sales in the south; the one to try a departure with. */
const whoOwnsMost = 131;

const firms = [
  '星河商贸',
  '远山科技',
  '青禾食品',
  '云帆物流',
  '晨曦教育',
  '海拓制造',
  '百川传媒',
  '木棉酒店',
];
const contacts = ['王经理', '李采购', '陈主任', '赵老师', '周店长'];
const createTime = 1_750_000_000;

/** Customers by the running number of their person; those in two people's hands come from `sharedWith`. */
const customersOf: readonly {
  readonly person: number;
  readonly count: number;
  readonly sharedWith?: number;
}[] = [
  { person: 113, count: 6 },
  { person: whoOwnsMost, count: 8, sharedWith: 113 },
  { person: 146, count: 5 },
  { person: 160, count: 3 },
];

const groups: readonly { readonly owner: number; readonly name: string }[] = [
  { owner: 113, name: '华东重点客户服务群' },
  { owner: whoOwnsMost, name: '星河商贸 × 云程 项目群' },
  { owner: whoOwnsMost, name: '远山科技续约沟通群' },
  { owner: 160, name: '渠道伙伴月度交流群' },
];

export function demoCustomers(userIdOf: (person: number) => string): {
  externalContacts: DemoCustomer[];
  groupChats: DemoCustomerGroup[];
} {
  const externalContacts = customersOf.flatMap(({ person, count, sharedWith }) =>
    Array.from({ length: count }, (_, index) => ({
      external_userid: `wmDemo${String(person).padStart(4, '0')}${String(index + 1).padStart(4, '0')}`,
      name: `${firms[(person + index) % firms.length] ?? ''} ${contacts[index % contacts.length] ?? ''}`,
      follow_user: [person, ...(index === 0 && sharedWith !== undefined ? [sharedWith] : [])].map(userIdOf),
    })),
  );
  const groupChats = groups.map(({ owner, name }, index) => ({
    chat_id: `wrDemo${String(index + 1).padStart(4, '0')}`,
    name,
    owner: userIdOf(owner),
    create_time: createTime + index * 86_400,
  }));
  return { externalContacts, groupChats };
}
