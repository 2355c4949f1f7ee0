import { randomBytes } from 'node:crypto';
import { Rejection } from '../errors';
import type { Settings } from '../settings';
import type { Corp, MediaFile } from '../state/corp';
import type { Call, Endpoint } from './endpoint';
import { punchPhoto } from './punch-photo';
import { formFiles } from './multipart';
import type { FormFile } from './multipart';

const MB = 1024 * 1024;
const MIN_BYTES = 6;
const MEDIA_LIFE_MS = 3 * 24 * 60 * 60 * 1000;
const MAX_BYTES_PER_CORP = 256 * MB;

type MediaType = 'image' | 'voice' | 'video' | 'file';

export const mediaEndpoints: readonly Endpoint[] = [
  {
    path: 'media/upload',
    access: 'any',
    writes: true,
    beforeToken: assertNotEmpty,
    handle(call) {
      const type = mediaTypeOf(call.query['type']);
      const file = uploadedFile(call);
      assertContent(type, file.content, call.world.settings);
      const media: MediaFile = {
        mediaId: randomBytes(48).toString('base64url'),
        type,
        filename: file.filename,
        contentType: contentTypeOf(file.content),
        content: Buffer.from(file.content),
        createdAtMs: call.nowMs,
      };
      keep(call.corp, media, call.nowMs);
      return { errmsg: '', type, media_id: media.mediaId, created_at: String(Math.floor(call.nowMs / 1000)) };
    },
  },
  {
    path: 'media/get',
    access: 'any',
    handle(call) {
      const mediaId = call.query['media_id'];
      if (mediaId === undefined || mediaId === '') throw new Rejection(41006);
      const media = call.corp.media.get(mediaId) ?? punchPhoto(call, mediaId);
      if (media === undefined || !mediaIsGood(media, call.nowMs)) throw new Rejection(40007);
      return { file: media };
    },
  },
  {
    path: 'media/uploadimg',
    access: 'any',
    beforeToken: assertNotEmpty,
    handle(call) {
      const { content } = uploadedFile(call);
      if (content.length > 2 * MB) throw new Rejection(45001);
      assertSize(content);
      if (!isImage(content)) throw new Rejection(40123);
      call.world.corpBans.countPermanentImage(call.corp, call.nowMs);
      const id = randomBytes(16).toString('hex');
      call.world.images.set(id, { contentType: contentTypeOf(content), content: Buffer.from(content) });
      return { errmsg: '', url: `${call.world.publicBaseUrl}/sim-images/${id}` };
    },
  },
];

export function mediaIsGood(media: MediaFile, nowMs: number): boolean {
  return nowMs - media.createdAtMs < MEDIA_LIFE_MS;
}

function assertNotEmpty({ raw }: { readonly raw: Buffer }): void {
  if (raw.length === 0) throw new Rejection(44001);
}

function uploadedFile(call: Call): FormFile {
  const file = formFiles(call.raw, call.headers['content-type']).find(({ name }) => name === 'media');
  if (file === undefined) throw new Rejection(41005);
  if (file.content.length === 0) throw new Rejection(44001);
  return file;
}

function mediaTypeOf(type: string | undefined): MediaType {
  if (type === 'image' || type === 'voice' || type === 'video' || type === 'file') return type;
  throw new Rejection(40005);
}

function assertContent(type: MediaType, content: Buffer, settings: Settings): void {
  assertSize(content);
  switch (type) {
    case 'image':
      if (content.length > (settings.variants.imageLimit === '10-MB' ? 10 : 5) * MB)
        throw new Rejection(45001);
      if (!isImage(content)) throw new Rejection(40123);
      return;
    case 'voice':
      if (content.length > 2 * MB) throw new Rejection(45001);
      if (!content.subarray(0, 5).equals(Buffer.from('#!AMR'))) throw new Rejection(301017);
      if (amrSeconds(content) > 60) throw new Rejection(45007);
      return;
    case 'video':
      if (content.length > 10 * MB) throw new Rejection(45001);
      if (content.subarray(4, 8).toString('latin1') !== 'ftyp') throw new Rejection(40004);
      return;
    case 'file':
      if (content.length > 20 * MB) throw new Rejection(45001);
      return;
  }
}

function assertSize(content: Buffer): void {
  if (content.length < MIN_BYTES) throw new Rejection(40006);
}

/** Frames of 20 ms behind the `#!AMR` line, each as long as its mode says. */
function amrSeconds(content: Buffer): number {
  const frameBytes = [13, 14, 16, 18, 20, 21, 27, 32, 6];
  let frames = 0;
  for (let at = 6; at < content.length; frames += 1) at += frameBytes[((content[at] ?? 0) >> 3) & 0x0f] ?? 1;
  return frames * 0.02;
}

function isImage(content: Buffer): boolean {
  return isPng(content) || isJpeg(content);
}

function isPng(content: Buffer): boolean {
  return content.subarray(0, 4).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47]));
}

function isJpeg(content: Buffer): boolean {
  return content.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff]));
}

function contentTypeOf(content: Buffer): string {
  if (isPng(content)) return 'image/png';
  if (isJpeg(content)) return 'image/jpeg';
  return 'application/octet-stream';
}

/** Files live three days; a busy corp loses its oldest ones earlier rather than filling the machine's memory. */
function keep(corp: Corp, media: MediaFile, nowMs: number): void {
  for (const old of corp.media.values()) {
    if (!mediaIsGood(old, nowMs)) corp.media.delete(old.mediaId);
  }
  corp.media.set(media.mediaId, media);
  let bytes = 0;
  for (const one of corp.media.values()) bytes += one.content.length;
  for (const oldest of corp.media.values()) {
    if (bytes <= MAX_BYTES_PER_CORP || oldest === media) break;
    corp.media.delete(oldest.mediaId);
    bytes -= oldest.content.length;
  }
}
