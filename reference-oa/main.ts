import { readFileSync } from 'node:fs';
import { createReferenceOa } from './app';
import type { Directory } from './directory';

/**
 * `node dist/reference-oa/main.js`: PORT (8099), OA_HTTP_SECRET (as in the bridge's settings), DIRECTORY_FILE (a JSON
 * file with subcompanies, departments and users; without it, a company of three).
 */

const secret = process.env['OA_HTTP_SECRET'] ?? '';
if (secret.length < 32) {
  process.stderr.write('OA_HTTP_SECRET is not set, or shorter than 32 characters.\n');
  process.exit(1);
}
const file = process.env['DIRECTORY_FILE'];
const directory =
  file === undefined ? sampleDirectory() : (JSON.parse(readFileSync(file, 'utf8')) as Directory);
const { app } = createReferenceOa({ secret, directory, passwords: { zhangsan: 'demo-password' } });
const port = Number(process.env['PORT'] ?? 8099);
app.listen(port, '127.0.0.1', () => {
  process.stdout.write(`The reference OA listens: OA_HTTP_URL=http://127.0.0.1:${port}\n`);
});

function sampleDirectory(): Directory {
  const user = (id: string, loginId: string, name: string) =>
    ({ id, loginId, name, departmentId: 'D1', status: 'active' }) as const;
  return {
    subcompanies: [{ id: 'S1', name: '星河科技', parentId: null, order: 1 }],
    departments: [{ id: 'D1', name: '研发部', parentId: null, subcompanyId: 'S1', order: 1 }],
    users: [user('U1', 'zhangsan', '张三'), user('U2', 'lisi', '李四'), user('U3', 'wangwu', '王五')],
  };
}
