export type { WecomClient, WecomClientOptions, WecomSession } from './client';
export { createWecomClient } from './client';
export type {
  CallOptions,
  CallRecord,
  CorpKind,
  Credential,
  CredentialLabel,
  WecomConnection,
} from './connection';
export { credentialLabel } from './connection';
export type {
  CallPriority,
  RateBudgetStore,
  RatePermits,
  RateWindow,
  StoredToken,
  TokenKey,
  TokenStore,
} from './ports';
export type { Reaction, TransportFault, WecomErrorDetails } from './errors';
export {
  WecomAccessError,
  WecomAlreadySoError,
  WecomDataError,
  WecomError,
  WecomRateLimitedError,
  WecomTokenError,
  WecomTransientError,
} from './errors';
export type { ErrcodeExplanation, ErrcodeReaction } from './errcodes';
export { errcodeReaction, explainErrcode, explainFault, explainWecomError, knownErrcodes } from './errcodes';
export type { AddressRefusal } from './address-guard';
export {
  WecomAddressRefusedError,
  assertApiBaseUrlAllowed,
  hostsOf,
  isPrivateAddress,
  normaliseApiBaseUrl,
} from './address-guard';
export type { RateLimits, WindowLimits } from './limits';
export { departmentLimits, mediaLimits, memberLimits, messageLimits, pageSizes, rateWindows } from './limits';
export * from './fields';
export { wecomValueRules } from './value-rules';
export type { Department, DepartmentChange, DepartmentNode, NewDepartment } from './endpoints/departments';
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
export type { CustomerGroup, CustomerGroupBrief } from './endpoints/external-contacts';
export type { CheckinQuestion } from './endpoints/checkin';
export type { AppMessageCount, CardUpdate, OutgoingMessage, SentMessage } from './endpoints/messages';
export type { Agent, AgentBrief } from './endpoints/agents';
export type { DownloadedMedia, MediaType, UploadedMedia } from './endpoints/media';
export type { OauthScope, OauthUserDetail, OauthVisitor } from './endpoints/oauth';
export { authorizeUrl } from './endpoints/oauth';
export type { CallbackCrypto, CallbackMessage, CallbackQuery, CallbackRejection } from './callback-crypto';
export { CallbackRejectedError, createCallbackCrypto } from './callback-crypto';
export type { XmlNode } from './callback-xml';
export { parseCallbackXml } from './callback-xml';
export type { ContactMessage } from './contact-events';
export { callbackKind, isContactKind, readContactMessage } from './contact-events';
export type { CardTap } from './card-events';
export { isCardKind, readCardTap } from './card-events';
