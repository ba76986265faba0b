/** The little of HubSpot these tests need, in memory, with a hook to misbehave. */
import http from 'node:http';
import { once } from 'node:events';

export async function startFakeHubSpot() {
  const contacts = new Map();
  const calls = [];
  let nextId = 1001;
  let clock = 1_700_000_000_000;
  const fake = { contacts, calls, misbehave: () => undefined };

  fake.create = (properties) => {
    const id = String(nextId++);
    contacts.set(id, { id, properties: { ...properties }, created: ++clock, updated: clock });
    return id;
  };
  fake.update = (id, properties) => {
    const contact = contacts.get(id);
    Object.assign(contact.properties, properties);
    contact.updated = ++clock;
    return clock;
  };
  fake.archive = (id) => (contacts.get(id).archived = ++clock);
  fake.timeOf = (id) => contacts.get(id).updated;

  const render = (contact) => ({
    id: contact.id,
    properties: {
      ...Object.fromEntries(PROPERTIES.map((name) => [name, contact.properties[name] ?? null])),
    },
    createdAt: new Date(contact.created),
    updatedAt: new Date(contact.updated),
    archived: Boolean(contact.archived),
    ...(contact.archived && { archivedAt: new Date(contact.archived) }),
  });
  const live = () => [...contacts.values()].filter((contact) => !contact.archived);
  const batch = (results, errors = []) => ({
    status: errors.length ? 207 : 200,
    body: {
      status: 'COMPLETE',
      results,
      ...(errors.length && { numErrors: errors.length, errors }),
      startedAt: new Date(),
      completedAt: new Date(),
    },
  });

  const routes = {
    'GET /crm/v3/objects/contacts': ({ query }) => {
      const limit = Number(query.get('limit'));
      const wanted = query.get('archived') === 'true';
      const all = [...contacts.values()]
        .filter((contact) => Boolean(contact.archived) === wanted)
        .filter((contact) => Number(contact.id) >= Number(query.get('after') ?? 0));
      const body = { results: all.slice(0, limit).map(render) };
      if (all.length > limit) body.paging = { next: { after: all[limit].id } };
      return { status: 200, body };
    },
    'POST /crm/v3/objects/contacts/batch/read': ({ body }) => {
      const found = live().filter(({ id }) => body.inputs.some((input) => input.id === id));
      const ids = body.inputs.map(({ id }) => id).filter((id) => !found.some((c) => c.id === id));
      const category = 'OBJECT_NOT_FOUND';
      const error = { status: 'error', category, message: 'x', context: { ids } };
      return batch(found.map(render), ids.length ? [error] : []);
    },
    'POST /crm/v3/objects/contacts/batch/upsert': ({ body }) =>
      batch(
        body.inputs.map(({ id: email, properties, objectWriteTraceId }) => {
          const known = live().find((contact) => contact.properties.email === email);
          const id = known?.id ?? fake.create({ email });
          fake.update(id, properties);
          return { ...render(contacts.get(id)), new: !known, objectWriteTraceId };
        }),
      ),
    'POST /crm/v3/objects/contacts/search': ({ body }) => {
      const filters = body.filterGroups?.[0]?.filters ?? [];
      const valueOf = (contact, name) =>
        name === 'lastmodifieddate' ? contact.updated : Number(contact.id);
      const holds = (contact, { propertyName, operator, value }) => {
        const mine = valueOf(contact, propertyName);
        return { GTE: mine >= value, GT: mine > value, EQ: mine === Number(value) }[operator];
      };
      const [{ propertyName, direction }] = body.sorts;
      const sign = direction === 'ASCENDING' ? 1 : -1;
      const found = live()
        .filter((contact) => filters.every((filter) => holds(contact, filter)))
        .sort((a, b) => sign * (valueOf(a, propertyName) - valueOf(b, propertyName)));
      const results = found.slice(0, body.limit).map(render);
      return { status: 200, body: { total: found.length, results } };
    },
  };

  const server = http.createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const url = new URL(request.url, 'http://fake');
    const text = Buffer.concat(chunks).toString();
    const call = {
      route: `${request.method} ${url.pathname}`,
      query: url.searchParams,
      body: text && JSON.parse(text),
      at: Date.now(),
    };
    calls.push(call);
    const answer = fake.misbehave(call, () => routes[call.route](call)) ?? routes[call.route](call);
    if (answer === 'hang') return;
    if (answer === 'reset') return request.socket.resetAndDestroy();
    response.writeHead(answer.status, {
      'content-type': answer.html ? 'text/html' : 'application/json;charset=utf-8',
    });
    response.end(answer.html ?? JSON.stringify(answer.body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  fake.url = `http://127.0.0.1:${server.address().port}`;
  fake.stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return fake;
}

const PROPERTIES = [
  'email',
  'firstname',
  'lastname',
  'phone',
  'company',
  'lifecyclestage',
  'jobtitle',
  'city',
];
