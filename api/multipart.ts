import type { Request, Response } from 'express';
import multer, { memoryStorage, MulterError } from 'multer';
import { oaUploadTexts } from '../i18n/oa-upload';
import type { UploadedFile } from './define-route';
import { ApiError, invalidField } from './http-errors';

const maxFieldBytes = 64 * 1024;
const maxFields = 20;

/** Reads a form with one file; its text fields become the request's body. */
export async function readMultipart(
  request: Request,
  response: Response,
  maxFileBytes: number,
): Promise<UploadedFile> {
  if (!/^multipart\/form-data\s*;/i.test(request.get('content-type') ?? '')) {
    throw new ApiError(415, 'unsupported_media_type', { text: oaUploadTexts.notMultipart });
  }
  const read = multer({
    storage: memoryStorage(),
    limits: {
      fileSize: maxFileBytes,
      files: 1,
      fields: maxFields,
      fieldSize: maxFieldBytes,
      parts: maxFields + 1,
    },
    defParamCharset: 'utf8',
  }).single('file');
  await new Promise<void>((resolve, reject) => {
    read(request, response, (error: unknown) =>
      error == null ? resolve() : reject(formError(error, maxFileBytes)),
    );
  });
  const { file } = request;
  if (file === undefined) throw invalidField('file', oaUploadTexts.fileMissing);
  return { name: file.originalname, content: file.buffer };
}

function formError(error: unknown, maxFileBytes: number): Error {
  if (error instanceof MulterError && error.code === 'LIMIT_FILE_SIZE') {
    return new ApiError(413, 'file_too_large', {
      text: oaUploadTexts.fileTooLarge,
      params: { limit: `${Math.round(maxFileBytes / 1024 / 1024)} MiB` },
    });
  }
  // Whatever else the parser says, it says about what was sent.
  return new ApiError(400, 'bad_form', { text: oaUploadTexts.badForm }, {}, { cause: error });
}
