/**
 * The demo's OA users who can show on the binding page who they are, all with the same password. It opens nothing but
 * the binding of a demo member to a demo OA user.
 */
export const demoPassword = 'demo-password';
export const demoPasswordOwners: readonly string[] = ['1001', '1002', '1003'];
