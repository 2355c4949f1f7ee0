import { newCallbackToken, newEncodingAesKey } from '../../console/src/corps/callback-keys';

describe('callback keys made in the console', () => {
  const many = Array.from({ length: 200 }, () => ({
    token: newCallbackToken(),
    aesKey: newEncodingAesKey(),
  }));

  it('have the shape that WeCom takes', () => {
    expect(many.every(({ token }) => /^[A-Za-z0-9]{32}$/.test(token))).toBe(true);
    expect(many.every(({ aesKey }) => /^[A-Za-z0-9]{43}$/.test(aesKey))).toBe(true);
  });

  it('are exactly 32 bytes in Base64, also for a reader that refuses left-over bits', () => {
    const strict = ({ aesKey }: { aesKey: string }) =>
      Buffer.from(`${aesKey}=`, 'base64').toString('base64') === `${aesKey}=`;
    expect(many.filter((keys) => !strict(keys))).toEqual([]);
  });

  it('never come twice', () => {
    expect(new Set(many.flatMap(({ token, aesKey }) => [token, aesKey])).size).toBe(400);
  });
});
