import { Client } from 'pg';

/**
 * Whether any corp on record talks to a WeCom that is not the embedded simulator. The simulator and its control surface
 * have no business beside a real corp.
 */
export async function hasRealCorp(
  databaseUrl: string,
  simulatorPorts: readonly (number | undefined)[],
): Promise<boolean> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ api_base_url: string }>(
      'select distinct api_base_url from corp where not is_demo',
    );
    return rows.some((row) => !isSimulator(row.api_base_url, simulatorPorts));
  } finally {
    await client.end();
  }
}

function isSimulator(apiBaseUrl: string, ports: readonly (number | undefined)[]): boolean {
  const { hostname, port } = new URL(apiBaseUrl);
  return ['127.0.0.1', 'localhost', '[::1]'].includes(hostname) && ports.includes(Number(port));
}
