/** Where WeCom's sources contradict each other, each reading is one value; the first is today's documentation. */
export type Variants = {
  departmentName: '64-chars' | '32-chars' | '64-bytes';
  directLeaders: 1 | 5;
  departmentOnCreate: 'optional' | 'required';
  departmentsPerMember: 100 | 20;
  imageLimit: '10-MB' | '5-MB';
  fetchChild: 'honoured' | 'ignored';
  callbackIps: 'wildcard' | 'exact';
  expiredToken: 42001 | 40014;
  outOfRangeMember: 60011 | 60111;
  escapedUnicode: 'accepted' | 'refused';
  outOfRangeCheckin: 60011 | 301021;
  textcardLimits: 'chars' | 'bytes';
  duplicateAnswer: 'no-msgid' | 'msgid';
  secondRecall: 'accepted' | 'refused';
};

export type Settings = {
  latencyMs: number;
  perApiPerMinute: number;
  perApiPerHour: number;
  perIpPerMinute: number;
  perIpPerHour: number;
  /** APIs with a number of their own, where it is the smaller one. */
  perMinuteOf: Readonly<Record<string, number>>;
  /** Calls of one API in flight for one corp before 45033; WeCom publishes no number. */
  maxConcurrentPerApi: number | null;
  tokenTtlSeconds: number;
  /** Empty: every address is trusted. An entry may end in `*`. */
  trustedIps: string[];
  wrongSecretsBeforeBan: number;
  /** Look-ups by mobile or mail that may fail in a day before WeCom's 20 % of the head-count begins to matter. */
  wrongLookupsAlwaysAllowed: number;
  /** Members in one user/list answer before 45029; WeCom publishes no number. */
  maxMembersPerAnswer: number;
  /** Of one app to one member; more are dropped without a word. */
  messagesPerMemberPerMinute: number;
  messagesPerMemberPerHour: number;
  /** Times the account limit is what one app may send in a day. */
  messagesPerAccountPerDay: number;
  callbackTimeoutMs: number;
  callbackVerifyTimeoutMs: number;
  callbackRetries: number;
  callbackRetryDelayMs: number;
  variants: Variants;
};

export function defaultSettings(): Settings {
  return {
    latencyMs: 0,
    perApiPerMinute: 10_000,
    perApiPerHour: 150_000,
    perIpPerMinute: 20_000,
    perIpPerHour: 600_000,
    perMinuteOf: {
      'checkin/getcheckindata': 600,
      'checkin/getcheckin_daydata': 100,
      'checkin/getcheckin_monthdata': 60,
      'checkin/getcheckinoption': 600,
      'checkin/getcorpcheckinoption': 60,
      'checkin/getcheckinschedulist': 60,
      'checkin/punch_correction': 600,
    },
    maxConcurrentPerApi: null,
    tokenTtlSeconds: 7200,
    trustedIps: [],
    wrongSecretsBeforeBan: 30,
    wrongLookupsAlwaysAllowed: 10,
    maxMembersPerAnswer: 10_000,
    messagesPerMemberPerMinute: 30,
    messagesPerMemberPerHour: 1000,
    messagesPerAccountPerDay: 200,
    callbackTimeoutMs: 5000,
    callbackVerifyTimeoutMs: 1000,
    callbackRetries: 3,
    callbackRetryDelayMs: 1000,
    variants: {
      departmentName: '64-chars',
      directLeaders: 1,
      departmentOnCreate: 'optional',
      departmentsPerMember: 100,
      imageLimit: '10-MB',
      fetchChild: 'honoured',
      callbackIps: 'wildcard',
      expiredToken: 42001,
      outOfRangeMember: 60011,
      escapedUnicode: 'accepted',
      outOfRangeCheckin: 60011,
      textcardLimits: 'chars',
      duplicateAnswer: 'no-msgid',
      secondRecall: 'accepted',
    },
  };
}
