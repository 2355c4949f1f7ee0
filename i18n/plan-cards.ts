import type { Text } from './index';

/** What approvers read on the card of a directory plan. WeCom shows about a hundred characters of its content. */
export const planCardTexts = {
  title: { 'zh-CN': '通讯录同步待审批', en: 'Directory sync needs approval' },
  titleBlocked: { 'zh-CN': '通讯录同步已拦截', en: 'Directory sync is blocked' },
  content: {
    'zh-CN':
      '{corp}：新增 {create}，更新 {update}，禁用 {disable}，删除 {delete}，部门 {departments}。{names}',
    en: '{corp}: {create} new, {update} updated, {disable} disabled, {delete} deleted, {departments} departments. {names}',
  },
  names: { 'zh-CN': '{names} 等 {total} 项', en: '{names} and so on, {total} in all' },
  approve: { 'zh-CN': '批准', en: 'Approve' },
  reject: { 'zh-CN': '驳回', en: 'Reject' },
  open: { 'zh-CN': '查看方案', en: 'See the plan' },
  rejectedByCard: { 'zh-CN': '在企业微信卡片上驳回', en: 'Rejected on a card in WeCom' },
  outcomes: {
    approved: { 'zh-CN': '已批准', en: 'Approved' },
    rejected: { 'zh-CN': '已驳回', en: 'Rejected' },
    changed: { 'zh-CN': '方案已变化', en: 'The plan has changed' },
    expired: { 'zh-CN': '已过期', en: 'Expired' },
    cancelled: { 'zh-CN': '已取消', en: 'Cancelled' },
    over: { 'zh-CN': '已结束', en: 'Over' },
  },
} as const satisfies Readonly<Record<string, Text | Readonly<Record<string, Text>>>>;
