import pino from 'pino';
import { z } from 'zod';
import { startSimulator } from './server';

const environment = z.object({
  SIMULATOR_HOST: z.string().min(1).default('127.0.0.1'),
  SIMULATOR_PORT: z.coerce.number().int().min(0).max(65_535).default(8090),
  SIMULATOR_STATE_FILE: z.string().min(1).optional(),
  SIMULATOR_PUBLIC_URL: z.url().optional(),
  SIMULATOR_EXPOSE_CONTROL: z.enum(['true', 'false']).default('false'),
  LOG_LEVEL: z.string().min(1).default('info'),
});

async function main(): Promise<void> {
  // An empty variable, as compose files pass them on, is one that is not set.
  const given = Object.entries(process.env).filter(([, value]) => value !== '');
  const parsed = environment.safeParse(Object.fromEntries(given));
  if (!parsed.success) {
    const wrong = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
    process.stderr.write(`simulator: ${wrong}\n`);
    process.exitCode = 1;
    return;
  }
  const settings = parsed.data;
  const logger = pino({ name: 'simulator', level: settings.LOG_LEVEL });
  const simulator = await startSimulator({
    host: settings.SIMULATOR_HOST,
    port: settings.SIMULATOR_PORT,
    stateFile: settings.SIMULATOR_STATE_FILE,
    publicBaseUrl: settings.SIMULATOR_PUBLIC_URL,
    exposeControl: settings.SIMULATOR_EXPOSE_CONTROL === 'true',
    logger,
  });
  logger.info({ url: simulator.url }, 'simulator listening');

  let closing: Promise<void> | undefined;
  const close = (reason: string): void => {
    closing ??= simulator.close().then(
      () => {
        logger.info({ reason }, 'simulator stopped');
        process.exit(0);
      },
      (error: unknown) => {
        logger.error({ err: error }, 'simulator could not stop cleanly');
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', () => close('SIGINT'));
  process.on('SIGTERM', () => close('SIGTERM'));
  // The parent died, perhaps without a chance to say so.
  process.on('disconnect', () => close('parent gone'));
  process.on('message', (message: unknown) => {
    const control = z.object({ type: z.literal('control'), enabled: z.boolean() }).safeParse(message);
    if (control.success) simulator.setControlEnabled(control.data.enabled);
  });
  process.send?.({ type: 'ready', url: simulator.url });
}

main().catch((error: unknown) => {
  process.stderr.write(`simulator: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
