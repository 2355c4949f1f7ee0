import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { ConfigError, loadEmbeddedConfig, type EmbeddedConfig, type Environment } from '../config';
import { translate, type Lang, type Text, type TextParams } from '../i18n';
import { startTexts } from '../i18n/start';
import { projectRoot } from '../project-root';
import { migrate } from '../store/migrate';
import { openDataFolder, type DataFolder } from './data-folder';
import { startGuarded, type GuardedService } from './guarded-service';
import { hostToAsk } from './host-to-ask';
import { KeptRunning, type Running } from './kept-running';
import {
  PartNotReadyError,
  runNodeProgram,
  startNodePart,
  type NodePartSpec,
  type RunningPart,
} from './node-part';
import { planPorts, type Ports } from './plan-ports';
import { PortTakenError } from './ports';
import { endLeftovers, recordProcess } from './process-records';
import { postgresUrl, ServiceUnusableError, type PostgresSpec, type ServiceSpec } from './service';
import { hasRealCorp } from './simulator-use';
import { AlreadyRunningError, takeStartLock } from './start-lock';
import { findTemporalBinary } from './temporal-binary';
import type { Terminal } from './terminal';

export interface SuperviseOptions {
  readonly env: Environment;
  readonly lang: Lang;
  readonly terminal: Terminal;
  /** Compiled programs of the parts; the product's own unless said otherwise. */
  readonly entries?: Partial<Entries>;
}

interface Entries {
  readonly api: string;
  readonly worker: string;
  readonly simulator: string;
  readonly seedDemo: string;
}

const readyWithinMs = 90_000;
/** A terminal signals everything in it, npm passes the signal on: one Ctrl-C arrives up to three times. */
const sameRequestWithinMs = 1_000;

/** Who may still be writing comes first; what they write to comes last. */
const stopOrder = ['worker', 'api', 'simulator', 'temporal', 'postgres'];

/** Runs the whole product until it is told to stop, and gives the exit code. */
export async function supervise(options: SuperviseOptions): Promise<number> {
  const supervisor = new Supervisor(options);
  return supervisor.run();
}

/** Thrown inside the start when it is told to stop half-way. */
class StopRequested extends Error {}

class Supervisor {
  private readonly startedAt = Date.now();
  private readonly kept: KeptRunning<Running>[] = [];
  private readonly stopRequest = new AbortController();
  private readonly entries: Entries;
  private simulator: RunningPart | undefined;
  private hasRealCorp = false;

  constructor(private readonly options: SuperviseOptions) {
    const dist = (...path: string[]): string => join(projectRoot, 'dist', ...path);
    this.entries = {
      api: dist('api', 'main.js'),
      worker: dist('workers', 'main.js'),
      simulator: dist('simulator', 'main.js'),
      seedDemo: dist('embedded', 'seed-demo.js'),
      ...options.entries,
    };
  }

  async run(): Promise<number> {
    const { terminal } = this.options;
    const unlisten = this.listenForSignals();
    try {
      // Wrong settings end the start before anything of it is on disk or running.
      const config = loadEmbeddedConfig(this.options.env);
      const data = openDataFolder(resolve(projectRoot, config.BRIDGE_DATA_DIR));
      const lock = takeStartLock(data.run);
      try {
        await this.runLocked(config, data);
      } finally {
        lock.release();
      }
      terminal.say(this.text(startTexts.stopped));
      return 0;
    } catch (error) {
      terminal.say(`\n${this.explain(error)}\n`);
      return 1;
    } finally {
      unlisten();
    }
  }

  private async runLocked(config: EmbeddedConfig, data: DataFolder): Promise<void> {
    try {
      await this.start(config, data);
      await aborted(this.stopRequest.signal);
    } catch (error) {
      if (!(error instanceof StopRequested)) throw error;
    } finally {
      await this.stopAll();
      await endLeftovers(data.run);
      data.writeJson(join('run', 'endpoints.json'), {});
    }
  }

