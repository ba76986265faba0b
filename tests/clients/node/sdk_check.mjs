/**
 * HubSpot's official Node SDK, unmodified, against a base URL. Every call that
 * examples/contact_sync makes and the basic ones around them; each answer is looked at as the SDK
 * hands it to its user.
 *
 *   node sdk_check.mjs BASE_URL ACCESS_TOKEN      (or HUBSPOT_BASE_URL, HUBSPOT_ACCESS_TOKEN)
 *
 * Exit code 0 when every check holds, else 1, with a line for each.
 */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';

const example = new URL('../../../examples/contact_sync/package.json', import.meta.url);
const { Client, Signature } = createRequire(example)('@hubspot/api-client');

const baseUrl = process.argv[2] ?? process.env.HUBSPOT_BASE_URL;
const accessToken = process.argv[3] ?? process.env.HUBSPOT_ACCESS_TOKEN;
if (!baseUrl || !accessToken) {
  console.error('usage: node sdk_check.mjs BASE_URL ACCESS_TOKEN');
  process.exit(2);
}

const hubspot = new Client({ accessToken, basePath: baseUrl, numberOfApiCallRetries: 0 });
const { contacts, companies, deals, tickets, objects, associations } = hubspot.crm;
const run = Date.now().toString(36);
const mail = (name) => `${name}.${run}@example.org`;

let failures = 0;
async function check(name, body) {
  try {
    await body();
    console.log(`ok    ${name}`);
  } catch (error) {
    failures += 1;
    console.log(`FAIL  ${name}\n      ${String(error.message).split('\n').join('\n      ')}`);
  }
}

/** The call must be refused with this status; gives the SDK's exception for a closer look. */
async function refused(status, promise) {
  const answer = await promise.then((value) => ({ value }), (error) => ({ error }));
  assert.ok(answer.error, `expected ${status}, got ${JSON.stringify(answer.value)}`);
  assert.equal(answer.error.code, status, answer.error.message);
  return answer.error;
}

function assertContact(record, properties) {
  assert.match(record.id, /^[0-9]+$/);
  assert.ok(record.createdAt instanceof Date && !Number.isNaN(record.createdAt.getTime()));
  assert.ok(record.updatedAt instanceof Date && record.updatedAt >= record.createdAt);
  assert.equal(record.archived, false);
  assert.equal(record.properties.hs_object_id, record.id);
  for (const [name, value] of Object.entries(properties)) {
    assert.equal(record.properties[name], value, name);
  }
}

/** Search takes five requests a second. */
async function search(body) {
  await sleep(250);
  return contacts.searchApi.doSearch(body);
}

/** Search shows writes a moment later. */
async function searchUntil(body, enough) {
  for (let tries = 0; ; tries += 1) {
    const page = await search(body);
    if (enough(page)) return page;
    assert.ok(tries < 40, `search never showed it: ${JSON.stringify(page)}`);
  }
}

const emailFilter = (operator, value) => [
  { filters: [{ propertyName: 'email', operator, value }] },
];

let ada;
let bob;

await check('contacts: create', async () => {
  const properties = { email: mail('Ada').toUpperCase(), firstname: 'Ada', city: 'London' };
  const answer = await contacts.basicApi.createWithHttpInfo({ properties, associations: [] });
  assert.equal(answer.httpStatusCode, 201);
  ada = answer.data;
  assertContact(ada, { email: mail('ada'), firstname: 'Ada', city: 'London' });
  assert.match(answer.headers.location, new RegExp(`/crm/v3/objects/contacts/${ada.id}$`));
  assert.match(answer.headers['x-hubspot-correlation-id'], /^[0-9a-f-]{36}$/);
  assert.ok(Number(answer.headers['x-hubspot-ratelimit-remaining']) >= 0);
});

await check('contacts: create with a taken e-mail is 409 CONFLICT', async () => {
  const properties = { email: mail('ada') };
  const error = await refused(409, contacts.basicApi.create({ properties, associations: [] }));
  assert.equal(error.body.category, 'CONFLICT');
  assert.equal(error.body.message, `Contact already exists. Existing ID: ${ada.id}`);
  assert.match(error.body.correlationId, /^[0-9a-f-]{36}$/);
});

