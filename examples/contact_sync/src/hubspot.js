/**
 * The HubSpot calls this integration makes, all through the official SDK. Every call passes a gate
 * (rate), has a deadline, and is retried by our own policy: the SDK's retry is left off because it
 * knows neither resets and silence nor growing waits nor jitter.
 */
import http from 'node:http';
import https from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '@hubspot/api-client';
import { MIRRORED_PROPERTIES } from './config.js';
import { defect } from './defects.js';
import { Gate } from './gate.js';
import { withRetry } from './retry.js';

export const SEARCH_PAGE = 200;
const LIST_PAGE = 100;

/** HubSpot takes 100 inputs in a batch. */
export function batchSize() {
  return defect('one_by_one') ? 1 : 100;
}

export function createHubSpot(config) {
  const httpAgent = createAgent(config);
  const client = new Client({
    accessToken: config.accessToken,
    basePath: config.baseUrl.replace(/\/$/, ''),
    numberOfApiCallRetries: 0,
    httpAgent,
  });
  const { basicApi, batchApi, searchApi } = client.crm.contacts;
  const gate = new Gate(config.requestsPerSecond);
  const searchGate = new Gate(config.searchesPerSecond);
  const closing = new AbortController();
  const pause = (delayMs) => sleep(delayMs, undefined, { signal: closing.signal });

  function call(through, request) {
    const attempt = async () => {
      if (!defect('one_by_one')) await through.enter();
      return withDeadline(request(), config.requestTimeoutMs);
    };
    return withRetry(attempt, { pause, onThrottle: (delayMs) => through.hold(delayMs) });
  }

  function search(filters, sort, limit = SEARCH_PAGE) {
    const body = {
      filterGroups: filters.length ? [{ filters }] : [],
      sorts: [sort],
      properties: MIRRORED_PROPERTIES,
      limit,
    };
    return call(searchGate, () => searchApi.doSearch(body)).then((page) => page.results);
  }

  return {
    /** One page of all contacts by id: {results, paging?}. */
    list({ after, archived = false }) {
      return call(gate, () =>
        basicApi.getPage(LIST_PAGE, after, MIRRORED_PROPERTIES, undefined, undefined, archived),
      );
    },

    /** Contacts changed at or after a time, in the order of their last change, at most a page. */
    modifiedSince(sinceMs) {
      const filters = [{ propertyName: 'lastmodifieddate', operator: 'GTE', value: `${sinceMs}` }];
      return search(filters, { propertyName: 'lastmodifieddate', direction: 'ASCENDING' });
    },

    /** Contacts changed in one very millisecond (bulk edits), by id, at most a page. */
    modifiedAt(atMs, afterId) {
      const filters = [
        { propertyName: 'lastmodifieddate', operator: 'EQ', value: `${atMs}` },
        { propertyName: 'hs_object_id', operator: 'GT', value: `${afterId}` },
      ];
      return search(filters, { propertyName: 'hs_object_id', direction: 'ASCENDING' });
    },

    /** HubSpot's time of the newest change it shows, 0 in an empty portal. */
    async newestChangeMs() {
      const sort = { propertyName: 'lastmodifieddate', direction: 'DESCENDING' };
      const [newest] = await search([], sort, 1);
      return newest ? newest.updatedAt.getTime() : 0;
    },

    /** {records, missing}: `missing` are the ids a partial answer did not give. */
    async read(ids) {
      const body = {
        inputs: ids.map((id) => ({ id })),
        properties: MIRRORED_PROPERTIES,
        propertiesWithHistory: [],
      };
      const answer = await call(gate, () => batchApi.read(body, false));
      const returned = new Set(answer.results.map((record) => record.id));
      // A merged contact answers under another id, without an error: that is not missing.
      const missing = answer.numErrors > 0 ? ids.filter((id) => !returned.has(id)) : [];
      return { records: answer.results, missing };
    },

    /**
     * Writes people, each {email, traceId, properties}, creating whom HubSpot does not have.
     * Answers {records, failed}: `failed` maps the trace ids not written to their error.
     * Safe to repeat after a lost answer: the e-mail address decides who is meant.
     */
    async upsert(people) {
      const inputs = people.map(({ email, traceId, properties }) => ({
        id: email,
        idProperty: 'email',
        objectWriteTraceId: traceId,
        properties,
      }));
      const answer = await call(gate, () => batchApi.upsert({ inputs }));
      return { records: answer.results, failed: failedWrites(people, answer) };
    },

    /** Ends calls under way and their retries. */
    close() {
      closing.abort(new Error('shutting down'));
      httpAgent.destroy();
    },
  };
}

/** Errors name trace ids; one that names none blames every input that has no result. */
function failedWrites(people, answer) {
  const failed = new Map();
  if (!(answer.numErrors > 0) || defect('drops_partial')) return failed;
  const named = new Map();
  for (const error of answer.errors ?? []) {
    for (const traceId of error.context?.objectWriteTraceId ?? []) named.set(traceId, error);
  }
  const written = new Set();
  for (const record of answer.results) {
    written.add(record.objectWriteTraceId).add(record.properties?.email?.toLowerCase());
  }
  for (const { email, traceId } of people) {
    if (named.has(traceId)) failed.set(traceId, named.get(traceId));
    else if (!written.has(traceId) && !written.has(email)) failed.set(traceId, answer.errors?.[0]);
  }
  return failed;
}

/** Keep-alive connections that are cut when they stay silent: the SDK has no timeout of its own. */
function createAgent({ baseUrl, requestTimeoutMs }) {
  const { Agent } = baseUrl.startsWith('https:') ? https : http;
  const agent = new Agent({ keepAlive: true, maxSockets: 8, timeout: requestTimeoutMs });
  const connect = agent.createConnection;
  agent.createConnection = function createConnection(...args) {
    const socket = connect.apply(this, args);
    socket.on('timeout', () => socket.destroy(new Error('HubSpot stayed silent')));
    return socket;
  };
  return agent;
}

/** Bounds the whole exchange, also when the answer drips in without ever falling silent. */
async function withDeadline(request, timeoutMs) {
  let timer;
  const deadline = new Promise((_, reject) => {
    const error = new Error(`HubSpot did not answer within ${timeoutMs} ms`);
    timer = setTimeout(() => reject(error), timeoutMs);
  });
  try {
    return await Promise.race([request, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
