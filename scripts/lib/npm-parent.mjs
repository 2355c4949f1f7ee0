import { readFileSync } from 'node:fs';

/**
 * npm runs this program and passes signals on, but when npm itself is killed nobody tells us. Then its number is gone
 * from our line of ancestors, and we stop as for Ctrl-C.
 */
export function stopWithNpm() {
  if (!process.env.npm_lifecycle_event || process.platform !== 'linux') return;
  const npm = npmAmongAncestors();
  if (npm === undefined) return;
  const startedAt = startTime(npm);
  const timer = setInterval(() => {
    if (startTime(npm) === startedAt) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, 500);
  timer.unref();
}

/** Between npm and us there may be a shell. */
function npmAmongAncestors() {
  let pid = process.ppid;
  for (let distance = 0; distance < 3 && pid > 1; distance += 1) {
    if (/\bnpm\b/.test(commandLine(pid))) return pid;
    pid = parentOf(pid);
  }
  return undefined;
}

/** @param {number} pid */
function commandLine(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

/** Fields of /proc/<pid>/stat after the name in parentheses. @param {number} pid */
function stat(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}

/** @param {number} pid */
const parentOf = (pid) => Number(stat(pid)[1] ?? 0);
/** A zombie has ended. @param {number} pid */
const startTime = (pid) => (stat(pid)[0] === 'Z' ? undefined : stat(pid)[19]);
