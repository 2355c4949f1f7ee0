import type { BenchOa } from './simulated-oa';
import type { BareWecom } from './bare-wecom';
import { secondsSince, toTenths } from './measuring';

export type RivalResult = {
  readonly name: string;
  readonly seconds: number;
  readonly apiCalls: number;
  /** Fewer than all: the rest was reckoned at the same pace. */
  readonly usersMeasured: number;
};

type Existing = { userid: string };

/**
 * The script an administrator would write: read each department, then write every department and every person, one
 * after the other, whether they changed or not.
 */
export async function runRivalLoop(
  wecom: { readonly contacts: BareWecom; readonly app: BareWecom },
  { departments, users }: BenchOa,
  maxUsers: number,
): Promise<RivalResult> {
  let calls = 0;
  const counted = <T>(call: Promise<T>): Promise<T> => {
    calls += 1;
    return call;
  };

  const startedAt = performance.now();
  const { department: existing } = await counted(
    wecom.app.get<{ department: { id: number; name: string; parentid: number }[] }>('department/list'),
  );
  const idByPlace = new Map(existing.map(({ id, name, parentid }) => [`${parentid} ${name}`, id]));
  const known = new Set<string>();
  for (const { id } of existing) {
    const { userlist } = await counted(
      wecom.app.get<{ userlist: Existing[] }>('user/simplelist', { department_id: id }),
    );
    for (const { userid } of userlist) known.add(userid.toLowerCase());
  }

  const idByOaId = new Map<string, number>();
  for (const { id, name, parentId } of departments) {
    if (parentId === null) {
      idByOaId.set(id, 1);
      continue;
    }
    const parentid = idByOaId.get(parentId) ?? 1;
    const found = idByPlace.get(`${parentid} ${name}`);
    if (found !== undefined) {
      await counted(wecom.contacts.post('department/update', { id: found, name, parentid }));
      idByOaId.set(id, found);
    } else {
      const made = await counted(
        wecom.contacts.post<{ id: number }>('department/create', { name, parentid }),
      );
      idByOaId.set(id, made.id);
    }
  }
  const withoutUsers = { seconds: secondsSince(startedAt), calls };

  const measured = users.slice(0, maxUsers);
  const usersStartedAt = performance.now();
  for (const { loginId, name, mobile, position, departmentId, status } of measured) {
    const exists = known.has(loginId.toLowerCase());
    const department = [idByOaId.get(departmentId) ?? 1];
    if (status === 'departed') {
      if (exists) await counted(wecom.contacts.post('user/update', { userid: loginId, enable: 0 }));
    } else if (exists) {
      await counted(wecom.contacts.post('user/update', { userid: loginId, name, position, department }));
    } else {
      await counted(
        wecom.contacts.post('user/create', {
          userid: loginId,
          name,
          mobile,
          position,
          department,
          to_invite: false,
        }),
      );
    }
  }
  const share = measured.length === 0 ? 0 : users.length / measured.length;
  return {
    name: 'one user after the other, reading per department, no diff',
    seconds: toTenths(withoutUsers.seconds + secondsSince(usersStartedAt) * share),
    apiCalls: Math.round(withoutUsers.calls + (calls - withoutUsers.calls) * share),
    usersMeasured: measured.length,
  };
}
