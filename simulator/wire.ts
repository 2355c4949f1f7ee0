import { randomInt } from 'node:crypto';
import type { Request, Response } from 'express';
import type { Endpoint, Fields, FileAnswer } from './endpoints/endpoint';
import type { Rejection } from './errors';

/** The address as WeCom prints it after `from ip:`. */
export function clientIp(request: Request): string {
  return (request.socket.remoteAddress ?? '0.0.0.0').replace(/^::ffff:/, '');
}

export function queryOf(request: Request): Record<string, string> {
  const query: Record<string, string> = {};
  const search = request.originalUrl.split('?').slice(1).join('?');
  for (const [name, value] of new URLSearchParams(search)) query[name] ??= value;
  return query;
}

export function successBody(fields: Fields): Fields {
  const { errmsg = 'ok', ...rest } = fields;
  return { errcode: 0, errmsg, ...rest };
}

export function rejectionBody(
  rejection: Rejection,
  context: { endpoint?: Endpoint; ip: string; nowSeconds: number; brokenJson?: boolean },
): Fields {
  const defaults = context.endpoint?.defaults ?? {};
  const hint = `${context.nowSeconds}${String(randomInt(10 ** 12)).padStart(15, '0')}`;
  const errmsg =
    (context.brokenJson ? 'Warning: wrong json format. ' : '') +
    `${rejection.message}, hint: [${hint}], from ip: ${context.ip}, ` +
    `more info at https://open.work.weixin.qq.com/devtool/query?e=${rejection.errcode}`;
  const error = { errcode: rejection.errcode, errmsg };
  return context.endpoint?.defaultsFirst
    ? { ...defaults, ...error, ...rejection.fields }
    : { ...error, ...defaults, ...rejection.fields };
}

export function sendJson(response: Response, body: Fields): void {
  const text = JSON.stringify(body);
  response.statusCode = 200;
  response.setHeader('Content-Type', 'application/json; charset=UTF-8');
  const errcode = body['errcode'];
  if (typeof errcode === 'number' && errcode !== 0) {
    response.setHeader('Error-Code', String(errcode));
    response.setHeader('Error-Msg', headerSafe(String(body['errmsg'])));
  }
  response.setHeader('Content-Length', Buffer.byteLength(text));
  response.end(text);
}

export function sendWritten(response: Response, json: Buffer): void {
  response.statusCode = 200;
  response.setHeader('Content-Type', 'application/json; charset=UTF-8');
  response.setHeader('Content-Length', json.length);
  response.end(json);
}

/** Half an answer that ends as if it were whole. */
export function sendTruncated(response: Response, body: Fields | Buffer): void {
  const whole = Buffer.isBuffer(body) ? body : JSON.stringify(body);
  response.statusCode = 200;
  response.setHeader('Content-Type', 'application/json; charset=UTF-8');
  response.end(whole.slice(0, Math.ceil(whole.length / 2)));
}

export function sendFile(response: Response, { file }: FileAnswer, range: string | undefined): void {
  response.setHeader('Content-Type', file.contentType);
  response.setHeader('Content-Disposition', `attachment; filename="${headerSafe(file.filename)}"`);
  response.setHeader('Accept-Ranges', 'bytes');
  const part = range === undefined ? undefined : /^bytes=(\d+)-(\d*)$/.exec(range);
  if (part == null) {
    response.statusCode = 200;
    response.end(file.content);
    return;
  }
  const from = Number(part[1]);
  const to = part[2] ? Math.min(Number(part[2]), file.content.length - 1) : file.content.length - 1;
  if (from > to) {
    response.statusCode = 416;
    response.setHeader('Content-Range', `bytes */${file.content.length}`);
    response.end();
    return;
  }
  response.statusCode = 206;
  response.setHeader('Content-Range', `bytes ${from}-${to}/${file.content.length}`);
  response.end(file.content.subarray(from, to + 1));
}

/** Headers hold no line ends and nothing outside Latin-1. */
function headerSafe(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?');
}
