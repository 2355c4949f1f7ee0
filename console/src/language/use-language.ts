import { useMemo, useSyncExternalStore } from 'react';
import { type Lang, type TextParams, translate } from '../../../i18n';
import { type ConsoleText, consoleTexts } from '../../../i18n/console';
import { chooseLanguage, currentLanguage, watchLanguage } from './preference';

export type Translate = (key: ConsoleText, params?: TextParams) => string;

interface Language {
  readonly lang: Lang;
  readonly t: Translate;
  /** For words that come from the API: undefined when this console doesn't know them yet. */
  readonly maybe: (key: string) => string | undefined;
  readonly number: (value: number) => string;
  readonly choose: (lang: Lang) => void;
}

export function useLanguage(): Language {
  const lang = useSyncExternalStore(watchLanguage, currentLanguage);
  return useMemo(() => {
    const format = new Intl.NumberFormat(lang);
    return {
      lang,
      t: (key, params) => translate(consoleTexts[key], lang, params),
      maybe: (key) => (isConsoleText(key) ? translate(consoleTexts[key], lang) : undefined),
      number: (value) => format.format(value),
      choose: chooseLanguage,
    };
  }, [lang]);
}

function isConsoleText(key: string): key is ConsoleText {
  return Object.hasOwn(consoleTexts, key);
}
