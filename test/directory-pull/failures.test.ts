import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { PullRefusedError } from '../../activities/directory-pull';
import { RunEndedError, StepMovedOnError } from '../../store/directory-pull';
import { MasterKeyMissingError } from '../../store/secrets';
import {
  WecomAccessError,
  WecomAlreadySoError,
  WecomDataError,
  WecomRateLimitedError,
  WecomTokenError,
  WecomTransientError,
} from '../../wecom';
import { toFailure } from '../../workers/failures';

const path = 'user/list';

function translated(error: unknown, attempt = 1): ApplicationFailure {
  const failure = toFailure(error, attempt);
  expect(failure).toBeInstanceOf(ApplicationFailure);
  return failure as ApplicationFailure;
}

it.each([
  ['WeCom is busy', new WecomTransientError({ path, errcode: -1 }), 'wecom-unavailable'],
  ['the network fails', new WecomTransientError({ path, fault: 'timeout' }), 'wecom-unavailable'],
  ['another attempt was faster', new StepMovedOnError('details'), 'internal'],
  ['the database is away', new Error('connect ECONNREFUSED'), 'database-unavailable'],
] as const)('%s → tried again', (_, error, code) => {
  expect(translated(error)).toMatchObject({ type: error.name, nonRetryable: false, details: [{ code }] });
});

it.each([
  [
    'the IP is not trusted',
    new WecomAccessError({ path, errcode: 60020, fromIp: '192.0.2.1' }),
    'wecom-access',
  ],
  ['WeCom refuses the values', new WecomDataError({ path, errcode: 40003 }), 'wecom-refused'],
  [
    'what is read does not exist',
    new WecomAlreadySoError({ path, errcode: 60111 }, 'not-found'),
    'wecom-refused',
  ],
  ['nobody may be asked', new PullRefusedError('no-credential'), 'no-credential'],
  ['the run has ended', new RunEndedError('run'), 'workflow-ended'],
  ['a secret cannot be opened', new MasterKeyMissingError('abcd'), 'secret-unreadable'],
] as const)('%s → the run fails at once and says why', (_, error, code) => {
  expect(translated(error)).toMatchObject({ type: error.name, nonRetryable: true, details: [{ code }] });
});

it('a rate limit is tried again when WeCom said, not by the backoff', () => {
  const failure = translated(new WecomRateLimitedError({ path, errcode: 45009 }, 42_000));
  expect(failure).toMatchObject({ nonRetryable: false, nextRetryDelay: 42_000 });
});

it('a token that is refused right after being fetched is given up after a few attempts', () => {
  const error = new WecomTokenError({ path, errcode: 40014 });
  expect(translated(error, 1).nonRetryable).toBe(false);
  expect(translated(error, 4).nonRetryable).toBe(true);
});

it.each(['not-wecom', 'redirect'] as const)(
  'a page in between (%s) may go away within half a minute',
  (fault) => {
    const error = new WecomAccessError({ path, fault, httpStatus: 200 });
    expect(translated(error, 1)).toMatchObject({ nonRetryable: false, details: [{ code: 'wecom-access' }] });
    expect(translated(error, 6).nonRetryable).toBe(true);
  },
);

it('an address the bridge itself refuses to call is not tried again', () => {
  expect(translated(new WecomAccessError({ path, fault: 'address-refused' })).nonRetryable).toBe(true);
});

it('a bug is tried again a few times only', () => {
  const error = new TypeError('x is not a function');
  expect(translated(error, 1).nonRetryable).toBe(false);
  expect(translated(error, 6).nonRetryable).toBe(true);
});

it('what goes into the history names the errcode and where it came from', () => {
  const error = new WecomAccessError({
    path,
    errcode: 60020,
    errmsg: 'not allow to access',
    fromIp: '192.0.2.1',
  });
  expect(translated(error).details).toEqual([
    {
      code: 'wecom-access',
      wecom: { path, errcode: 60020, errmsg: 'not allow to access', fromIp: '192.0.2.1' },
    },
  ]);
});

it.each([
  new WecomAlreadySoError({ path, errcode: 60104, errmsg: 'mobile existed:zhangsan' }, 'exists'),
  new WecomDataError({ path, errcode: 40003, errmsg: 'invalid userid: zhangsan' }),
])('what WeCom says about somebody stays behind, its errcode goes into the history', (error) => {
  const failure = translated(error);
  expect(failure.details).toEqual([{ code: 'wecom-refused', wecom: { path, errcode: error.errcode } }]);
  expect(JSON.stringify([failure.message, failure.details, failure.cause])).not.toContain('zhangsan');
});

it('what a driver says about a row never reaches the history', () => {
  const error = new Error('duplicate key value violates unique constraint: (mobile)=(19900000001)');
  const failure = translated(error);
  expect(JSON.stringify([failure.message, failure.details, failure.cause])).not.toContain('19900000001');
});

it('a cancellation stays a cancellation', () => {
  const error = new CancelledFailure('cancelled');
  expect(toFailure(error, 1)).toBe(error);
});