await check('contacts: create with an unknown property is 400 VALIDATION_ERROR', async () => {
  const properties = { no_such_property: 'x' };
  const error = await refused(400, contacts.basicApi.create({ properties, associations: [] }));
  assert.equal(error.body.category, 'VALIDATION_ERROR');
  assert.equal(error.body.errors[0].code, 'PROPERTY_DOESNT_EXIST');
  assert.match(error.body.message, /^Property values were not valid: \[/);
});

await check('contacts: create with a bad e-mail is 400 INVALID_EMAIL', async () => {
  const properties = { email: 'not an address' };
  const error = await refused(400, contacts.basicApi.create({ properties, associations: [] }));
  assert.equal(error.body.category, 'VALIDATION_ERROR');
  assert.match(error.body.message, /INVALID_EMAIL/);
});

await check('contacts: read by id', async () => {
  const answer = await contacts.basicApi.getByIdWithHttpInfo(ada.id, ['city', 'jobtitle']);
  assert.equal(answer.httpStatusCode, 200);
  assertContact(answer.data, { city: 'London', jobtitle: null });
  assert.equal(answer.data.properties.firstname, undefined, 'was not asked for');
});

await check('contacts: read by e-mail, any case', async () => {
  const id = mail('ADA');
  const read = contacts.basicApi.getById(id, ['email'], undefined, undefined, false, 'email');
  assert.equal((await read).id, ada.id);
});

await check('contacts: an unknown id is 404', async () => {
  await refused(404, contacts.basicApi.getById('999999999999'));
});

await check('contacts: update', async () => {
  const update = { properties: { city: 'Paris', firstname: '' } };
  const answer = await contacts.basicApi.updateWithHttpInfo(ada.id, update);
  assert.equal(answer.httpStatusCode, 200);
  assertContact(answer.data, { city: 'Paris' });
  const read = await contacts.basicApi.getById(ada.id, ['city', 'firstname']);
  assertContact(read, { city: 'Paris' });
  assert.ok(!read.properties.firstname, 'an empty value clears');
});

await check('contacts: an empty update is 400', async () => {
  await refused(400, contacts.basicApi.update(ada.id, { properties: {} }));
});

await check('contacts: batch create', async () => {
  const inputs = ['bob', 'cy', 'di'].map((name) => ({
    properties: { email: mail(name), firstname: name },
    associations: [],
  }));
  const answer = await contacts.batchApi.createWithHttpInfo({ inputs });
  assert.equal(answer.httpStatusCode, 201);
  assert.equal(answer.data.status, 'COMPLETE');
  assert.equal(answer.data.results.length, 3);
  assert.ok(answer.data.completedAt >= answer.data.startedAt);
  bob = answer.data.results.find(({ properties }) => properties.email === mail('bob'));
  assertContact(bob, { firstname: 'bob' });
});

await check('contacts: batch create with trace ids names who failed in a 207', async () => {
  const input = (name, trace) => ({
    properties: { email: mail(name) },
    associations: [],
    objectWriteTraceId: trace,
  });
  const inputs = [input('eve', 'trace-new'), input('bob', 'trace-taken')];
  const answer = await contacts.batchApi.createWithHttpInfo({ inputs });
  assert.equal(answer.httpStatusCode, 207);
  assert.equal(answer.data.results.length, 1);
  assert.equal(answer.data.numErrors, 1);
  assert.equal(answer.data.errors[0].category, 'CONFLICT');
  assert.deepEqual(answer.data.errors[0].context.objectWriteTraceId, ['trace-taken']);
});

await check('contacts: batch create without trace ids is all or nothing', async () => {
  const inputs = ['zoe', 'bob'].map((name) => ({
    properties: { email: mail(name) },
    associations: [],
  }));
  await refused(409, contacts.batchApi.create({ inputs }));
  const id = mail('zoe');
  const read = contacts.basicApi.getById(id, [], undefined, undefined, false, 'email');
  await refused(404, read);
});

await check('contacts: batch read', async () => {
  const answer = await contacts.batchApi.readWithHttpInfo({
    inputs: [{ id: ada.id }, { id: bob.id }],
    properties: ['email', 'city'],
    propertiesWithHistory: [],
  });
  assert.equal(answer.httpStatusCode, 200);
  assert.deepEqual(answer.data.results.map(({ id }) => id).sort(), [ada.id, bob.id].sort());
  assert.equal(answer.data.errors, undefined);
});

await check('contacts: batch read by e-mail, an unknown one makes a 207', async () => {
  const answer = await contacts.batchApi.readWithHttpInfo({
    idProperty: 'email',
    inputs: [{ id: mail('ada') }, { id: mail('nobody') }],
    properties: ['email'],
    propertiesWithHistory: [],
  });
  assert.equal(answer.httpStatusCode, 207);
  assert.deepEqual(answer.data.results.map(({ id }) => id), [ada.id]);
  assert.equal(answer.data.numErrors, 1);
  assert.equal(answer.data.errors[0].category, 'OBJECT_NOT_FOUND');
  assert.deepEqual(answer.data.errors[0].context.ids, [mail('nobody')]);
});

await check('contacts: batch update', async () => {
  const inputs = [
    { id: ada.id, properties: { jobtitle: 'Countess' } },
    { id: bob.id, properties: { jobtitle: 'Builder' } },
  ];
  const answer = await contacts.batchApi.updateWithHttpInfo({ inputs });
  assert.equal(answer.httpStatusCode, 200);
  const titles = answer.data.results.map(({ properties }) => properties.jobtitle).sort();
  assert.deepEqual(titles, ['Builder', 'Countess']);
});

await check('contacts: batch upsert by e-mail, with trace ids', async () => {
  const input = (name, city) => ({
    id: mail(name),
    idProperty: 'email',
    objectWriteTraceId: `trace-${name}`,
    properties: { city },
  });
  const inputs = [input('ada', 'Rome'), input('fay', 'Oslo')];
  const answer = await contacts.batchApi.upsertWithHttpInfo({ inputs });
  assert.equal(answer.httpStatusCode, 200);
  assert.equal(answer.data.results.length, 2);
  const known = answer.data.results.find(({ id }) => id === ada.id);
  const created = answer.data.results.find(({ id }) => id !== ada.id);
  assert.equal(known._new, false);
  assert.equal(created._new, true);
  assert.equal(known.properties.city, 'Rome');
  assert.ok(created.updatedAt instanceof Date);
  const read = await contacts.basicApi.getById(created.id, ['email', 'city']);
  assertContact(read, { email: mail('fay'), city: 'Oslo' });
});

await check('contacts: an empty batch and one above 100 are 400', async () => {
  const body = (inputs) => ({ inputs, properties: [], propertiesWithHistory: [] });
  await refused(400, contacts.batchApi.read(body([])));
  const tooMany = Array.from({ length: 101 }, (_, i) => ({ id: String(i + 1) }));
  await refused(400, contacts.batchApi.read(body(tooMany)));
});

await check('contacts: list by pages, in order of id', async () => {
  const first = await contacts.basicApi.getPage(2, undefined, ['email']);
  assert.equal(first.results.length, 2);
  const { after } = first.paging.next;
  const second = await contacts.basicApi.getPage(100, after, ['email']);
  const ids = [...first.results, ...second.results].map(({ id }) => Number(id));
  assert.deepEqual(ids, [...ids].sort((a, b) => a - b));
  assert.equal(new Set(ids).size, ids.length);
  // Recorded: `after` is one more than the last id of the page.
  assert.equal(after, String(ids[1] + 1));
});

await check('contacts: getAll follows the pages', async () => {
  const all = await contacts.getAll(100, undefined, ['email']);
  assert.ok(all.some(({ id }) => id === ada.id) && all.some(({ id }) => id === bob.id));
});

await check('contacts: search by e-mail', async () => {
  const body = { filterGroups: emailFilter('EQ', mail('ada')), properties: ['email', 'city'] };
  const page = await searchUntil(body, ({ results }) => results[0]?.properties.city === 'Rome');
  assert.equal(page.total, 1);
  assertContact(page.results[0], { email: mail('ada') });
});

await check('contacts: search since a time, oldest change first', async () => {
  const since = ada.createdAt.getTime();
  const filters = [{ propertyName: 'lastmodifieddate', operator: 'GTE', value: String(since) }];
  const sorts = [{ propertyName: 'lastmodifieddate', direction: 'ASCENDING' }];
  const body = { filterGroups: [{ filters }], sorts, properties: ['email'], limit: 200 };
  const page = await searchUntil(body, ({ results }) => results.length >= 6);
  const times = page.results.map(({ updatedAt }) => updatedAt.getTime());
  assert.deepEqual(times, [...times].sort((a, b) => a - b));
  assert.ok(times[0] >= since);

  const at = times.at(-1);
  const exact = [
    { propertyName: 'lastmodifieddate', operator: 'EQ', value: String(at) },
    { propertyName: 'hs_object_id', operator: 'GT', value: '0' },
  ];
  const byId = [{ propertyName: 'hs_object_id', direction: 'ASCENDING' }];
  const bulk = { filterGroups: [{ filters: exact }], sorts: byId };
  const same = await search(bulk);
  assert.ok(same.total >= 1);
  assert.ok(same.results.every(({ updatedAt }) => updatedAt.getTime() === at));
});

await check('contacts: search for the newest change, and by pages', async () => {
  const sorts = [{ propertyName: 'lastmodifieddate', direction: 'DESCENDING' }];
  const newest = await search({ filterGroups: [], sorts, limit: 1 });
  assert.equal(newest.results.length, 1);
  assert.equal(newest.paging.next.after, '1');
  const next = await search({ filterGroups: [], sorts, limit: 1, after: '1' });
  assert.ok(next.results[0].updatedAt <= newest.results[0].updatedAt);
});

await check('contacts: a search beyond 10,000 and a bad operator are 400', async () => {
  await refused(400, search({ filterGroups: [], limit: 100, after: '10000' }));
  const filterGroups = emailFilter('LIKE', 'x');
  await refused(400, search({ filterGroups }));
});

await check('contacts: archive, then read and list as archived', async () => {
  const answer = await contacts.basicApi.archiveWithHttpInfo(bob.id);
  assert.equal(answer.httpStatusCode, 204);
  await refused(404, contacts.basicApi.getById(bob.id));
  const read = contacts.basicApi.getById(bob.id, undefined, undefined, undefined, true);
  const record = await read;
  assert.equal(record.archived, true);
  assert.ok(record.archivedAt instanceof Date);
  const list = contacts.basicApi.getPage(100, undefined, ['email'], undefined, undefined, true);
  const listed = (await list).results.find(({ id }) => id === bob.id);
  assert.ok(listed?.archivedAt instanceof Date);
});

await check('contacts: batch archive, of unknown ids too', async () => {
  const { id } = await contacts.basicApi.create({ properties: {}, associations: [] });
  const inputs = [{ id }, { id: '999999999999' }];
  const answer = await contacts.batchApi.archiveWithHttpInfo({ inputs });
  assert.equal(answer.httpStatusCode, 204);
  await refused(404, contacts.basicApi.getById(id));
});

const crud = [
  ['companies', companies, { name: 'Acme', domain: 'acme.example' }, { name: 'Acme Inc' }],
  [
    'deals',
    deals,
    { dealname: 'Big', pipeline: 'default', dealstage: 'appointmentscheduled' },
    { dealname: 'Bigger' },
  ],
  [
    'tickets',
    tickets,
    { subject: 'Help', hs_pipeline: '0', hs_pipeline_stage: '1' },
    { subject: 'Helped' },
  ],
];
const made = {};
for (const [type, area, properties, change] of crud) {
  const [[name, value]] = Object.entries(change);
  await check(`${type}: create, read, update, list, archive`, async () => {
    const record = await area.basicApi.create({ properties, associations: [] });
    made[type] = record;
    assertContact(record, properties);
    const read = await area.basicApi.getById(record.id, [name]);
    assert.equal(read.properties[name], properties[name]);
    await area.basicApi.update(record.id, { properties: change });
    const page = await area.basicApi.getPage(100, undefined, [name]);
    assert.equal(page.results.find(({ id }) => id === record.id).properties[name], value);
    const batch = await area.batchApi.read({
      inputs: [{ id: record.id }],
      properties: [name],
      propertiesWithHistory: [],
    });
    assert.equal(batch.results[0].properties[name], value);
    const other = await area.basicApi.create({ properties, associations: [] });
    await area.basicApi.archive(other.id);
    await refused(404, area.basicApi.getById(other.id));
  });
}

await check('objects: the generic API reads the same records', async () => {
  const record = await objects.basicApi.getById('0-1', ada.id, ['email']);
  assert.equal(record.properties.email, mail('ada'));
  const error = await refused(400, objects.basicApi.getPage('butterflies'));
  assert.equal(error.body.message, 'Unable to infer object type from: butterflies');
});

await check('associations v4: default, labelled, read, batch read', async () => {
  const { basicApi, batchApi } = associations.v4;
  const company = made.companies.id;
  const link = ['contacts', ada.id, 'companies', company];
  const answer = await basicApi.createDefaultWithHttpInfo(...link);
  assert.equal(answer.httpStatusCode, 200);
  assert.equal(answer.data.status, 'COMPLETE');
  assert.ok(answer.data.results.length >= 1);

  const primary = { associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 1 };
  await basicApi.create(...link, [primary]);
  const page = await basicApi.getPage('contacts', ada.id, 'companies', undefined, 500);
  assert.equal(page.results.length, 1);
  assert.equal(String(page.results[0].toObjectId), company);
  const typeIds = page.results[0].associationTypes.map(({ typeId }) => typeId);
  assert.ok(typeIds.includes(1) && typeIds.includes(279), typeIds.join());

  const back = await basicApi.getPage('companies', company, 'contacts');
  assert.equal(String(back.results[0].toObjectId), ada.id);

  const batch = await batchApi.getPage('contacts', 'companies', { inputs: [{ id: ada.id }] });
  // The generated model renames "from".
  assert.equal(batch.results[0]._from.id, ada.id);
  assert.equal(String(batch.results[0].to[0].toObjectId), company);

  const inputs = [{ id: ada.id }];
  const none = await batchApi.getPageWithHttpInfo('contacts', 'deals', { inputs });
  assert.equal(none.httpStatusCode, 207);
  assert.equal(none.data.errors[0].category, 'OBJECT_NOT_FOUND');
});

await check('contacts: read with associations', async () => {
  const record = await contacts.basicApi.getById(ada.id, ['email'], undefined, ['companies']);
  assert.ok(record.associations.companies.results.some(({ id }) => id === made.companies.id));
});

await check('properties: list, create, read, taken name, unknown name', async () => {
  const { coreApi } = hubspot.crm.properties;
  const all = await coreApi.getAll('contacts');
  assert.equal(all.results.find(({ name }) => name === 'email').hubspotDefined, true);
  const definition = {
    name: `shoe_size_${run}`,
    label: 'Shoe size',
    type: 'number',
    fieldType: 'number',
    groupName: 'contactinformation',
  };
  const answer = await coreApi.createWithHttpInfo('contacts', definition);
  assert.equal(answer.httpStatusCode, 201);
  const read = await coreApi.getByName('contacts', definition.name);
  assert.deepEqual([read.label, read.type, read.fieldType], ['Shoe size', 'number', 'number']);
  await refused(409, coreApi.create('contacts', definition));
  await refused(404, coreApi.getByName('contacts', 'no_such_property'));
  const properties = { [definition.name]: '44' };
  const record = await contacts.basicApi.update(ada.id, { properties });
  assert.equal(record.properties[definition.name], '44');
});

await check('owners: list and read', async () => {
  const page = await hubspot.crm.owners.ownersApi.getPage(undefined, undefined, 100);
  const [owner] = page.results;
  assert.match(owner.id, /^[0-9]+$/);
  assert.match(owner.email, /@/);
  assert.ok(owner.createdAt instanceof Date);
  const same = await hubspot.crm.owners.ownersApi.getById(Number(owner.id), 'id');
  assert.equal(same.email, owner.email);
});

await check('account-info: details', async () => {
  const response = await hubspot.apiRequest({ method: 'GET', path: '/account-info/v3/details' });
  assert.equal(response.status, 200);
  const details = await response.json();
  assert.equal(typeof details.portalId, 'number');
  assert.equal(typeof details.timeZone, 'string');
  assert.match(details.uiDomain, /hubspot/);
});

await check('the 2026-03 paths answer as v3 does', async () => {
  const path = `/crm/objects/2026-03/contacts/${ada.id}?properties=email`;
  const response = await hubspot.apiRequest({ method: 'GET', path });
  assert.equal(response.status, 200);
  assert.equal((await response.json()).properties.email, mail('ada'));
});

await check('an unknown token is 401 INVALID_AUTHENTICATION', async () => {
  const stranger = new Client({ accessToken: 'pat-na1-unknown', basePath: baseUrl });
  const error = await refused(401, stranger.crm.contacts.basicApi.getPage(1));
  assert.equal(error.body.category, 'INVALID_AUTHENTICATION');
});

await check('the signature helper agrees with the documented example', () => {
  const signature = Signature.getSignature('POST', 'v3', {
    clientSecret: 'yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy',
    url: 'https://www.example.com/webhook_uri',
    requestBody: "{'example_field':'example_value'}",
    timestamp: 1693657560000,
  });
  assert.equal(signature, 'K36dawei4A+QBNolUOqo7s91KQDWQ5MXZ/QufNYuk/Y=');
});

console.log(failures === 0 ? 'all checks hold' : `${failures} checks FAILED`);
process.exit(failures === 0 ? 0 : 1);
