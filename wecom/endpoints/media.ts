import { z } from 'zod';
import type { ApiCaller } from '../api-request';
import type { CallOptions } from '../connection';
import { pictureTypeOf } from '../pictures';

export type MediaType = 'image' | 'voice' | 'video' | 'file';

export type UploadedMedia = {
  readonly type: MediaType;
  /** Good for three days, in every app of the corp. */
  readonly mediaId: string;
  readonly createdAt: Date;
};

export type DownloadedMedia = {
  readonly content: Buffer;
  readonly filename?: string;
  readonly contentType?: string;
};

const kept = z.object({ url: z.url() });
const uploaded = z.object({ media_id: z.string().min(1), created_at: z.coerce.number() });

export function mediaEndpoints(api: ApiCaller) {
  return {
    async upload(
      input: {
        readonly type: MediaType;
        readonly filename: string;
        readonly content: Buffer;
        readonly contentType?: string;
      },
      call?: CallOptions,
    ): Promise<UploadedMedia> {
      const { type, filename, content, contentType = 'application/octet-stream' } = input;
      const answer = await api.call(
        {
          path: 'media/upload',
          method: 'POST',
          query: { type },
          multipart: { field: 'media', filename, content, contentType },
          // A file uploaded twice is only a second media id that expires by itself.
          writes: false,
          answer: uploaded,
        },
        call,
      );
      return { type, mediaId: answer.media_id, createdAt: new Date(answer.created_at * 1000) };
    },

    /** For news and for nothing else: WeCom shows it in its own messages only. */
    async uploadPicture(
      { content }: { readonly content: Buffer },
      call?: CallOptions,
    ): Promise<{ readonly url: string }> {
      const contentType = pictureTypeOf(content) ?? 'application/octet-stream';
      const filename = contentType === 'image/png' ? 'picture.png' : 'picture.jpg';
      return api.call(
        {
          path: 'media/uploadimg',
          method: 'POST',
          multipart: { field: 'media', filename, content, contentType },
          // Twice is a second address of the same picture.
          writes: false,
          answer: kept,
        },
        call,
      );
    },

    async get({ mediaId }: { readonly mediaId: string }, call?: CallOptions): Promise<DownloadedMedia> {
      const { body, headers } = await api.download({ path: 'media/get', query: { media_id: mediaId } }, call);
      const filename = filenameOf(headers['content-disposition']);
      const contentType = headers['content-type'];
      return {
        content: body,
        ...(filename === undefined ? {} : { filename }),
        ...(contentType === undefined ? {} : { contentType }),
      };
    },
  };
}

export type MediaEndpoints = ReturnType<typeof mediaEndpoints>;

function filenameOf(disposition: string | undefined): string | undefined {
  const quoted = /filename="([^"]*)"/i.exec(disposition ?? '')?.[1];
  // Node hands headers over as latin1, WeCom writes UTF-8 into them.
  return quoted === undefined ? undefined : Buffer.from(quoted, 'latin1').toString('utf8');
}
