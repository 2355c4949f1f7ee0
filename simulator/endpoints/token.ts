import { Rejection } from '../errors';
import { callerBySecret } from '../state/world';
import type { World } from '../state/world';
import type { Fields } from './endpoint';

/** gettoken needs no token, so it stands beside the other endpoints. */
export function getToken(
  world: World,
  request: { query: Readonly<Record<string, string>>; ip: string },
): Fields {
  const nowMs = world.clock.nowMs();
  world.secretBans.assertNotBanned(request.ip, nowMs);
  const { corpid, corpsecret } = request.query;
  // Asked with nothing at all, WeCom misses the secret first.
  if (!corpsecret) throw new Rejection(41004);
  if (!corpid) throw new Rejection(41002);
  const corp = world.corps.get(corpid);
  if (corp === undefined) throw new Rejection(40013);
  const caller = callerBySecret(corp, corpsecret);
  if (caller === undefined) {
    world.secretBans.countWrong(request.ip, nowMs, world.settings);
    const ofAnotherCorp = [...world.corps.values()].some(
      (other) => callerBySecret(other, corpsecret) !== undefined,
    );
    throw new Rejection(ofAnotherCorp ? 40091 : 40001);
  }
  if (caller.kind === 'app' && caller.app.disabled) throw new Rejection(40001);
  const issued = world.tokens.issue({ corpid, secret: corpsecret }, nowMs, world.settings.tokenTtlSeconds);
  world.onChange();
  return {
    access_token: issued.token,
    expires_in: Math.max(1, Math.round((issued.expiresAtMs - nowMs) / 1000)),
  };
}
