import type { ChangeRecorder } from '../callbacks/change-recorder';
import { isFileAnswer, isWrittenAnswer } from '../endpoints/endpoint';
import type { Fields } from '../endpoints/endpoint';
import { endpoints } from '../endpoints/index';
import { Rejection } from '../errors';
import type { Corp } from '../state/corp';
import type { World } from '../state/world';
import { rejectionBody, successBody } from '../wire';

const LOCAL_IP = '127.0.0.1';

/** Does what an admin does in WeCom's console: same rules, no token, no limits, and the events go out. */
export function doByHand(request: {
  world: World;
  corp: Corp;
  path: string;
  body: Fields;
  changes: ChangeRecorder;
}): Fields | undefined {
  const { world, corp, path, body, changes } = request;
  const endpoint = endpoints.get(path);
  if (endpoint === undefined || endpoint.writes !== true) return undefined;
  try {
    const answer = endpoint.handle({
      world,
      corp,
      caller: { kind: 'admin' },
      // Deletions take their id from the query; by hand everything stands in the body.
      query: Object.fromEntries(Object.entries(body).map(([name, value]) => [name, String(value)])),
      body,
      raw: Buffer.alloc(0),
      headers: {},
      nowMs: world.clock.nowMs(),
      changes,
    });
    world.onChange();
    changes.send();
    return isFileAnswer(answer) || isWrittenAnswer(answer) ? {} : successBody(answer);
  } catch (error) {
    if (!(error instanceof Rejection)) throw error;
    return rejectionBody(error, { endpoint, ip: LOCAL_IP, nowSeconds: world.clock.nowSeconds() });
  }
}
