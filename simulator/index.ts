export { startSimulator } from './server';
export type { RunningSimulator, SimulatorOptions } from './server';