  private async start(config: EmbeddedConfig, data: DataFolder): Promise<void> {
    const { env, terminal } = this.options;
    const leftovers = await endLeftovers(data.run);
    if (leftovers > 0) terminal.say(this.text(startTexts.leftoversEnded, { count: leftovers }));
    const { ports, moved, last } = await planPorts(config, env, data);
    for (const port of moved) terminal.say(this.text(startTexts.portMoved, { ...port }));

    const [databaseUrl, temporalAddress] = await this.step(startTexts.startingServers, () =>
      Promise.all([
        config.DATABASE_URL ?? this.startPostgres(ports, data),
        config.TEMPORAL_ADDRESS ?? this.startTemporal(ports, data),
      ]),
    );
    await this.step(startTexts.migrating, () => this.migrate(databaseUrl));

    this.hasRealCorp = await hasRealCorp(databaseUrl, [ports.simulator, last.simulator]);
    const withSimulator = this.wantsSimulator(config);
    const address = `http://${hostToAsk(config.BRIDGE_HOST)}:${ports.api}`;
    const simulatorUrl =
      config.SIMULATOR_URL ?? (withSimulator ? `http://127.0.0.1:${ports.simulator}` : undefined);
    const temporalUiUrl =
      config.TEMPORAL_UI_URL ??
      (config.TEMPORAL_ADDRESS === undefined ? `http://127.0.0.1:${ports.temporalUi}` : undefined);
    const publicUrl = config.BRIDGE_PUBLIC_URL ?? `http://127.0.0.1:${ports.api}`;
    const partEnv: Environment = {
      ...env,
      DATABASE_URL: databaseUrl,
      TEMPORAL_ADDRESS: temporalAddress,
      TEMPORAL_UI_URL: temporalUiUrl,
      BRIDGE_MASTER_KEY: config.BRIDGE_MASTER_KEY ?? data.secret('master.key'),
      BRIDGE_PUBLIC_URL: publicUrl,
      BRIDGE_DATA_DIR: data.path,
      PORT: String(ports.api),
      SIMULATOR_PORT: String(ports.simulator),
      SIMULATOR_URL: simulatorUrl,
      SIMULATOR_STATE_FILE: join(data.path, 'simulator.json'),
    };
    data.writeJson(join('run', 'endpoints.json'), {
      databaseUrl,
      temporalAddress,
      temporalUiUrl,
      simulatorUrl,
      publicUrl,
    });

    if (withSimulator) {
      await this.step(startTexts.startingSimulator, () =>
        this.keepPart('simulator', this.entries.simulator, partEnv, data, {
          stopWithinMs: 5_000,
          onReady: (simulator) => {
            this.simulator = simulator;
            this.allowSimulatorControl();
          },
        }),
      );
    }
    const [api, , demoComplaint] = await this.step(startTexts.startingParts, () =>
      Promise.all([
        this.keepPart('api', this.entries.api, partEnv, data, {
          stopWithinMs: 15_000,
          onMessage: (message) => {
            if (message.type !== 'real-corp') return;
            this.hasRealCorp = message.exists;
            this.allowSimulatorControl();
          },
        }),
        // Activities are told to stop and have this long to say how far they came.
        this.keepPart('worker', this.entries.worker, partEnv, data, { stopWithinMs: 30_000 }),
        withSimulator && config.BRIDGE_DEMO && !this.hasRealCorp ? this.seedDemo(partEnv, data) : undefined,
      ]),
    );
    if (demoComplaint !== undefined) terminal.say(demoComplaint);
    await this.step(startTexts.waitingForReady, () => this.untilReady(`${address}/readyz`));
    this.announce({
      consoleUrl: publicUrl,
      login: await api.oneTimeLogin(),
      temporalUiUrl,
      docsUrl: `${publicUrl}/api/docs`,
      simulatorUrl: withSimulator ? simulatorUrl : undefined,
      dataFolder: data.path,
    });
  }

  private async startPostgres(ports: Ports, data: DataFolder): Promise<string> {
    const spec: PostgresSpec = {
      service: 'postgres',
      dataDir: join(data.path, 'postgres'),
      port: ports.postgres,
      user: 'bridge',
      password: data.secret('postgres.password'),
      database: 'wecom_bridge',
      logFile: join(data.logs, 'postgres.log'),
      durable: true,
    };
    await this.keepService(spec, data);
    return postgresUrl(spec);
  }

