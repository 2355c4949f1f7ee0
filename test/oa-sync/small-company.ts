import type { ConnectedCorp } from '../directory-pull/pull-world';
import { organisation, person } from '../directory-push/flow/push-world';
import type { OaSyncWorld } from './oa-sync-world';

export const departments = [
  { id: 1, name: '微信里的企业名', parentid: 0 },
  { id: 2, name: '研发部', parentid: 1 },
  { id: 3, name: '平台组', parentid: 2 },
  { id: 4, name: '市场部', parentid: 1 },
];

const users = [
  { userid: 'zhang', name: '张一', department: [3], position: '工程师' },
  { userid: 'li', name: '李二', department: [4, 2], main_department: 4 },
  { userid: 'wang', name: '王三', department: [2] },
];

/** The OA has the root, the department 研发部 and one of the three. */
export async function smallCompany(world: OaSyncWorld): Promise<ConnectedCorp> {
  const corp = await world.createCorp({ departments, users });
  await world.feedOa(
    organisation(
      [['d1', '研发部', null]],
      [person(1, { id: 'oa-wang', loginId: 'wang', name: '老王', jobNumber: 'wang', departmentId: 'd1' })],
    ),
  );
  return corp;
}
