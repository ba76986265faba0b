/**
 * Values that the client's types do not tell, outside of the CRM: names of what is there from the
 * start, ids in bodies, and what hangs together within one call (`call.made` holds it).
 */
import { fresh, record, send, sendAsApp } from './crm_make.mjs';

const when = new Date('2026-11-01T10:00:00Z');
const made = async (call, key, make) => (call.made[key] ??= await make());

const account = 'judge-account';
const eventBody = () => ({ externalAccountId: account, externalEventId: fresh('event'),
  eventName: 'Judge', eventOrganizer: 'Judge', startDateTime: when });
const marketingEvent = (c, call) => made(call, 'event', async () => {
  const body = eventBody();
  await send(c, 'POST', '/marketing/v3/marketing-events/events', body);
  const path = `/marketing/v3/marketing-events/events/${body.externalEventId}`;
  return { ...body, ...await send(c, 'GET', `${path}?externalAccountId=${account}`) };
});
/** The id that HubSpot gave an event: its list tells it. */
async function eventObjectId(c, call) {
  await marketingEvent(c, call);
  const { results } = await send(c, 'GET', '/marketing/v3/marketing-events?limit=100');
  return results.at(-1).objectId;
}
const contact = (c) => record(c, 'contacts');
const subscribers = (one) => async (c) => ({ inputs: [{ interactionDateTime: when.getTime(),
  ...await one(c) }] });
/** A list of contacts; one that is associated with the event, where the call ends that. */
async function guestList(c, call) {
  const { listId } = (await send(c, 'POST', '/crm/v3/lists', { name: fresh('Guests'),
    objectTypeId: '0-1', processingType: 'MANUAL' })).list;
  if (call.method === 'DELETE') {
    const { externalEventId } = await marketingEvent(c, call);
    const event = call.path.includes('{marketingEventId}') ? await eventObjectId(c, call)
      : `${account}/${externalEventId}`;
    await send(c, 'PUT', `/marketing/v3/marketing-events/associations/${event}/lists/${listId}`);
  }
  return listId;
}
/** An app has settings once they were made. */
async function eventsApp(c, call) {
  if (call.method === 'GET') {
    await sendAsApp(c, 'POST', `/marketing/v3/marketing-events/${c.app.app_id}/settings`,
      { eventDetailsUrl: 'https://example.org/events/%s' });
  }
  return Number(c.app.app_id);
}
const marketingEvents = {
  appId: eventsApp, eventDetailSettingsUrl: () => ({ eventDetailsUrl: 'https://example.org/%s' }),
  externalAccountId: () => account,
  externalEventId: async (c, call) => (await marketingEvent(c, call)).externalEventId,
  objectId: eventObjectId, marketingEventId: eventObjectId,
  contactIdentifier: (c, call) => (call.path.includes('{contactIdentifier}') ? contact(c)
    : undefined),
  subscriberState: () => 'register',
  q: () => 'event', listId: guestList,
  batchInputMarketingEventSubscriber: subscribers(async (c) => ({ vid: Number(await contact(c)) })),
  batchInputMarketingEventEmailSubscriber: subscribers(() => ({
    email: `${fresh('guest')}@example.org` })),
  marketingEventCreateRequestParams: async (c, call) => (call.made.event
    ? { ...eventBody(), externalEventId: call.made.event.externalEventId } : eventBody()),
  batchInputMarketingEventCreateRequestParams: () => ({ inputs: [eventBody()] }),
  batchInputMarketingEventExternalUniqueIdentifier: async (c, call) => {
    const { externalEventId } = await marketingEvent(c, call);
    return { inputs: [{ appId: Number(c.app.app_id), externalAccountId: account,
      externalEventId }] };
  },
  batchInputMarketingEventPublicObjectIdDeleteRequest: async (c, call) => ({ inputs: [{
    objectId: await eventObjectId(c, call) }] }),
  batchInputMarketingEventPublicUpdateRequestFullV2: async (c, call) => ({ inputs: [{
    objectId: await eventObjectId(c, call), eventName: 'Other', customProperties: [] }] }),
};

const actionBody = () => ({ actionUrl: 'http://127.0.0.1:9/action', published: true,
  objectTypes: ['CONTACT'], inputFields: [], functions: [],
  labels: { en: { actionName: 'Judge' } } });