  private async startTemporal(ports: Ports, data: DataFolder): Promise<string> {
    const binary = await findTemporalBinary();
    this.throwIfStopping();
    const spec: ServiceSpec = {
      service: 'temporal',
      binary,
      dataDir: join(data.path, 'temporal'),
      port: ports.temporal,
      uiPort: ports.temporalUi,
      logFile: join(data.logs, 'temporal.log'),
      durable: true,
    };
    await this.keepService(spec, data);
    return `127.0.0.1:${ports.temporal}`;
  }

  private keepService(spec: ServiceSpec, data: DataFolder): Promise<GuardedService> {
    return this.keep(spec.service, async () => {
      const service = await startGuarded(spec);
      // The guardian only: a server whose guardian is gone is ended by the next start of the service itself, which
      // knows how to do that gently.
      recordProcess(data.run, `${spec.service}-guardian`, service.guardianPid);
      return service;
    });
  }

  private async keepPart(
    name: string,
    entry: string,
    env: Environment,
    data: DataFolder,
    {
      onReady,
      ...spec
    }: Pick<NodePartSpec, 'stopWithinMs' | 'onMessage'> & { readonly onReady?: (part: RunningPart) => void },
  ): Promise<RunningPart> {
    const whole: NodePartSpec = {
      name,
      entry,
      env,
      logFile: join(data.logs, `${name}.log`),
      readyWithinMs,
      ...spec,
    };
    return this.keep(name, async () => {
      const part = await startNodePart(whole, (line) => this.options.terminal.say(line));
      recordProcess(data.run, name, part.pid);
      onReady?.(part);
      return part;
    });
  }

  /** Beside a real corp nobody may steer the simulator: what looks like a test would be mistaken for it. */
  private allowSimulatorControl(): void {
    this.simulator?.tell({ type: 'control', enabled: !this.hasRealCorp });
  }

  private async keep<T extends Running>(name: string, startOnce: () => Promise<T>): Promise<T> {
    const say = (text: Text, params: TextParams): void => this.options.terminal.say(this.text(text, params));
    const kept = new KeptRunning<T>(name, startOnce, {
      onEnded: (reason, nextTryInMs) =>
        say(startTexts.partEnded, { part: name, reason, seconds: nextTryInMs / 1000 }),
      onRestartFailed: (reason, nextTryInMs) =>
        say(startTexts.partRestartFailed, { part: name, reason, seconds: nextTryInMs / 1000 }),
      onBack: () => say(startTexts.partBack, { part: name }),
    });
    this.throwIfStopping();
    this.kept.push(kept);
    const running = await kept.start();
    this.throwIfStopping();
    return running;
  }

  /** The demo is a service to newcomers: the product starts without it when it fails. Gives the complaint. */
  private async seedDemo(env: Environment, data: DataFolder): Promise<string | undefined> {
    if (!existsSync(this.entries.seedDemo)) return undefined;
    const logFile = join(data.logs, 'demo.log');
    try {
      await runNodeProgram({
        name: 'demo',
        entry: this.entries.seedDemo,
        env,
        logFile,
        endWithinMs: readyWithinMs,
        signal: this.stopRequest.signal,
        onMessage: (message) => {
          if (message.type !== 'demo-without-callback') return;
          const { reason } = message;
          this.options.terminal.say(this.text(startTexts.demoWithoutCallback, { reason, log: logFile }));
        },
      });
      return undefined;
    } catch (error) {
      return this.explain(error);
    }
  }

  private wantsSimulator({ SIMULATOR_URL, SIMULATOR_PORT, BRIDGE_DEMO }: EmbeddedConfig): boolean {
    if (SIMULATOR_URL !== undefined) return false;
    if (SIMULATOR_PORT !== undefined) return true;
    return BRIDGE_DEMO && !this.hasRealCorp;
  }

  private async migrate(databaseUrl: string): Promise<void> {
    try {
      await migrate({ url: databaseUrl });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const { hostname, port, pathname } = new URL(databaseUrl);
      const database = `${hostname}:${port || 5432}${pathname}`;
      throw new ServiceUnusableError(this.text(startTexts.databaseUnusable, { database, reason }), {
        cause: error,
      });
    }
  }

