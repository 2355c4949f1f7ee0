import { ApplicationFailure } from '@temporalio/common';
import { PushRefusedError } from '../../../activities/directory-push-planning';
import { NoticeNotDeliveredError, NoticeUndeliverableError } from '../../../activities/notices';
import { OaRefreshRefusedError } from '../../../activities/oa-directory-refresh';
import { OaBusyError, OaReadingExpiredError, OaRefusedError, OaUnavailableError } from '../../../oa/errors';
import { toFailure } from '../../../workers/failures';

const operation = 'GET /directory';

function translated(error: unknown): ApplicationFailure {
  const failure = toFailure(error, 1);
  expect(failure).toBeInstanceOf(ApplicationFailure);
  return failure as ApplicationFailure;
}

it.each([
  ['the plan can not be made', new PushRefusedError('root-not-matched'), 'root-not-matched'],
  ['the OA refuses the secret', new OaRefusedError(operation, 'bad-signature', 401), 'oa-refused'],
  [
    'the OA contradicts itself',
    new OaRefreshRefusedError('oa-directory-contradicts-itself'),
    'oa-directory-contradicts-itself',
  ],
  ['a target was taken away', new NoticeUndeliverableError('target-removed'), 'notice-undeliverable'],
] as const)('%s → at once the end, with the reason', (_, error, code) => {
  expect(translated(error)).toMatchObject({ type: error.name, nonRetryable: true, details: [{ code }] });
});

it.each([
  ['the OA is down', new OaUnavailableError(operation, 'timeout', undefined), 'oa-unavailable'],
  ['the OA has forgotten a page', new OaReadingExpiredError(operation, 'expired', 410), 'oa-unavailable'],
  ['a webhook does not answer', new NoticeNotDeliveredError('ECONNREFUSED'), 'notice-not-delivered'],
] as const)('%s → tried again', (_, error, code) => {
  expect(translated(error)).toMatchObject({ type: error.name, nonRetryable: false, details: [{ code }] });
});

it('an OA that says when to come back is asked again then', () => {
  expect(translated(new OaBusyError(operation, 429, 42_000))).toMatchObject({
    nonRetryable: false,
    nextRetryDelay: 42_000,
  });
});

it('the end of a batch that an administrator must look into passes unchanged', () => {
  const stop = ApplicationFailure.nonRetryable('stopped', 'PushStopped', { code: 'wecom-access' });
  expect(toFailure(stop, 1)).toBe(stop);
});
