/** Enough to recognise one's own account, not enough to learn somebody else's. */
export function maskedAccount(account: string): string {
  const chars = [...account];
  if (chars.length <= 2) return `${chars[0] ?? ''}***`;
  const tail = chars.length >= 6 ? chars.slice(-2) : chars.slice(-1);
  const head = chars.slice(0, chars.length >= 6 ? 2 : 1);
  return `${head.join('')}***${tail.join('')}`;
}
