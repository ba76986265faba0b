/**
 * Valid arguments for the calls of the Node client, from the names of their parameters and from
 * records made before. What is not named here has no arguments yet: undefined.
 */

/** Properties a create of each type must bring (behaviour reference 4.4). */
const when = '2026-11-01T10:00:00Z';
const required = {
  contacts: {}, companies: { name: 'judge' }, deals: { dealname: 'judge' },
  tickets: { subject: 'judge', hs_pipeline: '0', hs_pipeline_stage: '1' },
  products: { name: 'judge' }, line_items: { name: 'judge' },
  quotes: { hs_title: 'judge', hs_expiration_date: '2026-12-31' },
  communications: { hs_communication_channel_type: 'SMS', hs_timestamp: when },
  tasks: { hs_timestamp: when }, notes: { hs_timestamp: when }, meetings: { hs_timestamp: when },
  calls: { hs_timestamp: when }, postal_mail: { hs_timestamp: when },
  emails: { hs_timestamp: when, hs_email_direction: 'EMAIL' },
  invoices: { hs_currency: 'USD' }, leads: { hs_lead_name: 'judge' }, goals: {}, taxes: {},
};
const pathOf = { goals: 'goal_targets' };
let count = 0;

/** A plain client for making what the arguments name. */
async function send(context, method, path, body) {
  const response = await fetch(context.url + path, {
    method,
    headers: { authorization: `Bearer ${context.token}`, 'content-type': 'application/json',
      accept: 'application/json' },
    body: body && JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(
    `making arguments: ${method} ${path}: ${response.status} ${text.slice(0, 200)}`);
  return text ? JSON.parse(text) : undefined;
}

const path = (type) => pathOf[type] ?? type;
async function record(context, type) {
  return (await send(context, 'POST', `/crm/v3/objects/${path(type)}`,
    { properties: required[type] })).id;
}

/** A custom property with unique values, for upserts; made once a type. */
async function uniqueProperty(context, type) {
  if (!context.unique.has(type)) {
    context.unique.add(type);
    const groups = await send(context, 'GET',
      `/crm/v3/properties/${path(type)}/groups`).catch(() => ({ results: [] }));
    await send(context, 'POST', `/crm/v3/properties/${path(type)}`, {
      name: 'judge_key', label: 'Judge', type: 'string', fieldType: 'text', hasUniqueValue: true,
      groupName: groups.results[0]?.name ?? 'contactinformation',
    });
  }
  return 'judge_key';
}

export function prepare(url, token) {
  return { url, token, unique: new Set() };
}

const objectsArea = /^crm\/(?:objects\/|commerce\/)?(\w+)$/;

function typeOf(area) {
  if (area === 'crm/objects') return 'contacts';
  const name = area.match(objectsArea)?.[1];
  return name in required ? name : undefined;
}

/** Of the calls about records of one type. */
const recordArguments = {
  objectType: () => 'contacts',
  simplePublicObjectInputForCreate: (c, t) => ({ properties: required[t], associations: [] }),
  simplePublicObjectInput: (c, t) => ({ properties: { ...required[t], hubspot_owner_id: '' } }),
  publicMergeInput: async (c, t) => ({ primaryObjectId: await record(c, t),
    objectIdToMerge: await record(c, t) }),
  publicGdprDeleteInput: async (c, t) => ({ objectId: await record(c, t) }),
  publicObjectSearchRequest: () => ({ filterGroups: [], limit: 5, properties: ['hs_object_id'],
    sorts: [], after: '0' }),
  batchInputSimplePublicObjectBatchInputForCreate: (c, t) =>
    ({ inputs: [{ properties: required[t], associations: [] }] }),
  batchInputSimplePublicObjectInputForCreate: (c, t) => ({ inputs: [{ properties: required[t],
    associations: [] }] }),
  batchInputSimplePublicObjectBatchInput: async (c, t) => ({ inputs: [{ id: await record(c, t),
    properties: { hubspot_owner_id: '' } }] }),
  batchInputSimplePublicObjectId: async (c, t) => ({ inputs: [{ id: await record(c, t) }] }),
  batchReadInputSimplePublicObjectId: async (c, t) => ({ inputs: [{ id: await record(c, t) }],
    properties: ['hs_object_id'], propertiesWithHistory: [] }),
  batchInputSimplePublicObjectBatchInputUpsert: async (c, t) => ({
    inputs: [{ id: `judge-${(count += 1)}`, idProperty: await uniqueProperty(c, t),
      properties: required[t] }],
  }),
};
const optional = ['limit', 'after', 'properties', 'propertiesWithHistory', 'associations',
  'archived', 'idProperty', 'email'];

async function recordArgument(context, type, parameter) {
  if (optional.includes(parameter)) return undefined;
  if (recordArguments[parameter]) return recordArguments[parameter](context, type);
  return /Id$/.test(parameter) ? record(context, type) : Symbol.for('unknown');
}

const fresh = (word) => `${word}_${(count += 1)}`;
const propertyBody = () => ({ name: fresh('judge'), label: 'Judge', type: 'string',
  fieldType: 'text', groupName: 'contactinformation' });
const stages = () => [{ label: 'Open', displayOrder: 0, metadata: { probability: '0.5' } },
  { label: 'Won', displayOrder: 1, metadata: { probability: '1.0', isClosed: 'true' } }];
const pipelineBody = () => ({ label: fresh('Judge'), displayOrder: 1, stages: stages() });

async function property(c) {
  return (await send(c, 'POST', '/crm/v3/properties/contacts', propertyBody())).name;
}
async function group(c) {
  return (await send(c, 'POST', '/crm/v3/properties/contacts/groups', { name: fresh('group'),
    label: 'Judge' })).name;
}
async function pipeline(c) {
  c.pipeline = await send(c, 'POST', '/crm/v3/pipelines/deals', pipelineBody());
  return c.pipeline.id;
}
/** A contact and a company that are associated. */
async function pair(c) {
  const [from, to] = [await record(c, 'contacts'), await record(c, 'companies')];
  await send(c, 'PUT', `/crm/v4/objects/contacts/${from}/associations/default/companies/${to}`);
  return { from: { id: from }, to: { id: to } };
}
const spec = { associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 279 };
async function label(c) {
  const made = await send(c, 'POST', '/crm/v4/associations/contacts/companies/labels',
    { label: fresh('Judge'), name: fresh('judge') });
  return made.results[0].typeId;
}
async function list(c, more = {}) {
  return (await send(c, 'POST', '/crm/v3/lists', { name: fresh('Judge'), objectTypeId: '0-1',
    processingType: 'MANUAL', ...more })).list.listId;
}
async function folder(c) {
  return (await send(c, 'POST', '/crm/v3/lists/folders', { name: fresh('Judge') })).folder.id;
}
const branch = () => ({
  filterBranchType: 'OR', filters: [], filterBranches: [{
    filterBranchType: 'AND', filterBranches: [], filters: [{
      filterType: 'PROPERTY', property: 'city',
      operation: { operationType: 'MULTISTRING', operator: 'IS_EQUAL_TO', values: ['London'] },
    }],
  }],
});
const schemaBody = () => ({
  name: fresh('judge'), labels: { singular: 'Judge', plural: 'Judges' },
    primaryDisplayProperty: 'title',
  requiredProperties: ['title'], searchableProperties: [], secondaryDisplayProperties: [],
    associatedObjects: ['CONTACT'],
  properties: [{ name: 'title', label: 'Title', type: 'string', fieldType: 'text' }],
});
async function schema(c) {
  return (await send(c, 'POST', '/crm-object-schemas/v3/schemas', schemaBody())).objectTypeId;
}

/** By area: parameter -> its value. Values are made in the order of the parameters. */
const byArea = {
  'crm/owners': {
    ownerId: async (c) => Number((await send(c, 'GET', '/crm/v3/owners?limit=1')).results[0].id),
  },
  'crm/objects/feedback_submissions': {
    publicObjectSearchRequest: recordArguments.publicObjectSearchRequest,
    batchReadInputSimplePublicObjectId: () => ({ inputs: [{ id: '1' }], properties: [],
      propertiesWithHistory: [] }),
  },
  'crm/properties': {
    objectType: () => 'contacts', propertyName: property, groupName: group,
    propertyCreate: propertyBody, propertyUpdate: () => ({ label: 'Other' }),
    propertyGroupCreate: () => ({ name: fresh('group'), label: 'Judge' }),
      propertyGroupUpdate: () => ({ label: 'Other' }),
    batchInputPropertyName: async (c) => ({ inputs: [{ name: await property(c) }] }),
    batchInputPropertyCreate: () => ({ inputs: [propertyBody()] }),
    batchReadInputPropertyName: () => ({ archived: false, inputs: [{ name: 'email' }] }),
  },
  'crm/pipelines': {
    objectType: () => 'deals', pipelineId: pipeline,
    stageId: async (c) => { if (!c.pipeline) await pipeline(c); return c.pipeline.stages[0].id; },
    pipelineInput: pipelineBody, pipelinePatchInput: () => ({ displayOrder: 2 }),
    pipelineStageInput: () => ({ label: fresh('Stage'), displayOrder: 3,
      metadata: { probability: '0.1' } }),
    pipelineStagePatchInput: () => ({ metadata: { probability: '0.3' }, displayOrder: 4 }),
    validateReferencesBeforeDelete: () => undefined, validateDealStageUsagesBeforeDelete: () =>
      undefined,
  },
  'crm/associations': {
    fromObjectType: () => 'contacts', toObjectType: () => 'companies',
    batchInputPublicAssociation: async (c) => ({ inputs: [{ ...(await pair(c)),
      type: 'contact_to_company' }] }),
    batchInputPublicObjectId: async (c) => ({ inputs: [{ id: (await pair(c)).from.id }] }),
  },
  'crm/associations/schema': { fromObjectType: () => 'contacts', toObjectType: () => 'companies' },
  'crm/associations/v4': {
    objectType: () => 'contacts', fromObjectType: () => 'contacts', toObjectType: () => 'companies',
    objectId: async (c) => { c.pair = await pair(c); return c.pair.from.id; },
    fromObjectId: async (c) => { c.pair = await pair(c); return c.pair.from.id; },
    toObjectId: (c) => c.pair.to.id, associationSpec: () => [spec], userId: () => 2506672,
    batchInputPublicAssociationMultiArchive: async (c) => {
      const made = await pair(c);
      return { inputs: [{ from: made.from, to: [made.to] }] };
    },
    batchInputPublicAssociationMultiPost: async (c) => ({ inputs: [{ ...(await pair(c)),
      types: [spec] }] }),
    batchInputPublicDefaultAssociationMultiPost: async (c) => ({ inputs: [await pair(c)] }),
    batchInputPublicFetchAssociationsBatchRequest: async (c) =>
      ({ inputs: [{ id: (await pair(c)).from.id }] }),
  },
  'crm/associations/v4/schema': {
    fromObjectType: () => 'contacts', toObjectType: () => 'companies', associationTypeId: label,
    publicAssociationDefinitionCreateRequest: () => ({ label: fresh('Judge'), name: fresh(
      'judge') }),
    publicAssociationDefinitionUpdateRequest: async (c) => ({ associationTypeId: await label(c),
      label: fresh('Other') }),
    batchInputPublicAssociationDefinitionConfigurationCreateRequest: async (c) =>
      ({ inputs: [{ category: 'USER_DEFINED', typeId: await label(c), maxToObjectIds: 5 }] }),
    batchInputPublicAssociationDefinitionConfigurationUpdateRequest: async (c) =>
      ({ inputs: [{ category: 'USER_DEFINED', typeId: await label(c), maxToObjectIds: 6 }] }),
    batchInputPublicAssociationSpec: async (c) => ({ inputs: [{ category: 'USER_DEFINED',
      typeId: await label(c) }] }),
  },
  'crm/lists': {
    listId: (c, call) => (call.name === 'updateListFilters' || /onversion/.test(call.name)
      ? list(c, { processingType: 'DYNAMIC', filterBranch: branch() }) : list(c)),
    listName: async (c, call) => { const name = fresh(
      'Named'); if (call.name === 'getByName') await list(c, { name }); return name; },
    objectTypeId: () => '0-1', recordId: (c) => record(c, 'contacts'), sourceListId: (c) => list(c),
    requestBody: async (c, call) => [call.name.startsWith('translate') ? '1' : await record(c,
      'contacts')],
    membershipChangeRequest: async (c) => ({ recordIdsToAdd: [await record(c, 'contacts')],
      recordIdsToRemove: [] }),
    listCreateRequest: () => ({ name: fresh('Judge'), objectTypeId: '0-1',
      processingType: 'MANUAL' }),
    listSearchRequest: () => ({ query: 'Judge', count: 5, offset: 0 }),
    listFilterUpdateRequest: () => ({ filterBranch: branch() }),
    listFolderCreateRequest: () => ({ name: fresh('Judge') }), folderId: folder,
      newParentFolderId: folder,
    newFolderName: () => fresh('Other'), listMoveRequest: async (c) => ({ listId: await list(c),
      newFolderId: await folder(c) }),
    publicListConversionTime: () => ({ conversionType: 'CONVERSION_DATE', year: 2030, month: 1,
      day: 1 }),
    listIds: () => undefined, includeFilters: () => undefined, enrollObjectsInWorkflows: () =>
      undefined, before: () => undefined,
  },
  'crm/schemas': {
    objectType: schema, objectSchemaEgg: schemaBody, objectTypeDefinitionPatch: () =>
      ({ labels: { singular: 'One', plural: 'Many' } }),
    associationDefinitionEgg: () => ({ fromObjectTypeId: '0-1', toObjectTypeId: '0-2',
      name: fresh('judge') }),
  },
};

async function argument(context, call, type, parameter) {
  const own = byArea[call.area]?.[parameter];
  if (own) return own(context, call);
  if (optional.includes(parameter)) return undefined;
  return type ? recordArgument(context, type, parameter) : Symbol.for('unknown');
}

export async function argumentsFor(context, call) {
  const values = [];
  for (const parameter of call.parameters) {
    const value = await argument(context, call, typeOf(call.area), parameter);
    if (value === Symbol.for('unknown')) return undefined;
    values.push(value);
  }
  return values;
}
