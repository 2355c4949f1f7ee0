export const language = /^zh/i.test(process.env.LC_ALL || process.env.LC_MESSAGES || process.env.LANG || '')
  ? 'zh-CN'
  : 'en';

/**
 * Terminal texts follow the language of the terminal.
 * @param {{ 'zh-CN': string, en: string }} text
 * @param {Record<string, string | number>} [params]
 */
export function text(text, params = {}) {
  return text[language].replaceAll(/\{(\w+)\}/g, (whole, name) => String(params[name] ?? whole));
}

/** @param {string} line */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/** An end that is not our bug: one message for a person, no stack. */
export class SetupError extends Error {}

/** @param {unknown} error */
export function failWith(error) {
  if (error instanceof SetupError) say(`\n${error.message}\n`);
  else say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exitCode = 1;
}

/**
 * Runs a step. What takes longer than two seconds is named, with the seconds it has taken so far.
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(name, work) {
  const started = performance.now();
  const seconds = () => Math.round((performance.now() - started) / 1000);
  const live = process.stderr.isTTY;
  let shown = false;
  const show = () => {
    shown = true;
    if (live) process.stderr.write(`\r\x1b[2K• ${name} … ${seconds()} s`);
    else say(`• ${name} … ${seconds()} s`);
  };
  const first = setTimeout(show, 2_000);
  const repeat = setInterval(show, live ? 1_000 : 15_000);
  try {
    const result = await work();
    if (shown) process.stderr.write(`${live ? '\r\x1b[2K' : ''}✔ ${name} (${seconds()} s)\n`);
    return result;
  } catch (error) {
    if (shown && live) process.stderr.write('\n');
    throw error;
  } finally {
    clearTimeout(first);
    clearInterval(repeat);
  }
}
