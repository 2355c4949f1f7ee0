import type { NoticeEvent } from '../domain/directory/settings';
import type { Text } from './index';

/** Subjects of notices. They pass through other people's systems: numbers only, nobody's name. */
export const noticeSubjects: Readonly<Record<NoticeEvent, Text>> = {
  'needs-approval': {
    'zh-CN': '[待批准] 企业微信同步：停用 {disable}，删除 {delete}，更新 {update} — 计划 {plan}',
    en: '[Needs approval] WeCom sync: {disable} disable, {delete} delete, {update} update — plan {plan}',
  },
  blocked: {
    'zh-CN': '[已拦截] 企业微信同步：停用 {disable}，删除 {delete}，更新 {update} — 计划 {plan}',
    en: '[Blocked] WeCom sync: {disable} disable, {delete} delete, {update} update — plan {plan}',
  },
  done: {
    'zh-CN': '[已完成] 企业微信同步：成功 {done}，失败 {failed}，暂缓 {held} — 计划 {plan}',
    en: '[Done] WeCom sync: {done} done, {failed} failed, {held} held — plan {plan}',
  },
  failed: {
    'zh-CN': '[失败] 企业微信同步：{error}，已完成 {done}',
    en: '[Failed] WeCom sync: {error}, {done} done before',
  },
  paused: {
    'zh-CN': '[已暂停] 企业微信同步：{error}，已完成 {done}/{total}，处理后可继续',
    en: '[Paused] WeCom sync: {error}, {done} of {total} done; it can be resumed',
  },
  expired: {
    'zh-CN': '[已失效] 企业微信同步：计划 {plan} 未再写入（{error}）',
    en: '[Expired] WeCom sync: plan {plan} is no longer applied ({error})',
  },
  'schedule-skipped': {
    'zh-CN': '[已跳过] 企业微信同步：到了定时时间，但上一次运行尚未结束（{phase}）',
    en: '[Skipped] WeCom sync: a scheduled run was due while another one is open ({phase})',
  },
};
