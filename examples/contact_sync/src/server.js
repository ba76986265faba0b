/** The HTTP side: webhooks in, people in and out. */
import http from 'node:http';
import { brief, log } from './log.js';
import { parsePeople } from './writeback.js';

const LARGEST_BODY = 2 * 1024 * 1024;
const DEFAULT_PAGE = 100;
const LARGEST_PAGE = 500;

/** `app` gives: receive(delivery), acceptPeople(people), health(), contacts. */
export function createServer(app) {
  const routes = {
    'POST /webhooks': async (request) => {
      const body = await readBody(request);
      return app.receive({ headers: request.headers, body, url: app.publicUrl() });
    },
    'POST /people': async (request) => {
      const { people, problem } = parsePeople(await readBody(request));
      if (problem) return { status: 400, body: { error: problem } };
      app.acceptPeople(people);
      return { status: 202, body: { accepted: people.length } };
    },
    'GET /people': (_, query) => paged(query, (...page) => app.contacts.page(...page)),
    'GET /effects': (_, query) => paged(query, (...page) => app.contacts.effectsPage(...page)),
    'GET /health': () => ({ status: 200, body: { status: 'ok', ...app.health() } }),
  };

  return http.createServer(async (request, response) => {
    try {
      const url = new URL(request.url, 'http://localhost');
      const route = routes[`${request.method} ${url.pathname}`];
      const answer = route
        ? await route(request, url.searchParams)
        : { status: 404, body: { error: `no ${request.method} ${url.pathname} here` } };
      send(response, answer);
    } catch (error) {
      if (!error.status) log('request failed', { url: request.url, error: brief(error) });
      send(response, { status: error.status ?? 500, body: { error: brief(error) } });
    }
  });
}

function send(response, { status, body }) {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, body && { 'content-type': 'application/json' });
  response.end(body && JSON.stringify(body));
}

function paged(query, read) {
  const after = Number(query.get('after') ?? 0);
  const limit = Math.min(LARGEST_PAGE, Number(query.get('limit') ?? DEFAULT_PAGE));
  if (!Number.isSafeInteger(after) || !Number.isSafeInteger(limit) || after < 0 || limit < 1) {
    return { status: 400, body: { error: 'limit and after must be whole numbers' } };
  }
  // One more than asked for tells whether there is a next page.
  const rows = read(after, limit + 1);
  const results = rows.slice(0, limit);
  const body = { results };
  if (rows.length > limit) body.paging = { next: { after: results.at(-1).id } };
  return { status: 200, body };
}

async function readBody(request) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > LARGEST_BODY) throw Object.assign(new Error('body too large'), { status: 413 });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
