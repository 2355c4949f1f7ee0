/** An answer that is a file instead of JSON, made while it is sent. */
export class FileAnswer {
  constructor(
    readonly contentType: string,
    readonly chunks: AsyncIterable<Uint8Array | string>,
    /** Without a name it is shown instead of saved. */
    readonly fileName?: string,
  ) {}

  headers(): Record<string, string> {
    return {
      'Content-Type': this.contentType,
      // Whatever stands in it, it is never a page with scripts.
      'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
      ...(this.fileName === undefined
        ? {}
        : {
            'Content-Disposition': `attachment; filename="${this.fileName.replace(/[^\w.-]/g, '_')}"; filename*=UTF-8''${encodeURIComponent(this.fileName)}`,
          }),
    };
  }
}
