import type { Browser } from 'playwright-core';
import { browserTestMs, launchBrowser } from '../support/browser';
import { type Product, startProduct } from '../support/product';
import { signIn, type Visit, visitAgain, wide } from './console-visit';

type Role = 'admin' | 'viewer';

/** One product and one browser for all tests of a file: their start costs more than any of the tests. */
export interface ConsoleSuite {
  readonly product: Product;
  readonly browser: Browser;
  /** Ended after its test, which fails if the page has complained. */
  kept(visit: Visit): Visit;
  /**
   * The one person of the file who has this role, at one page: to sign in, and to read all scripts on a new page, take
   * longer than most of what is tested.
   */
  visiting(role?: Role, size?: typeof wide): Promise<Visit>;
}

export function consoleSuite(prepare?: (product: Product) => Promise<unknown>): ConsoleSuite {
  let product: Product;
  let browser: Browser;
  let opened: Visit[] = [];
  const people = new Map<Role, Visit>();

  jest.setTimeout(browserTestMs);

  beforeAll(async () => {
    [product, browser] = await Promise.all([
      startProduct({ env: { BRIDGE_DEMO: 'false' } }),
      launchBrowser(),
    ]);
    await prepare?.(product);
  });

  afterAll(async () => {
    await browser?.close();
    await product?.stop();
  });

  afterEach(async () => {
    const complaints = opened.flatMap((one) => one.complaints);
    await Promise.all(opened.map((one) => one.end()));
    opened = [];
    expect(complaints).toEqual([]);
  });

  function kept(visit: Visit): Visit {
    opened.push(visit);
    return visit;
  }

  async function visiting(role: Role = 'admin', size = wide): Promise<Visit> {
    const person = people.get(role) ?? (await signIn(browser, product, role));
    people.set(role, person);
    await person.page.setViewportSize(size);
    return kept(visitAgain(person));
  }

  return {
    get product() {
      return product;
    },
    get browser() {
      return browser;
    },
    kept,
    visiting,
  };
}
