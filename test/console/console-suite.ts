import type { Browser } from 'playwright-core';
import { browserTestMs, launchBrowser } from '../support/browser';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { type Product, startProduct } from '../support/product';
import { createTestNamespace, testTemporal } from '../support/temporal';
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
  let database: TestDatabase;
  let product: Product;
  let browser: Browser;
  let opened: Visit[] = [];
  const people = new Map<Role, Visit>();

  jest.setTimeout(browserTestMs);

  beforeAll(async () => {
    database = await createTestDatabase();
    [product, browser] = await Promise.all([startOn(database), launchBrowser()]);
    await prepare?.(product);
  });

  afterAll(async () => {
    await browser?.close();
    await product?.stop();
    await database?.drop();
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

/** The servers of the whole run: to start others for each file costs as much as some of its tests. */
async function startOn({ url }: TestDatabase): Promise<Product> {
  return startProduct({
    env: {
      BRIDGE_DEMO: 'false',
      DATABASE_URL: url,
      TEMPORAL_ADDRESS: testTemporal().address,
      TEMPORAL_NAMESPACE: await createTestNamespace(),
      TEMPORAL_UI_URL: 'http://127.0.0.1:8233',
    },
  });
}