  private async untilReady(url: string): Promise<void> {
    let answer = 'nothing';
    for (const deadline = Date.now() + readyWithinMs; Date.now() < deadline; await wait(150)) {
      this.throwIfStopping();
      try {
        const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
        if (response.ok) return;
        answer = `${response.status} ${(await response.text()).slice(0, 500)}`;
      } catch (error) {
        answer = error instanceof Error ? error.message : String(error);
      }
    }
    throw new ServiceUnusableError(
      this.text(startTexts.notReady, { url, answer, seconds: readyWithinMs / 1000 }),
    );
  }

  private announce(addresses: {
    consoleUrl: string;
    login: string | undefined;
    temporalUiUrl: string | undefined;
    docsUrl: string;
    simulatorUrl: string | undefined;
    dataFolder: string;
  }): void {
    const rows: [Text, string | undefined][] = [
      [startTexts.console, addresses.consoleUrl],
      [startTexts.consoleWithLogin, addresses.login],
      [startTexts.temporalUi, addresses.temporalUiUrl],
      [startTexts.apiDocs, addresses.docsUrl],
      [startTexts.simulator, addresses.simulatorUrl],
      [startTexts.phone, addresses.simulatorUrl && `${addresses.simulatorUrl}/phone`],
      [startTexts.dataFolder, addresses.dataFolder],
    ];
    const shown = rows.flatMap(([label, value]) =>
      value === undefined ? [] : [{ label: this.text(label), value }],
    );
    const width = Math.max(...shown.map(({ label }) => columns(label)));
    const seconds = Math.round((Date.now() - this.startedAt) / 100) / 10;
    const lines = shown.map(
      ({ label, value }) => `  ${label}${' '.repeat(width - columns(label) + 2)}${value}`,
    );
    this.options.terminal.say(
      [
        '',
        this.text(startTexts.running, { seconds }),
        '',
        ...lines,
        '',
        `  ${this.text(startTexts.stopHint)}`,
        '',
      ].join('\n'),
    );
  }

  private listenForSignals(): () => void {
    let askedAtMs: number | undefined;
    const stop = (): void => {
      if (askedAtMs !== undefined) {
        if (performance.now() - askedAtMs > sameRequestWithinMs) this.endAtOnce();
        return;
      }
      askedAtMs = performance.now();
      this.options.terminal.say(`\n${this.text(startTexts.stopping)}`);
      this.stopRequest.abort();
    };
    const signals: NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of signals) process.on(signal, stop);
    return () => {
      for (const signal of signals) process.off(signal, stop);
    };
  }

  private async stopAll(): Promise<void> {
    const rank = ({ name }: KeptRunning<Running>): number => stopOrder.indexOf(name);
    for (const kept of [...this.kept].sort((a, b) => rank(a) - rank(b))) await kept.stop();
  }

  private endAtOnce(): void {
    for (const kept of this.kept) kept.kill();
    this.options.terminal.say(this.text(startTexts.stoppedHard));
    process.exit(130);
  }

  private async step<T>(name: Text, work: () => Promise<T>): Promise<T> {
    this.throwIfStopping();
    return this.options.terminal.step(this.text(name), work);
  }

  private throwIfStopping(): void {
    if (this.stopRequest.signal.aborted) throw new StopRequested();
  }

  private text(text: Text, params?: TextParams): string {
    return translate(text, this.options.lang, params);
  }

  private explain(error: unknown): string {
    if (error instanceof PortTakenError) {
      const { variable, port, holder } = error;
      return this.text(startTexts.portTaken, {
        variable,
        port,
        holder:
          holder === undefined
            ? ''
            : this.text(startTexts.portHolder, { ...holder, command: holder.command.slice(0, 120) }),
      });
    }
    if (error instanceof AlreadyRunningError) {
      return this.text(startTexts.alreadyRunning, { folder: error.folder, pid: error.pid });
    }
    if (error instanceof PartNotReadyError) {
      const { part, logFile: log, reason } = error;
      return reason === undefined
        ? this.text(startTexts.partNotReady, { part, log, seconds: error.readyWithinMs / 1000 })
        : this.text(startTexts.partFailed, { part, log, reason });
    }
    // These carry a sentence for a person; anything else is a fault of ours and keeps its stack.
    if (error instanceof ConfigError || error instanceof ServiceUnusableError) return error.message;
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** Chinese characters take two columns of a terminal. */
function columns(text: string): number {
  return [...text].reduce((sum, character) => sum + (/[\u2e80-\uffef]/.test(character) ? 2 : 1), 0);
}
