import type { Browser } from 'playwright-core';
import { launchBrowser } from '../support/browser';
import { type Product, startProduct } from '../support/product';
import { type Visit, visitAs, wide } from './console-visit';

/** One product and one browser for all tests of a file: their start costs more than any of the tests. */
export interface ConsoleSuite {
  readonly product: Product;
  readonly browser: Browser;
  /** Ended after its test, which fails if the page has complained. */
  kept(visit: Visit): Visit;
  visiting(role?: 'admin' | 'viewer', size?: typeof wide): Promise<Visit>;
}

export function consoleSuite({
  patienceMs,
  prepare,
}: {
  /** A machine that runs other suites beside this one takes its time; what is really stuck stays stuck. */
  readonly patienceMs: number;
  readonly prepare?: (product: Product) => Promise<void>;
}): ConsoleSuite {
  let product: Product;
  let browser: Browser;
  let opened: Visit[] = [];

  beforeAll(async () => {
    [product, browser] = await Promise.all([
      startProduct({ env: { BRIDGE_DEMO: 'false' } }),
      launchBrowser(),
    ]);
    await prepare?.(product);
  }, 240_000);

  afterAll(async () => {
    await browser?.close();
    await product?.stop();
  }, 60_000);

  afterEach(async () => {
    const complaints = opened.flatMap((one) => one.complaints);
    await Promise.all(opened.map((one) => one.end()));
    opened = [];
    expect(complaints).toEqual([]);
  });

  function kept(visit: Visit): Visit {
    opened.push(visit);
    visit.page.setDefaultTimeout(patienceMs);
    return visit;
  }

  return {
    get product() {
      return product;
    },
    get browser() {
      return browser;
    },
    kept,
    visiting: async (role = 'admin', size = wide) => kept(await visitAs(browser, product, role, size)),
  };
}
