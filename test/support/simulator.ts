import { startSimulator } from '../../simulator';

export type TestSimulator = Awaited<ReturnType<typeof startSimulator>>;

/** A WeCom server of the test's own, empty, on a free port. */
export function startTestSimulator(): Promise<TestSimulator> {
  return startSimulator({ port: 0 });
}
