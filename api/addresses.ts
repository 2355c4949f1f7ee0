/** Where a connection comes from. IPv4 arrives as ::ffff:127.0.0.1 on a socket that listens to both families. */
export function isLoopback(address: string | undefined): boolean {
  return address === '::1' || /^(::ffff:)?127\.\d+\.\d+\.\d+$/.test(address ?? '');
}