/** The callback of an execution that has not ended. */
async function callback(c) {
  const action = await sendAsApp(c, 'POST', `/automation/v4/actions/${c.app.app_id}`, actionBody());
  return (await send(c, 'POST', '/_hubsim/v1/automation/run', { definition_id: action.id,
    object_id: await record(c, 'contacts') })).callback_id;
}
const completion = { outputFields: { hs_execution_state: 'SUCCESS' } };
const actions = {
  callbackId: callback, publicActionDefinitionEgg: actionBody,
  publicActionDefinitionPatch: () => ({ published: false }),
  callbackCompletionRequest: () => completion,
  batchInputCallbackCompletionBatchRequest: async (c) => ({ inputs: [{
    callbackId: await callback(c), ...completion }] }),
};

/** An OAuth app, installed by its own authorisation, with what it was given for its code. */
async function oauthApp(c) {
  const uri = 'https://example.org/cb';
  const app = await send(c, 'POST', '/_hubsim/v1/apps', { name: fresh('Judge'),
    scopes: ['oauth', 'crm.objects.contacts.read'], redirect_uris: [uri] });
  const query = new URLSearchParams({ client_id: app.client_id, redirect_uri: uri,
    scope: 'oauth crm.objects.contacts.read' });
  const back = await fetch(`${c.url}/oauth/authorize?${query}`, { redirect: 'manual' });
  const code = new URL(back.headers.get('location')).searchParams.get('code');
  return { ...app, code, uri };
}
async function oauthTokens(c) {
  const app = await oauthApp(c);
  const answer = await fetch(`${c.url}/oauth/v1/token`, { method: 'POST',
    body: new URLSearchParams({ grant_type: 'authorization_code', code: app.code,
      redirect_uri: app.uri, client_id: app.client_id, client_secret: app.client_secret }) });
  return answer.json();
}
const oauth = {
  token: async (c, call) => (await oauthTokens(c))[call.path.includes('access-tokens')
    ? 'access_token' : 'refresh_token'],
  grantType: () => 'authorization_code',
  code: async (c, call) => (await made(call, 'app', () => oauthApp(c))).code,
  redirectUri: async (c, call) => (await made(call, 'app', () => oauthApp(c))).uri,
  clientId: async (c, call) => (await made(call, 'app', () => oauthApp(c))).client_id,
  clientSecret: async (c, call) => (await made(call, 'app', () => oauthApp(c))).client_secret,
};

const upload = (c, call) => made(call, 'file', async () => {
  const form = new FormData();
  form.append('file', new Blob(['judge\n']), `${fresh('judge')}.txt`);
  form.append('options', JSON.stringify({ access: 'PUBLIC_INDEXABLE' }));
  form.append('folderPath', '/judge');
  return send(c, 'POST', '/files/v3/files', form);
});
const folder = (c, call) => made(call, 'folder', () =>
  send(c, 'POST', '/files/v3/folders', { name: fresh('judge') }));
const task = (c, path, body) => send(c, 'POST', path, body).then((answer) => answer.id);
const fromUrl = { url: 'https://judge.example/a.txt', access: 'PRIVATE', folderPath: '/judge',
  duplicateValidationScope: 'EXACT_FOLDER', duplicateValidationStrategy: 'NONE',
  overwrite: false, name: 'a.txt' };
const options = () => JSON.stringify({ access: 'PRIVATE' });
const files = {
  fileId: async (c, call) => (await upload(c, call)).id,
  path: async (c, call) => (call.path.includes('{path}') ? (await upload(c, call)).path
    : undefined),
  folderId: async (c, call) => (call.path.includes('{folderId}') ? (await folder(c, call)).id
    : undefined),
  folderPath: async (c, call) => (call.path.includes('{folderPath}')
    ? (await folder(c, call)).path : '/judge'),
  options, importFromUrlInput: () => fromUrl,
  taskId: async (c, call) => (call.path.includes('folders')
    ? task(c, '/files/v3/folders/update/async', { id: (await folder(c, call)).id, name: 'Other' })
    : task(c, '/files/v3/files/import-from-url/async', fromUrl)),
  folderUpdateInputWithId: async (c, call) => ({ id: (await folder(c, call)).id, name: 'Other' }),
};

const sourceCode = {
  environment: () => 'draft', file: () => ({ data: Buffer.from('{}\n'), name: 'judge.json' }),
  path: async (c, call) => made(call, 'path', async () => {
    const path = `judge/${fresh('file')}.json`;
    if (call.method === 'POST') return path;
    const form = new FormData();
    form.append('file', new Blob(['{}\n']), 'judge.json');
    await send(c, 'PUT', `/cms/v3/source-code/draft/content/${encodeURIComponent(path)}`, form);
    return path;
  }),
  taskId: async (c) => task(c, '/cms/v3/source-code/extract/async', { path: 'judge/a.zip' }),
  fileExtractRequest: () => ({ path: 'judge/a.zip' }),
};

