import { randomBytes } from 'node:crypto';
import { startSimulator } from '../../simulator';
import type { RunningSimulator, SimulatorOptions } from '../../simulator';

/** What came over the wire; each test says what it expects of it. */
export type Json = ReturnType<typeof JSON.parse>;
export type Answer = { errcode: number; errmsg: string; [field: string]: Json };
export type HttpAnswer = { status: number; headers: Headers; text: string; json: Json };

/** Speaks to a simulator over real HTTP, as any WeCom client would. */
export class SimulatorClient {
  constructor(
    readonly simulator: RunningSimulator,
    readonly url = simulator.url,
  ) {}

  static async start(options?: SimulatorOptions): Promise<SimulatorClient> {
    return new SimulatorClient(await startSimulator(options));
  }

  async http(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<HttpAnswer> {
    const payload =
      body === undefined || body instanceof FormData || typeof body === 'string' || Buffer.isBuffer(body)
        ? body
        : JSON.stringify(body);
    const response = await fetch(this.url + path, { method, body: payload as RequestInit['body'], headers });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: parseOrUndefined(text) };
  }

  async control(method: string, path: string, body?: unknown): Promise<Json> {
    const answer = await this.http(method, `/_sim${path}`, body);
    if (answer.status >= 300) throw new Error(`${method} /_sim${path}: ${answer.status} ${answer.text}`);
    return answer.json;
  }

  async get(path: string, query: Record<string, string | number> = {}): Promise<Answer> {
    const search = searchOf(query);
    return (await this.http('GET', `/cgi-bin/${path}?${search.toString()}`)).json;
  }

  async post(path: string, query: Record<string, string | number>, body: unknown): Promise<Answer> {
    const search = searchOf(query);
    return (await this.http('POST', `/cgi-bin/${path}?${search.toString()}`, body)).json;
  }

  async token(corpid: string, corpsecret: string): Promise<string> {
    const answer = await this.get('gettoken', { corpid, corpsecret });
    if (answer.errcode !== 0) throw new Error(answer.errmsg);
    return answer['access_token'];
  }

  /** A fresh corp under its own id, so that tests share a simulator without meeting. */
  async corp(input: Record<string, unknown> = {}): Promise<TestCorp> {
    const corpid = `ww${randomBytes(8).toString('hex')}`;
    const contactsSecret = `contacts-${corpid}`;
    const appSecret = `app-${corpid}`;
    await this.control('POST', '/corps', {
      corpid,
      name: '测试企业',
      contactsSecret,
      apps: [{ agentid: 1000002, secret: appSecret, name: '集成' }],
      ...input,
    });
    return new TestCorp(this, corpid, contactsSecret, appSecret);
  }

  close(): Promise<void> {
    return this.simulator.close();
  }
}

export class TestCorp {
  readonly #tokens = new Map<string, string>();

  constructor(
    readonly client: SimulatorClient,
    readonly corpid: string,
    readonly contactsSecret: string,
    readonly appSecret: string,
  ) {}

  async tokenFor(secret: string): Promise<string> {
    const token = this.#tokens.get(secret) ?? (await this.client.token(this.corpid, secret));
    this.#tokens.set(secret, token);
    return token;
  }

  async contactsGet(path: string, query: Record<string, string | number> = {}): Promise<Answer> {
    return this.client.get(path, { access_token: await this.tokenFor(this.contactsSecret), ...query });
  }

  async contactsPost(path: string, body: unknown): Promise<Answer> {
    return this.client.post(path, { access_token: await this.tokenFor(this.contactsSecret) }, body);
  }

  async appGet(path: string, query: Record<string, string | number> = {}): Promise<Answer> {
    return this.client.get(path, { access_token: await this.tokenFor(this.appSecret), ...query });
  }

  async appPost(path: string, body: unknown): Promise<Answer> {
    return this.client.post(path, { access_token: await this.tokenFor(this.appSecret) }, body);
  }

  byHand(path: string, body: unknown): Promise<Answer> {
    return this.client.control('POST', `/corps/${this.corpid}/by-hand`, { path, body });
  }

  state(): Promise<Json> {
    return this.client.control('GET', `/corps/${this.corpid}/state`);
  }

  async member(userid: string): Promise<Json> {
    return (await this.state()).users.find((one: Json) => one.userid === userid);
  }
}

function searchOf(query: Record<string, string | number>): URLSearchParams {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) search.set(name, String(value));
  return search;
}

function parseOrUndefined(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
