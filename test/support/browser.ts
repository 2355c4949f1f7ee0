import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import {
  type Browser,
  type BrowserContext,
  chromium,
  errors,
  type Locator,
  type Page,
} from 'playwright-core';
import { patienceMs } from './patience';

/** A test that waits once as long as it may, and does all the rest. */
export const browserTestMs = 300_000;

/** Long enough for any answer of a page that has taken the click, also on a busy machine. */
const oneTryMs = 20_000;

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Of two such lists the browser takes the last: these are Playwright's own, */
const switchedOff = [
  ...['AimEnabled', 'AvoidCorsURLLoaderRestartOnRedirect', 'AvoidUnnecessaryBeforeUnloadCheckSync'],
  ...['DestroyProfileOnBrowserClose', 'HttpsFirstBalancedModeAutoEnable', 'HttpsUpgrades', 'LensOverlay'],
  ...['MediaRouter', 'NetworkTimeServiceQuerying', 'OptimizationHints', 'PaintHolding'],
  ...['PreconnectToSearch', 'TcpPortRandomizationWin', 'ThirdPartyStoragePartitioning'],
  // and this is the list below the address bar, two pages for each context that nobody sees.
  ...['WebUIOmniboxAimPopup', 'WebUIOmniboxPopup'],
];

const flags = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
  `--disable-features=${switchedOff.join(',')}`,
];

/** Chromium as installed on this machine. Without one the test fails: a browser test that did not run proves nothing. */
export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: browserPath(), args: flags });
}

export function browserPath(path = process.env['PATH'] ?? ''): string {
  for (const folder of path.split(delimiter).filter((entry) => entry !== '')) {
    for (const name of names) {
      const file = join(folder, name);
      try {
        accessSync(file, constants.X_OK);
        return file;
      } catch {
        // not in this folder
      }
    }
  }
  throw new Error('No Chromium on the PATH. Install it: apt-get install -y chromium fonts-noto-cjk');
}

export interface Person {
  readonly viewport: { readonly width: number; readonly height: number };
  readonly locale: string;
  readonly timezoneId?: string;
  readonly baseURL?: string;
}

/** Nothing slides or fades for this person: what is on the page stands where it will stay. */
export async function openContext(browser: Browser, person: Person): Promise<BrowserContext> {
  const context = await browser.newContext({ ...person, reducedMotion: 'reduce' });
  context.setDefaultTimeout(patienceMs);
  return context;
}

/** Fills while the page lives: scripts that failed, pages that broke their own content policy. */
export function complaintsOf(page: Page): readonly string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.stack ?? error.message}`));
  page.on('console', (message) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return;
    // The browser notes every page and every answer that says no; the person is shown why.
    if (/^Failed to load resource: the server responded with a status of 4\d\d/.test(message.text())) return;
    complaints.push(`${page.url()}: ${message.text()}`);
  });
  return complaints;
}

/**
 * Chooses from a select and looks that it shows the choice. Its list is drawn anew whenever the page around it is, and
 * then a click can go to what is no longer there. What is typed narrows the list.
 */
export async function choose(field: Locator, option: string | RegExp, typed?: string): Promise<void> {
  const shown = field
    .locator('xpath=ancestor::*[contains(concat(" ", @class, " "), " ant-select ")][1]')
    .locator('.ant-select-selection-item, .ant-select-content-has-value')
    .filter({ hasText: option });
  await chooseToSee(field, option, shown.first(), typed);
}

/** Chooses from a select what it will not show itself, because it leads to something else. */
export async function chooseToSee(
  field: Locator,
  option: string | RegExp,
  seen: Locator,
  typed?: string,
): Promise<void> {
  const page = field.page();
  const named =
    typeof option === 'string' ? { has: page.getByText(option, { exact: true }) } : { hasText: option };
  await untilTaken(
    (timeout) => seen.waitFor({ timeout }),
    async (timeout) => {
      if ((await field.getAttribute('aria-expanded', { timeout })) !== 'true') await field.click({ timeout });
      if (typed !== undefined) await field.fill(typed, { timeout });
      // Of this select alone: others keep their lists in the page as well.
      await field.and(page.locator('[aria-controls]')).waitFor({ timeout });
      const list = await field.getAttribute('aria-controls', { timeout });
      await page
        .locator(`.ant-select-dropdown:has([id="${list ?? ''}"]) .ant-select-item-option`)
        .filter(named)
        .click({ timeout });
    },
  );
}

/** Opens the menu of a button and takes one of its entries. */
export async function chooseFromMenu(button: Locator, entry: string): Promise<void> {
  const item = itemOf(button, entry);
  await untilTaken(
    (timeout) => item.waitFor({ state: 'hidden', timeout }),
    async (timeout) => {
      if (!(await item.isVisible())) await button.click({ timeout });
      await item.click({ timeout });
    },
  );
}

/** The entry of the menu of a button, ready to be taken. */
export async function openMenu(button: Locator, entry: string): Promise<Locator> {
  const item = itemOf(button, entry);
  await untilTaken(
    (timeout) => item.waitFor({ timeout }),
    (timeout) => button.click({ timeout }),
  );
  return item;
}

const itemOf = (button: Locator, entry: string) => button.page().getByRole('menuitem', { name: entry });

/** Closes a panel by the keyboard, once the panel has it. */
export async function closeByEscape(panel: Locator): Promise<void> {
  await untilTaken(
    (timeout) => panel.waitFor({ state: 'hidden', timeout }),
    () => panel.page().keyboard.press('Escape'),
  );
}

/** Does something and looks whether it took; what did not is done again, until there is no patience left. */
async function untilTaken(
  taken: (timeout: number) => Promise<void>,
  act: (timeout: number) => Promise<void>,
): Promise<void> {
  for (const deadline = Date.now() + patienceMs; ;) {
    try {
      await act(oneTryMs);
      return await taken(oneTryMs);
    } catch (error) {
      if (!(error instanceof errors.TimeoutError) || Date.now() > deadline) throw error;
      // It may have been taken after all, just late.
      if (await hasBeen(taken)) return;
    }
  }
}

async function hasBeen(taken: (timeout: number) => Promise<void>): Promise<boolean> {
  try {
    await taken(1_000);
    return true;
  } catch (error) {
    if (error instanceof errors.TimeoutError) return false;
    throw error;
  }
}
