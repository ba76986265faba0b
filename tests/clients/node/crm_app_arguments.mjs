/**
 * Valid arguments for the calls of apps (timeline, calling, cards, video conferencing), of files
 * (imports, exports), of deal splits and of responses nobody creates: crm_arguments.mjs has the
 * others. A table is parameter -> how its value is made; a maker may note what it made in
 * `call.made`, for the other parameters of the same call.
 */
import { fresh, record, send, sendAsApp } from './crm_make.mjs';

const base = (c, rest) => `/crm/v3/extensions/${rest.replace('APP', c.app.app_id)}`;
const url = 'https://dial.example/w';
const recording = { urlToRetrieveAuthedRecording: 'https://dial.example/recording' };

/** The app's id, when what the call is about is as the call wants it: there, or not there yet. */
const appOf = (make) => async (c, call) => {
  await make(c, call);
  return c.app.app_id;
};

async function callingSettings(c, call) {
  const path = base(c, 'calling/APP/settings');
  const about = call.path.slice(call.path.indexOf('/settings'));
  const creates = call.method === 'POST';
  if (creates && about === '/settings') {
    await sendAsApp(c, 'DELETE', path, undefined, [404]);
    return;
  }
  await sendAsApp(c, 'POST', path, { name: 'Dialer', url }, [409]);
  if (about.endsWith('/channel-connection')) {
    if (creates) await sendAsApp(c, 'DELETE', `${path}/channel-connection`, undefined, [404]);
    else await sendAsApp(c, 'POST', `${path}/channel-connection`, { isReady: true, url }, [409]);
  }
  if (about.endsWith('/recording') && !creates) {
    await sendAsApp(c, 'POST', `${path}/recording`, recording, [409]);
  }
}

const aCall = async (c) => Number(await record(c, 'calls'));
const phone = { e164Number: '+15551234', phoneNumberType: 'MOBILE' };
const calling = {
  appId: appOf(callingSettings),
  settingsRequest: () => ({ name: 'Dialer', url, height: 600, width: 400, isReady: true }),
  settingsPatchRequest: () => ({ isReady: false, height: 700 }),
  channelConnectionSettingsRequest: () => ({ isReady: true, url }),
  channelConnectionSettingsPatchRequest: () => ({ isReady: false }),
  recordingSettingsRequest: () => recording, recordingSettingsPatchRequest: () => recording,
  markRecordingAsReadyRequest: async (c) => ({ engagementId: await aCall(c) }),
  completedThirdPartyCallRequest: () => ({
    createEngagement: true, engagementProperties: { hs_call_title: 'Inbound' }, toNumber: phone,
    externalCallId: fresh('call'), finalCallStatus: 'COMPLETED', fromNumber: phone,
    potentialRecipientUserIds: [2506672],
  }),
};

const cardBody = () => ({
  title: 'Tickets', actions: { baseUrls: ['https://a.example'] },
  fetch: { targetUrl: 'https://a.example/f', cardType: 'EXTERNAL',
    objectTypes: [{ name: 'contacts', propertiesToSend: ['email'] }] },
  display: { properties: [{ name: 'p', label: 'P', dataType: 'STRING', options: [] }] },
});
const card = async (c) => (await sendAsApp(c, 'POST', base(c, 'cards-dev/APP'), cardBody())).id;
const cards = {
  appId: (c) => c.app.app_id, cardId: card, cardCreateRequest: cardBody,
  cardPatchRequest: () => ({ title: 'Other' }),
  cardMigrateViewsRequest: async (c) => ({ appCardId: 7, legacyCrmCardId: Number(await card(c)),
    allowDuplicateAppCardIds: false }),
};

const meeting = { createMeetingUrl: 'https://meet.example/create' };
const videoConferencing = {
  appId: appOf(async (c, call) => {
    if (call.method !== 'PUT') {
      await sendAsApp(c, 'PUT', base(c, 'videoconferencing/settings/APP'), meeting);
    }
  }),
  externalSettings: () => meeting,
};

const tokens = () => [{ name: 'webinar', label: 'Webinar', type: 'string' }];
const templateBody = () => ({ name: fresh('Registered'), objectType: 'contacts', tokens: tokens(),
  headerTemplate: 'Registered for {{webinar}}', detailTemplate: 'By {{webinar}}' });
