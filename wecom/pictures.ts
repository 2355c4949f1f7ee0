import { pictureLimits } from './limits';

/** Why WeCom takes a file for no picture: 40006, 45001 and 40123, told without a call that counts. */
export type PictureProblem = 'too-small' | 'too-large' | 'not-a-picture';

const png = Buffer.from([0x89, 0x50, 0x4e, 0x47]);
const jpeg = Buffer.from([0xff, 0xd8, 0xff]);

/** By its first bytes: a name may promise anything. */
export function pictureTypeOf(content: Buffer): 'image/png' | 'image/jpeg' | undefined {
  if (content.subarray(0, png.length).equals(png)) return 'image/png';
  return content.subarray(0, jpeg.length).equals(jpeg) ? 'image/jpeg' : undefined;
}

export function pictureProblem(content: Buffer): PictureProblem | undefined {
  if (content.length < pictureLimits.minBytes) return 'too-small';
  if (content.length > pictureLimits.maxBytes) return 'too-large';
  return pictureTypeOf(content) === undefined ? 'not-a-picture' : undefined;
}
