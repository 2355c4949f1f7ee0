import { createApiLogger } from '../../api/logger';

it('logs what happened and where, without the values an error may carry', () => {
  const lines: string[] = [];
  const logger = createApiLogger('info', { write: (line) => void lines.push(line) });
  const cause = Object.assign(new Error('duplicate key'), {
    code: '23505',
    detail: 'Key (mobile)=(19900001234) already exists.',
  });
  const error = Object.assign(new Error('could not be saved', { cause }), {
    config: { url: 'https://qyapi.example.com/cgi-bin/gettoken?corpsecret=secret' },
  });
  logger.error({ err: error }, 'request failed');
  const [line = ''] = lines;
  expect(JSON.parse(line)).toMatchObject({
    msg: 'request failed',
    err: { type: 'Error', message: 'could not be saved', cause: { code: '23505', message: 'duplicate key' } },
  });
  expect(line).not.toMatch(/19900001234|corpsecret/);
});
