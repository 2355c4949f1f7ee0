import { useLanguage } from '../language/use-language';
import { mappedFields, memberFields, oaTargets, useFieldNames, useOaFields } from './field-names';

/** What the corp sees of its members, what outsiders do, or what the OA takes over from WeCom. */
export type MappingKind = 'internal' | 'external' | 'to-oa';

interface Side {
  readonly fields: readonly string[];
  readonly nameOf: (field: string) => string;
  /** What a typed name becomes. */
  readonly typed: (words: string) => string;
}

interface MappingSides {
  readonly to: Side & {
    readonly label: string;
    readonly twice: string;
    /** A new entry begins with the first field that is free. */
    readonly isGuessed: boolean;
  };
  readonly from: Side & {
    /** For expressions, with their names. */
    readonly variables: readonly { readonly field: string; readonly name: string }[];
  };
}

const prefixed = (prefix: string) => (words: string) =>
  words.startsWith(prefix) ? words : `${prefix}${words}`;
const asTyped = (words: string) => words;

export function useMappingSides(kind: MappingKind): MappingSides {
  const { t } = useLanguage();
  const names = useFieldNames();
  const oaFields = useOaFields();
  const ofOa = (field: string) => `OA ${names.oa(field)}`;
  const ofWecom = (field: string) => names.wecom(field);
  switch (kind) {
    case 'internal':
    case 'external':
      return {
        to: {
          label: t(kind === 'external' ? 'set.mapping.to.external' : 'set.mapping.to'),
          fields: kind === 'external' ? ['external_corp_name'] : mappedFields,
          nameOf: ofWecom,
          typed: kind === 'external' ? asTyped : prefixed('extattr.'),
          twice: t('set.mapping.to-twice'),
          isGuessed: kind === 'internal',
        },
        from: {
          fields: oaFields,
          nameOf: ofOa,
          typed: prefixed('custom.'),
          variables: oaFields.map((field) => ({ field, name: names.oa(field) })),
        },
      };
    case 'to-oa':
      return {
        to: {
          label: t('set.mapping.to.oa'),
          fields: oaTargets,
          nameOf: ofOa,
          typed: prefixed('custom.'),
          twice: t('set.mapping.to-twice.oa'),
          isGuessed: true,
        },
        from: {
          fields: memberFields,
          nameOf: (field) => t('set.mapping.of-wecom', { field: names.wecom(field) }),
          typed: prefixed('extattr.'),
          variables: memberFields.map((field) => ({ field, name: names.wecom(field) })),
        },
      };
  }
}
