/**
 * Valid arguments for another client of the same family: a line {"area","method","path"} on the
 * input is answered with a line {"arguments": {parameter: value}}, as they go over the wire, or
 * {"error"}. Whatever the arguments name has been made by then.
 */
import { createInterface } from 'node:readline';

import { areas, operationsOf } from './client.mjs';
import { targetFromEnvironment } from './target.mjs';

const bare = (path) => path.replace(/\{\w+\}/g, '{}').replace(/\/$/, '');

/** Dates become texts, files their bytes; what the client's models hold as "_from" is "from". */
function wire(value) {
  if (Array.isArray(value)) return value.map(wire);
  if (Buffer.isBuffer(value)) return value.toString('latin1');
  if (value === null || typeof value !== 'object' || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) =>
    [key === '_from' ? 'from' : key, wire(inner)]));
}

const target = await targetFromEnvironment();
const operations = areas().flatMap(operationsOf);
for await (const line of createInterface({ input: process.stdin })) {
  const { area, method, path } = JSON.parse(line);
  const alike = operations.filter((one) => one.method === method && bare(one.path) === bare(path));
  const operation = alike.find((one) => one.area === area && one.path === path) ??
    alike.find((one) => one.area === area) ?? alike[0];
  try {
    if (!operation) throw new Error('no such operation');
    const { named } = await target.resources.argumentsFor(operation);
    target.resources.after(operation, named);  // what is to be deleted is for nobody else
    console.log(JSON.stringify({ arguments: wire(named) }));
  } catch (error) {
    console.log(JSON.stringify({ error: String(error.message).slice(0, 300) }));
  }
}
