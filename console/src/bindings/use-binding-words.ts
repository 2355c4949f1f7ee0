import { useMemo } from 'react';
import type { BindingFacts } from '../api/bindings';
import { useLanguage } from '../language/use-language';
import { useFieldNames } from '../settings/field-names';

interface BindingWords {
  /** How it came to be; a way this console does not know yet is shown as it is written. */
  readonly how: (binding: Pick<BindingFacts, 'source' | 'matchedBy'>) => string;
  readonly howItEnded: (source: string) => string;
  /** The API tells people and tokens apart by a prefix. */
  readonly actor: (label: string) => string;
}

export function useBindingWords(): BindingWords {
  const { t, maybe } = useLanguage();
  const names = useFieldNames();
  return useMemo(
    () => ({
      how: ({ source, matchedBy }) => {
        const plain = maybe(`bind.how.${source}`) ?? source;
        if (matchedBy === null) return plain;
        const named = maybe(`bind.how.${source}.field`);
        return named === undefined ? plain : named.replace('{field}', names.wecom(matchedBy));
      },
      howItEnded: (source) => maybe(`bind.unhow.${source}`) ?? maybe(`bind.how.${source}`) ?? source,
      actor: (label) => {
        if (label.startsWith('token:')) return t('bind.by.token', { name: label.slice('token:'.length) });
        return label.startsWith('user:') ? label.slice('user:'.length) : label;
      },
    }),
    [t, maybe, names],
  );
}
