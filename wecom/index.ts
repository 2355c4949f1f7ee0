export type { WecomClient, WecomClientOptions, WecomSession } from './client';
export { createWecomClient } from './client';
export type { CallOptions, CallRecord, CorpKind, Credential, WecomConnection } from './connection';
export type { RateBudgetStore, RateWindow, StoredToken, TokenKey, TokenStore } from './ports';
export type { TransportFault, WecomErrorDetails } from './errors';
export {
  WecomAccessError,
  WecomAlreadySoError,
  WecomDataError,
  WecomError,
  WecomRateLimitedError,
  WecomTokenError,
  WecomTransientError,
} from './errors';
export { errcodeReaction, explainErrcode, explainFault, explainWecomError, knownErrcodes } from './errcodes';
export type { AddressRefusal } from './address-guard';
export {
  WecomAddressRefusedError,
  assertApiBaseUrlAllowed,
  hostsOf,
  isSimulator,
  guardedLookup,
  isPrivateAddress,
  leadsInside,
  mayReachInternal,
  normaliseApiBaseUrl,
} from './address-guard';
export type { RateLimits } from './limits';
export { messageLimits, pageSizes, pictureLimits, rateWindows } from './limits';
export type { PictureProblem } from './pictures';
export { pictureProblem } from './pictures';
export * from './fields';
export { wecomValueRules } from './value-rules';
export type { Department, DepartmentChange, DepartmentNode } from './endpoints/departments';
export type {
  ExtAttr,
  ExternalAttr,
  ExternalProfile,
  Gender,
  Member,
  MemberBrief,
  MemberChange,
  MemberFields,
  MemberPlace,
  MemberStatus,
  NewMember,
} from './endpoints/members';
export type { Agent } from './endpoints/agents';
export type { DownloadedMedia } from './endpoints/media';
export type { OauthVisitor } from './endpoints/oauth';
export { authorizeUrl } from './endpoints/oauth';
export type { CallbackCrypto, CallbackMessage, CallbackQuery, CallbackRejection } from './callback-crypto';
export { CallbackRejectedError, createCallbackCrypto } from './callback-crypto';
export { parseCallbackXml } from './callback-xml';
export { callbackKind, isContactKind, readContactMessage } from './contact-events';
export type { CardTap } from './card-events';
export { isCardKind, readCardTap } from './card-events';
