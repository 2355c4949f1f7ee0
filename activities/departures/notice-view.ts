import type { HandOverItem } from '../../domain/departures/departure';
import type { DueDeparture } from '../../domain/departures/notice';
import { languages, translate, type Lang } from '../../i18n';
import { departureReasonText, handOverTexts } from '../../i18n/departures';
import { handOverUnreadable } from '../../i18n/hand-over';
import { departureNoticeTexts } from '../../i18n/notices';
import type { DueDepartures, HeldDepartures } from '../../store/departure-notices';

type InEveryLanguage = Readonly<Record<Lang, string>>;

/** What a notice tells about departures. */
export type DeparturesView = {
  readonly due?: {
    readonly total: number;
    /** Of them, those who still own something, or about whom nobody could tell. */
    readonly owning: number;
    readonly items: readonly DueView[];
  };
  readonly held?: {
    readonly total: number;
    readonly reasons: readonly {
      readonly code: string;
      readonly count: number;
      readonly texts: InEveryLanguage;
    }[];
  };
};

type DueView = {
  readonly departureId: string;
  readonly userId: string;
  readonly name: string | null;
  readonly deleteAt: string;
  /** YYYY-MM-DD in the zone of the settings. */
  readonly day: string;
  readonly handOver: readonly HandOverItem[] | null;
  readonly handOverDone: boolean;
  /** The whole in one line, for receivers that show a text. */
  readonly texts: InEveryLanguage;
};

export function dueDeparturesView(due: DueDepartures, timezone: string): DeparturesView {
  // The Swedish form of a date is the one people of both languages read the same way.
  const days = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeZone: timezone });
  return {
    due: {
      total: due.total,
      owning: due.owning,
      items: due.items.map((departure) => {
        const { departureId, userId, name, deleteAt, handOver, isHandOverDone } = departure;
        const day = days.format(deleteAt);
        return {
          departureId,
          userId,
          name,
          deleteAt: deleteAt.toISOString(),
          day,
          handOver,
          handOverDone: isHandOverDone,
          texts: inEveryLanguage((lang) => dueLine(departure, day, lang)),
        };
      }),
    },
  };
}

export function heldDeparturesView({ total, reasons }: HeldDepartures): DeparturesView {
  return {
    held: {
      total,
      reasons: reasons.map(({ code, count }) => ({
        code,
        count,
        texts: inEveryLanguage((lang) => departureReasonText(code, {}, lang)),
      })),
    },
  };
}

function dueLine(departure: DueDeparture, day: string, lang: Lang): string {
  const { userId, name } = departure;
  const who = name === null ? userId : `${name} (${userId})`;
  return translate(departureNoticeTexts.and, lang, {
    one: translate(departureNoticeTexts.due, lang, { who, day }),
    other: handOverLine(departure, lang),
  });
}

function handOverLine({ handOver, isHandOverDone }: DueDeparture, lang: Lang): string {
  if (isHandOverDone) return translate(departureNoticeTexts.handedOver, lang);
  if (handOver === null) return translate(departureNoticeTexts.notLooked, lang);
  const left = handOver.filter(({ count }) => count === null || count > 0);
  if (left.length === 0) return translate(departureNoticeTexts.nothingLeft, lang);
  const separator = lang === 'zh-CN' ? '、' : ', ';
  const items = left.map((item) => itemText(item, separator, lang)).join(separator);
  return translate(departureNoticeTexts.owns, lang, { items });
}

function itemText({ kind, count, names }: HandOverItem, separator: string, lang: Lang): string {
  const title = translate(handOverTexts[kind], lang);
  if (count === null) {
    const hint = translate(handOverUnreadable[kind], lang);
    return translate(departureNoticeTexts.uncounted, lang, { title, hint });
  }
  return names.length === 0
    ? translate(departureNoticeTexts.counted, lang, { title, count })
    : translate(departureNoticeTexts.countedWithNames, lang, { title, count, names: names.join(separator) });
}

function inEveryLanguage(text: (lang: Lang) => string): InEveryLanguage {
  return Object.fromEntries(languages.map((lang) => [lang, text(lang)])) as InEveryLanguage;
}