const subscriptionOf = async (c) => (await send(c, 'GET',
  '/communication-preferences/v3/definitions')).subscriptionDefinitions[0].id;
const communicationPreferences = {
  emailAddress: () => 'judge@example.org',
  publicUpdateSubscriptionStatusRequest: async (c) => ({ subscriptionId: await subscriptionOf(c),
    emailAddress: `${fresh('judge')}@example.org`, legalBasis: 'CONSENT_WITH_NOTICE',
    legalBasisExplanation: 'Asked' }),
};

/** A definition of custom events. */
const eventName = async (c) => (await send(c, 'POST', '/events/v3/event-definitions', {
  label: 'Judge', name: fresh('judge'), propertyDefinitions: [],
  includeDefaultProperties: false })).fullyQualifiedName;
const sent = async (c) => ({ eventName: await eventName(c), email: 'judge@example.org',
  properties: {} });

/** A table as the call wants it: of a new one there is a draft only. */
const table = (c, call) => made(call, 'table', async () => {
  const name = fresh('judge');
  const { id } = await send(c, 'POST', '/cms/v3/hubdb/tables', { name, label: name, columns: [] });
  if (!call.path.includes('/draft')) {
    await send(c, 'POST', `/cms/v3/hubdb/tables/${id}/draft/publish`);
  }
  return id;
});

/** A row; one that can be seen by who asks for what is published. */
const row = async (c, call) => {
  const path = `/cms/v3/hubdb/tables/${await table(c, call)}`;
  const { id } = await send(c, 'POST', `${path}/rows`, { values: {} });
  if (!call.path.includes('/draft')) await send(c, 'POST', `${path}/draft/publish`);
  return id;
};

/** By area: parameter -> its value. */
const byArea = {
  'marketing/events': marketingEvents, oauth, files, 'cms/source_code': sourceCode,
  communication_preferences: communicationPreferences,
  'automation/actions': actions,
  'cms/site_search': { contentId: async (c) => (await send(c, 'POST', '/cms/v3/pages/site-pages',
    { name: fresh('Judge'), slug: fresh('judge') })).id },
  'settings/business_units': { userId: () => '2506672' },
  'settings/users': { userProvisionRequest: () => ({ email: `${fresh('user')}@example.org`,
    sendWelcomeEmail: false }) },
  events: { eventType: eventName },
  'events/send': { behavioralEventHttpCompletionRequest: sent,
    batchedBehavioralEventHttpCompletionRequest: async (c) => ({ inputs: [await sent(c)] }) },
  'cms/hubdb': { tableIdOrName: table, rowId: row, config: () => '{}',
    batchInputString: async (c, call) => ({ inputs: [await row(c, call)] }) },
  webhooks: {
    settingsChangeRequest: () => ({ targetUrl: 'https://judge.example/hooks',
      throttling: { maxConcurrentRequests: 10 } }),
    // Each property can be subscribed to once.
    subscriptionCreateRequest: async (c) => ({ eventType: 'contact.propertyChange', active: false,
      propertyName: (await send(c, 'POST', '/crm/v3/properties/contacts', { name: fresh('judge'),
        label: 'Judge', type: 'string', fieldType: 'text',
        groupName: 'contactinformation' })).name }),
  },
};
const byName = { appId: (c) => Number(c.app.app_id) };

/** The value of a parameter that somebody wrote here, else undefined. */
export async function hint(context, call, name) {
  if (call.area.startsWith('crm/')) return undefined;
  const own = byArea[call.area]?.[name] ?? byName[name];
  return own?.(context, call);
}

const naming = ['id', 'contentId', 'primaryId', 'originalId', 'cloneId'];

/** Is a field of a body the id of a resource? */
export const namesResource = (name, type) =>
  naming.includes(name) || (name === 'inputs' && /^Array<(string|any|object)>$/.test(type));

/** The value of such a field; `id` is of the resource that the call is about. */
export function bodyHint(name, type, id) {
  if (name === 'inputs') return [type === 'Array<string>' ? String(id) : { id: String(id) }];
  return type === 'number' ? Number(id) : String(id);
}
