/** Makes what arguments name, with plain calls: records, properties and whatever a path wants. */

/** Properties a create of each type must bring (behaviour reference 4.4). */
const when = '2026-11-01T10:00:00Z';
export const required = {
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
export const path = (type) => pathOf[type] ?? type;

let count = 0;
export const fresh = (word) => `${word}_${(count += 1)}`;

async function exchange(context, method, target, body, headers, forgiven) {
  const form = body instanceof FormData;
  const response = await fetch(context.url + target, {
    method, body: form ? body : body && JSON.stringify(body),
    headers: { ...headers, ...(!form && { 'content-type': 'application/json' }),
      accept: 'application/json' },
  });
  const text = await response.text();
  if (forgiven.includes(response.status)) return undefined;
  if (!response.ok) throw new Error(
    `making arguments: ${method} ${target}: ${response.status} ${text.slice(0, 200)}`);
  return text ? JSON.parse(text) : undefined;
}

/** A plain call with the token; a body is JSON, or a form. */
export const send = (context, method, target, body) =>
  exchange(context, method, target, body, { authorization: `Bearer ${context.token}` }, []);

/** With the developer's key; an answer of a forgiven status (409: is there) will do. */
export const sendAsApp = (context, method, target, body, forgiven = []) =>
  exchange(context, method, `${target}?hapikey=${context.app.developer_api_key}`, body, {},
    forgiven);

export async function record(context, type) {
  return (await send(context, 'POST', `/crm/v3/objects/${path(type)}`,
    { properties: required[type] })).id;
}

/** A custom property with unique values, for upserts; made once a type. */
export async function uniqueProperty(context, type) {
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