async function template(c, call) {
  const path = `/integrators/timeline/v3/${c.app.app_id}/event-templates`;
  call.made.template ??= await sendAsApp(c, 'POST', path, templateBody());
  return call.made.template.id;
}
const eventBody = async (c, call) => ({ id: fresh('event'),
  eventTemplateId: await template(c, call), tokens: { webinar: 'Space' },
  email: `${fresh('ada')}@example.org` });
async function event(c, call) {
  return (await send(c, 'POST', '/integrators/timeline/v3/events', await eventBody(c, call))).id;
}
const timeline = {
  appId: (c) => c.app.app_id, eventTemplateId: template, eventId: event,
  detail: () => undefined, tokenName: () => 'webinar', timelineEvent: eventBody,
  batchInputTimelineEvent: async (c, call) => ({ inputs: [await eventBody(c, call)] }),
  timelineEventTemplateCreateRequest: templateBody,
  timelineEventTemplateUpdateRequest: async (c, call) => ({ id: await template(c, call),
    name: 'Left', tokens: tokens() }),
  timelineEventTemplateToken: () => ({ name: fresh('token'), label: 'Token', type: 'string' }),
  timelineEventTemplateTokenUpdateRequest: () => ({ label: 'Other' }),
};

const csv = () => Buffer.from(`Email\n${fresh('imported')}@example.org\n`);
const importRequest = () => JSON.stringify({ name: 'Judge', files: [{
  fileName: 'judge.csv', fileFormat: 'CSV', fileImportPage: { hasHeader: true, columnMappings: [{
    columnObjectTypeId: '0-1', columnName: 'Email', propertyName: 'email',
    columnType: 'HUBSPOT_ALTERNATE_ID' }] } }] });
async function imported(c) {
  const form = new FormData();
  form.append('files', new Blob([csv()]), 'judge.csv');
  form.append('importRequest', importRequest());
  return Number((await send(c, 'POST', '/crm/v3/imports', form)).id);
}
const imports = {
  importId: imported, importRequest, files: () => ({ data: csv(), name: 'judge.csv' }),
  before: () => undefined, includeErrorMessage: () => true, includeRowData: () => true,
};

const exportBody = () => ({
  exportType: 'VIEW', exportName: 'Judge', format: 'CSV', language: 'EN', objectType: 'CONTACT',
  objectProperties: ['email'], exportInternalValuesOptions: ['NAMES'],
  overrideAssociatedObjectsPerDefinitionPerRowLimit: false,
});
const exported = async (c) =>
  Number((await send(c, 'POST', '/crm/v3/exports/export/async', exportBody())).id);
const exports = { publicExportRequest: exportBody, taskId: exported, exportId: exported };

async function split(c) {
  const owner = (await send(c, 'GET', '/crm/v3/owners?limit=1')).results[0].id;
  return { id: Number(await record(c, 'deals')), splits: [{ ownerId: Number(owner),
    percentage: 100 }] };
}
const dealSplits = {
  publicDealSplitsBatchCreateRequest: async (c) => ({ inputs: [await split(c)] }),
  batchInputPublicObjectId: async (c) => {
    const made = await split(c);
    await send(c, 'POST', '/crm/v3/objects/deals/splits/batch/upsert', { inputs: [made] });
    return { inputs: [{ id: String(made.id) }] };
  },
};

/** A record that HubSpot itself makes: no call creates it. */
async function submission(c) {
  const made = await send(c, 'POST', '/_hubsim/v1/changes', { source: 'CRM_UI',
    source_id: 'userId:1', changes: [{ op: 'create', object_type: 'feedback_submissions',
      properties: {} }] });
  return made.results[0].id;
}
const feedbackSubmissions = {
  feedbackSubmissionId: submission,
  publicObjectSearchRequest: () => ({ filterGroups: [], limit: 5, properties: ['hs_object_id'],
    sorts: [], after: '0' }),
  batchReadInputSimplePublicObjectId: async (c) => ({ inputs: [{ id: await submission(c) }],
    properties: [], propertiesWithHistory: [] }),
};

export const byAppArea = {
  'crm/extensions/calling': calling, 'crm/extensions/cards': cards, 'crm/imports': imports,
  'crm/extensions/videoconferencing': videoConferencing, 'crm/timeline': timeline,
  'crm/exports': exports, 'crm/objects/deal_splits': dealSplits,
  'crm/objects/feedback_submissions': feedbackSubmissions,
};
