import { createHash } from 'node:crypto';
import { crc32, deflateSync } from 'node:zlib';
import type { MediaFile } from '../state/corp';
import type { Call } from './endpoint';

const WIDTH = 64;
const HEIGHT = 48;

/** What stands in a punch's `mediaids`: a picture of one colour, that of its media id. It is drawn when asked for. */
export function punchPhoto(call: Call, mediaId: string): MediaFile | undefined {
  const takenAt = call.corp.checkins.photoTime(call.corp, mediaId, Math.floor(call.nowMs / 1000));
  if (takenAt === undefined) return undefined;
  const [red = 0, green = 0, blue = 0] = createHash('sha256').update(mediaId).digest();
  return {
    mediaId,
    type: 'image',
    filename: 'checkin.png',
    contentType: 'image/png',
    content: plainPng(red, green, blue),
    createdAtMs: takenAt * 1000,
  };
}

function plainPng(red: number, green: number, blue: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(WIDTH, 0);
  header.writeUInt32BE(HEIGHT, 4);
  // Eight bits a colour, three colours, no tricks.
  header.set([8, 2, 0, 0, 0], 8);
  const line = Buffer.concat([Buffer.from([0]), Buffer.alloc(WIDTH * 3, Buffer.from([red, green, blue]))]);
  const pixels = deflateSync(Buffer.concat(Array.from({ length: HEIGHT }, () => line)));
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', pixels),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}
