export type FormFile = { readonly name: string; readonly filename: string; readonly content: Buffer };

/** The file parts of a multipart/form-data body. WeCom's SDKs add a `filelength` that stricter parsers stumble over. */
export function formFiles(raw: Buffer, contentType = ''): FormFile[] {
  const boundary = /boundary="?([^";]+)"?/i.exec(contentType)?.[1];
  if (boundary === undefined) return [];
  const delimiter = Buffer.from(`--${boundary}`);
  const files: FormFile[] = [];
  let start = raw.indexOf(delimiter);
  while (start !== -1) {
    const next = raw.indexOf(delimiter, start + delimiter.length);
    if (next === -1) break;
    const part = raw.subarray(start + delimiter.length + 2, next - 2);
    const file = filePart(part);
    if (file !== undefined) files.push(file);
    start = next;
  }
  return files;
}

function filePart(part: Buffer): FormFile | undefined {
  const headerEnd = part.indexOf('\r\n\r\n');
  if (headerEnd === -1) return undefined;
  const headers = part.subarray(0, headerEnd).toString('utf8');
  const disposition = /^content-disposition:(.*)$/im.exec(headers)?.[1] ?? '';
  const name = /[;\s]name="?([^";]*)"?/i.exec(disposition)?.[1];
  const filename = /[;\s]filename="?([^";]*)"?/i.exec(disposition)?.[1];
  const encodedName = /[;\s]filename\*=utf-8''([^;\s]+)/i.exec(disposition)?.[1];
  if (name === undefined || (filename === undefined && encodedName === undefined)) return undefined;
  return {
    name,
    filename: encodedName === undefined ? (filename ?? '') : decodeURIComponent(encodedName),
    content: part.subarray(headerEnd + 4),
  };
}
