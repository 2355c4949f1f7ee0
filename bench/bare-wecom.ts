import axios from 'axios';
import { Agent } from 'node:http';

/** WeCom's API with nothing around it: no budget, no ledger, no retries. */
export interface BareWecom {
  get<T>(path: string, query?: Readonly<Record<string, string | number>>): Promise<T>;
  post<T>(path: string, body: unknown): Promise<T>;
}

export async function connectBareWecom(
  baseUrl: string,
  {
    corpid,
    secret,
    inFlight = 1,
  }: { readonly corpid: string; readonly secret: string; readonly inFlight?: number },
): Promise<BareWecom> {
  const http = axios.create({
    baseURL: `${baseUrl}/cgi-bin/`,
    httpAgent: new Agent({ keepAlive: true, maxSockets: inFlight }),
    timeout: 60_000,
  });
  const { data } = await http.get<Answer & { access_token: string }>('gettoken', {
    params: { corpid, corpsecret: secret },
  });
  const access_token = checked('gettoken', data).access_token;
  return {
    async get<T>(path: string, query: Readonly<Record<string, string | number>> = {}) {
      const answer = await http.get<Answer & T>(path, { params: { ...query, access_token } });
      return checked(path, answer.data);
    },
    async post<T>(path: string, body: unknown) {
      const answer = await http.post<Answer & T>(path, body, { params: { access_token } });
      return checked(path, answer.data);
    },
  };
}

type Answer = { readonly errcode: number; readonly errmsg: string };

function checked<T extends Answer>(path: string, answer: T): T {
  if (answer.errcode !== 0) throw new Error(`${path}: ${answer.errcode} ${answer.errmsg}`);
  return answer;
}

/** Keeps `inFlight` pieces of work under way until all are done. */
export async function allInFlight<T>(
  items: readonly T[],
  inFlight: number,
  work: (item: T) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) await work(item);
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
}
