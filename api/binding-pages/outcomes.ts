import type { Text } from '../../i18n';
import { bindingPageTexts as texts } from '../../i18n/binding-pages';
import type { VisitLookUp, VisitRecord } from '../../store/binding-visits';
import type { CorpRecord } from '../../store/corps';
import type { Visitor } from '../../store/visit-bindings';
import type { Said } from './html';
import { maskedAccount } from './masked-account';
import type { FormView, NoticeView } from './views';

/** A visit of which the member is known. */
export type KnownVisit = {
  readonly visit: VisitRecord;
  readonly corp: CorpRecord;
  readonly visitor: Visitor;
};

export type Outcomes = ReturnType<typeof createOutcomes>;

/** What a visit can come to, as pages. */
export function createOutcomes(publicUrl: string) {
  const again = ({ appId, returnTo }: VisitRecord): NonNullable<NoticeView['button']> => {
    const query = returnTo === null ? '' : `?${new URLSearchParams({ return: returnTo }).toString()}`;
    return { href: bindUrl(publicUrl, appId) + query, label: { text: texts.retry } };
  };

  const goOn = ({ returnTo }: VisitRecord): NoticeView['button'] =>
    returnTo === null ? null : { href: publicUrl + returnTo, label: { text: texts.goOn } };

  return {
    /** Nobody can say whose visit it was. */
    broken: (status: number, text: Text): NoticeView => notice(status, texts.brokenTitle, [{ text }]),

    refused(looked: Exclude<VisitLookUp, { kind: 'open' }>): NoticeView {
      switch (looked.kind) {
        case 'unknown':
          return notice(400, texts.brokenTitle, [{ text: texts.stateUnknown }]);
        case 'other-browser':
          return notice(403, texts.brokenTitle, [{ text: texts.otherBrowser }]);
        case 'expired':
          return this.startAgain(looked.visit, texts.expired);
        case 'used':
          return this.startAgain(looked.visit, texts.used);
      }
    },

    startAgain: (visit: VisitRecord, text: Text): NoticeView => ({
      ...notice(400, texts.brokenTitle, [{ text }]),
      button: again(visit),
    }),

    wecomTrouble: (visit: VisitRecord, corp: CorpRecord, said: Said): NoticeView => ({
      ...notice(502, texts.troubleTitle, [said], corp),
      button: again(visit),
    }),

    notMember: (corp: CorpRecord): NoticeView =>
      notice(403, texts.notLinkedTitle, [{ text: texts.notMember }, { text: texts.notMemberAdvice }], corp),

    memberUnknown: (visit: VisitRecord, corp: CorpRecord): NoticeView => ({
      ...notice(
        403,
        texts.notLinkedTitle,
        [{ text: texts.memberUnknown }, { text: texts.memberUnknownAdvice }],
        corp,
      ),
      button: again(visit),
    }),

    bound({ visit, corp, visitor }: KnownVisit, loginName: string, how?: Text): NoticeView {
      const said: Said[] = [{ text: texts.bound, params: { name: nameOf(visitor), login: loginName } }];
      if (how !== undefined) said.push({ text: how });
      if (visit.returnTo === null) said.push({ text: texts.closePage });
      return { ...notice(200, texts.boundTitle, said, corp), tone: 'good', button: goOn(visit) };
    },

    alreadyBound({ visit, corp, visitor }: KnownVisit): NoticeView {
      const login = maskedAccount(visitor.boundTo?.loginName ?? visitor.boundTo?.oaUserId ?? '');
      const said = [
        { text: texts.alreadyBound, params: { name: nameOf(visitor), login } },
        { text: texts.alreadyBoundAdvice },
      ];
      return {
        ...notice(200, texts.alreadyBoundTitle, said, corp),
        tone: 'neutral',
        button: goOn(visit),
      };
    },

    form(
      { corp, visitor }: KnownVisit,
      csrf: string,
      tried?: { readonly status: number; readonly problem: Said; readonly loginName: string },
    ): FormView {
      return {
        kind: 'form',
        status: tried?.status ?? 200,
        corpName: corp.name,
        name: nameOf(visitor),
        action: `${publicUrl}/wecom/bind`,
        csrf,
        loginName: tried?.loginName ?? '',
        problem: tried?.problem ?? null,
      };
    },
  };
}

export function bindUrl(publicUrl: string, appId: string): string {
  return `${publicUrl}/wecom/apps/${appId}/bind`;
}

export function notice(status: number, title: Text, said: readonly Said[], corp?: CorpRecord): NoticeView {
  return {
    kind: 'notice',
    status,
    tone: 'bad',
    corpName: corp?.name ?? null,
    title: { text: title },
    said,
    button: null,
  };
}

function nameOf({ name, userId }: Visitor): string {
  return name ?? userId;
}
