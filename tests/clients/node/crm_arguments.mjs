/**
 * Valid arguments for the calls of the Node client, from the names of their parameters and from
 * records made before, for its CRM. A value is a function of the context and the call.
 */

import { byAppArea } from './crm_app_arguments.mjs';
import { fresh, record, required, send, uniqueProperty } from './crm_make.mjs';

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
    inputs: [{ id: fresh('judge'), idProperty: await uniqueProperty(c, t),
      properties: required[t] }],
  }),
};
export const unknown = Symbol('no value is written for it');
const optional = ['limit', 'after', 'properties', 'propertiesWithHistory', 'associations',
  'archived', 'idProperty', 'email'];

async function recordArgument(context, type, parameter) {
  if (optional.includes(parameter)) return undefined;
  if (recordArguments[parameter]) return recordArguments[parameter](context, type);
  return /Id$/.test(parameter) ? record(context, type) : unknown;
}

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
async function pipeline(c, call) {
  call.made.pipeline ??= await send(c, 'POST', '/crm/v3/pipelines/deals', pipelineBody());
  return call.made.pipeline.id;
}
/** A contact and a company that are associated. */
async function pair(c) {
  const [from, to] = [await record(c, 'contacts'), await record(c, 'companies')];
  await send(c, 'PUT', `/crm/v4/objects/contacts/${from}/associations/default/companies/${to}`);
  return { from: { id: from }, to: { id: to } };
}
const pairOf = async (c, call) => (call.made.pair ??= await pair(c));
/** As the client's models have it: they send "from" what they hold as "_from". */
const modelPair = async (c) => {
  const { from, to } = await pair(c);
  return { _from: from, to };
};
const spec = { associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 279 };
/** Few labels fit between two types: one is used again until a call deletes it. */
async function label(c, call) {
  c.label ??= (await send(c, 'POST', '/crm/v4/associations/contacts/companies/labels',
    { label: fresh('Judge'), name: fresh('judge') })).results[0].typeId;
  const made = c.label;
  if (call.method === 'DELETE') c.label = undefined;
  return made;
}
async function list(c, more = {}) {
  return (await send(c, 'POST', '/crm/v3/lists', { name: fresh('Judge'), objectTypeId: '0-1',
    processingType: 'MANUAL', ...more })).list.listId;
}
/** A list by hand; with somebody in it, where the call takes them out. */
async function listOf(c, call) {
  const made = await list(c);
  if (call.path.endsWith('/memberships/remove')) {
    call.made.member = await record(c, 'contacts');
    await send(c, 'PUT', `/crm/v3/lists/${made}/memberships/add`, [call.made.member]);
  }
  return made;
}
/** A list as the call wants it: one with filters where they change or it becomes another kind. */
async function listFor(c, call) {
  const dynamic = call.path.endsWith('/update-list-filters') || call.path.includes('conversion');
  if (!dynamic) return listOf(c, call);
  const made = await list(c, { processingType: 'DYNAMIC', filterBranch: branch() });
  if (call.path.includes('conversion') && call.method !== 'PUT') {
    await send(c, 'PUT', `/crm/v3/lists/${made}/schedule-conversion`, conversion());
  }
  return made;
}
const conversion = () => ({ conversionType: 'CONVERSION_DATE', year: 2030, month: 1, day: 1 });
/** They are counted from 1. */
async function legacyList(c) {
  await list(c);
  return '1';
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
/** An account has few custom types: one is used again until a call deletes it. */
async function schema(c, call) {
  c.schema ??= await send(c, 'POST', '/crm-object-schemas/v3/schemas', schemaBody());
  const made = c.schema.objectTypeId;
  if (call.method === 'DELETE' && call.path.endsWith('/{objectType}')) c.schema = undefined;
  return made;
}
async function schemaAssociation(c, call) {
  const type = await schema(c, call);
  const body = { fromObjectTypeId: type, toObjectTypeId: '0-2', name: fresh('link') };
  return (await send(c, 'POST', `/crm-object-schemas/v3/schemas/${type}/associations`, body)).id;
}

/** By area: parameter -> its value. Values are made in the order of the parameters. */
const byArea = {
  'crm/owners': {
    ownerId: async (c) => Number((await send(c, 'GET', '/crm/v3/owners?limit=1')).results[0].id),
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
    stageId: async (c, call) => {
      await pipeline(c, call);
      return call.made.pipeline.stages[0].id;
    },
    pipelineReplaceInput: pipelineBody, pipelineStageReplaceInput: () => ({ label: fresh('Stage'),
      displayOrder: 3, metadata: { probability: '0.1' } }),
    pipelineInput: pipelineBody, pipelinePatchInput: () => ({ displayOrder: 2 }),
    pipelineStageInput: () => ({ label: fresh('Stage'), displayOrder: 3,
      metadata: { probability: '0.1' } }),
    pipelineStagePatchInput: () => ({ metadata: { probability: '0.3' }, displayOrder: 4 }),
    validateReferencesBeforeDelete: () => undefined, validateDealStageUsagesBeforeDelete: () =>
      undefined,
  },
  'crm/associations': {
    fromObjectType: () => 'contacts', toObjectType: () => 'companies',
    batchInputPublicAssociation: async (c) => ({ inputs: [{ ...(await modelPair(c)),
      type: 'contact_to_company' }] }),
    batchInputPublicObjectId: async (c) => ({ inputs: [{ id: (await pair(c)).from.id }] }),
  },
  'crm/associations/schema': { fromObjectType: () => 'contacts', toObjectType: () => 'companies' },
  'crm/associations/v4': {
    objectType: () => 'contacts', fromObjectType: () => 'contacts', toObjectType: () => 'companies',
    objectId: async (c, call) => (await pairOf(c, call)).from.id,
    fromObjectId: async (c, call) => (await pairOf(c, call)).from.id,
    toObjectId: async (c, call) => (await pairOf(c, call)).to.id,
    associationSpec: () => [spec], userId: () => 2506672,
    batchInputPublicAssociationMultiArchive: async (c) => {
      const made = await pair(c);
      return { inputs: [{ _from: made.from, to: [made.to] }] };
    },
    batchInputPublicAssociationMultiPost: async (c) => ({ inputs: [{ ...(await modelPair(c)),
      types: [spec] }] }),
    batchInputPublicDefaultAssociationMultiPost: async (c) => ({ inputs: [await modelPair(c)] }),
    batchInputPublicFetchAssociationsBatchRequest: async (c) =>
      ({ inputs: [{ id: (await pair(c)).from.id }] }),
  },
  'crm/associations/v4/schema': {
    fromObjectType: () => 'contacts', toObjectType: () => 'companies', associationTypeId: label,
    publicAssociationDefinitionCreateRequest: () => ({ label: fresh('Judge'), name: fresh(
      'judge') }),
    publicAssociationDefinitionUpdateRequest: async (c, call) => ({ label: fresh('Other'),
      associationTypeId: await label(c, call) }),
    batchInputPublicAssociationDefinitionConfigurationCreateRequest: async (c, call) =>
      ({ inputs: [{ category: 'USER_DEFINED', typeId: await label(c, call), maxToObjectIds: 5 }] }),
    batchInputPublicAssociationDefinitionConfigurationUpdateRequest: async (c, call) =>
      ({ inputs: [{ category: 'USER_DEFINED', typeId: await label(c, call), maxToObjectIds: 6 }] }),
    batchInputPublicAssociationSpec: async (c, call) => ({ inputs: [{ category: 'USER_DEFINED',
      typeId: await label(c, call) }] }),
  },
  'crm/lists': {
    listId: listFor,
    listName: async (c, call) => {
      const name = fresh('Named');
      if (call.method === 'GET') await list(c, { name });
      return name;
    },
    objectTypeId: () => '0-1', recordId: (c) => record(c, 'contacts'), sourceListId: (c) => list(c),
    requestBody: async (c, call) => [call.path.endsWith('/idmapping') ? await legacyList(c)
      : call.made.member ?? await record(c, 'contacts')],
    legacyListId: legacyList,
    batchInputRecordIdInput: async (c) => ({ inputs: [{ objectTypeId: '0-1',
      recordId: await record(c, 'contacts') }] }),
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
    publicListConversionTime: conversion,
    listIds: () => undefined, includeFilters: () => undefined, enrollObjectsInWorkflows: () =>
      undefined, before: () => undefined,
  },
  'crm/schemas': {
    objectType: schema, objectSchemaEgg: schemaBody, objectTypeDefinitionPatch: () =>
      ({ labels: { singular: 'One', plural: 'Many' } }),
    associationDefinitionEgg: async (c, call) => ({ fromObjectTypeId: await schema(c, call),
      toObjectTypeId: '0-2', name: fresh('judge') }),
    associationIdentifier: schemaAssociation,
    objectSchemaBatchReadRequest: async (c, call) => ({ inputs: [await schema(c, call)],
      includeAssociationDefinitions: true, includeAuditMetadata: true,
      includePropertyDefinitions: true }),
  },
  ...byAppArea,
};

/** The value of a parameter, or the symbol "unknown". */
export async function crmArgument(context, call, parameter) {
  const own = byArea[call.area]?.[parameter];
  if (own) return own(context, call);
  if (optional.includes(parameter)) return undefined;
  const type = typeOf(call.area);
  return type ? recordArgument(context, type, parameter) : unknown;
}
