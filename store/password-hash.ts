import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

type ScryptCost = { readonly N: number; readonly r: number; readonly p: number };

// 32 MiB and about a tenth of a second a hash; the figures stand in every hash, so they can be raised later.
const currentCost: ScryptCost = { N: 2 ** 15, r: 8, p: 1 };
const hashBytes = 32;

export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await derive(password, salt, currentCost);
  const { N, r, p } = currentCost;
  return ['scrypt', N, r, p, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

/** A missing hash costs the same time as a wrong password, so that login names can't be probed. */
export async function verifyPassword(password: string, stored: string | null): Promise<boolean> {
  const [scheme, N, r, p, salt, hash] = (stored ?? '').split('$');
  if (scheme !== 'scrypt' || salt === undefined || hash === undefined) {
    await derive(password, randomBytes(16), currentCost);
    return false;
  }
  const expected = Buffer.from(hash, 'base64url');
  const actual = await derive(password, Buffer.from(salt, 'base64url'), {
    N: Number(N),
    r: Number(r),
    p: Number(p),
  });
  return expected.length === actual.length && timingSafeEqual(actual, expected);
}

function derive(password: string, salt: Buffer, cost: ScryptCost): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    // Typed on two machines, the same password may arrive in two Unicode forms.
    scrypt(
      password.normalize('NFKC'),
      salt,
      hashBytes,
      { ...cost, maxmem: 256 * cost.N * cost.r },
      (error, key) => (error === null ? resolve(key) : reject(error)),
    );
  });
}
