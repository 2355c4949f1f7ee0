import type { HandOverItem } from '../domain/departures/departure';
import type { Text } from './index';
import { wecomErrorAdvice } from './wecom-errors';

const unread: Text = { 'zh-CN': '未能读取', en: 'Could not be read' };

const unreadCustomers: Text = {
  'zh-CN': `未能读取。${wecomErrorAdvice.externalApps['zh-CN']}`,
  en: `Could not be read. ${wecomErrorAdvice.externalApps.en}`,
};

/** Where nobody could count what the person still owns: what to click so that somebody can. */
export const handOverUnreadable: Readonly<Record<HandOverItem['kind'], Text>> = {
  'external-contacts': unreadCustomers,
  'customer-groups': unreadCustomers,
  todos: unread,
  subordinates: unread,
  'led-departments': unread,
};
