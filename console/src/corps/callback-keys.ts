const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
/** 43 Base64 characters hold 258 bits of which 256 count: the last one must leave its two low bits empty. */
const lastLetters = 'AEIMQUYcgkosw048';

const tokenLength = 32;
const aesKeyLength = 43;

/** WeCom takes letters and digits only. */
export function newCallbackToken(): string {
  return pick(letters, tokenLength);
}

export function newEncodingAesKey(): string {
  return pick(letters, aesKeyLength - 1) + pick(lastLetters, 1);
}

function pick(from: string, length: number): string {
  const unbiasedBelow = Math.floor(256 / from.length) * from.length;
  let picked = '';
  while (picked.length < length) {
    for (const byte of crypto.getRandomValues(new Uint8Array(length))) {
      if (byte < unbiasedBelow && picked.length < length) picked += from.charAt(byte % from.length);
    }
  }
  return picked;
}
