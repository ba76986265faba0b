/** The mock under judgement: its address and credentials from the environment and from itself. */
import { areas, callerOf, operationsOf } from './client.mjs';
import { Resources } from './resources.mjs';

/** Of an area, made once: what calls its operations. */
export function callers(access) {
  const made = new Map();
  return (area) => made.get(area) ?? made.set(area, callerOf(area, access)).get(area);
}

/** A token of the app's client, for what is the app's own. */
async function appToken(url, { client_id: id, client_secret: secret }) {
  const answer = await fetch(`${url}/oauth/2026-03/token`, { method: 'POST',
    body: new URLSearchParams({ grant_type: 'client_credentials', client_id: id,
      client_secret: secret, scope: 'developer.webhooks_journal.read' }) });
  return (await answer.json()).access_token;
}

export async function targetFromEnvironment() {
  const [url, token] = [process.env.HUBSPOT_BASE_URL, process.env.HUBSPOT_ACCESS_TOKEN];
  if (!url || !token) {
    console.error('set HUBSPOT_BASE_URL and HUBSPOT_ACCESS_TOKEN');
    process.exit(2);
  }
  const portals = await (await fetch(`${url}/_hubsim/v1/portals`)).json();
  const app = portals.results[0];
  const context = { url, token, app, unique: new Set() };
  const access = { url, token, appToken: await appToken(url, app),
    developerKey: app.developer_api_key };
  const caller = callers(access);
  return { access, caller,
    resources: new Resources(context, areas().flatMap(operationsOf), caller) };
}
