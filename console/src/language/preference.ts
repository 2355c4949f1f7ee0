import dayjs from 'dayjs';
import 'dayjs/locale/zh-cn';
import relativeTime from 'dayjs/plugin/relativeTime';
import { type Lang, languages } from '../../../i18n';

dayjs.extend(relativeTime);

const storageKey = 'wecom-bridge.language';
const listeners = new Set<() => void>();
let language = storedLanguage();
applyToPage();

export function currentLanguage(): Lang {
  return language;
}

export function chooseLanguage(next: Lang): void {
  language = next;
  applyToPage();
  try {
    localStorage.setItem(storageKey, next);
  } catch {
    // Storage can be switched off in the browser: the choice then lasts until the page is closed.
  }
  for (const listener of listeners) listener();
}

export function watchLanguage(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function storedLanguage(): Lang {
  try {
    const stored = localStorage.getItem(storageKey);
    return languages.find((known) => known === stored) ?? 'zh-CN';
  } catch {
    return 'zh-CN';
  }
}

function applyToPage(): void {
  document.documentElement.lang = language;
  dayjs.locale(language === 'zh-CN' ? 'zh-cn' : 'en');
}
