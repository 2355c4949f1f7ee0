import type { EmbeddedConfig, Environment } from '../config';
import type { DataFolder } from './data-folder';
import { choosePort, type PortWish } from './ports';

export type PortName = 'api' | 'simulator' | 'postgres' | 'temporal' | 'temporalUi';

export type Ports = Readonly<Record<PortName, number>>;

export interface MovedPort {
  readonly variable: string;
  readonly usual: number;
  readonly port: number;
}

const portsFile = 'ports.json';

const usualPorts = { api: 8080, simulator: 8090, temporalUi: 8233 } as const;

/** Ports as configured, else as last time, else the usual ones, else the next that are free. */
export async function planPorts(
  config: EmbeddedConfig,
  env: Environment,
  data: DataFolder,
): Promise<{ ports: Ports; moved: readonly MovedPort[]; last: Partial<Ports> }> {
  const last = data.readJson<Partial<Ports>>(portsFile) ?? {};
  // config.PORT has a default; only what a person has set is binding.
  const wishes: Record<PortName, PortWish> = {
    api: {
      variable: 'PORT',
      wanted: env['PORT'] ? config.PORT : undefined,
      usual: usualPorts.api,
      host: config.BRIDGE_HOST,
    },
    simulator: { variable: 'SIMULATOR_PORT', wanted: config.SIMULATOR_PORT, usual: usualPorts.simulator },
    temporalUi: {
      variable: 'TEMPORAL_UI_PORT',
      wanted: config.TEMPORAL_UI_PORT,
      usual: usualPorts.temporalUi,
    },
    postgres: {},
    temporal: {},
  };
  const taken = new Set<number>();
  const moved: MovedPort[] = [];
  const ports: Record<PortName, number> = { ...usualPorts, postgres: 0, temporal: 0 };
  // Those that a person has fixed are given out first, so that a default never sits on one of them.
  const names = (Object.keys(wishes) as PortName[]).sort(
    (a, b) => Number(wishes[a].wanted === undefined) - Number(wishes[b].wanted === undefined),
  );
  for (const name of names) {
    const wish = wishes[name];
    const { port, insteadOf } = await choosePort({ ...wish, last: last[name] }, taken);
    taken.add(port);
    ports[name] = port;
    if (insteadOf !== undefined && wish.variable !== undefined)
      moved.push({ variable: wish.variable, usual: insteadOf, port });
  }
  data.writeJson(portsFile, ports);
  return { ports, moved, last };
}
