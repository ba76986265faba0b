/**
 * Is an answer what the client's own types say? The client itself hands on whatever JSON it gets;
 * here each value is held against its declared type: required fields are there, texts are texts,
 * enumerations have one of their values, dates are dates. The first fault is told as a path.
 */
import { splitTop, typeOf } from './client.mjs';

const plain = ['string', 'number', 'boolean'];
const free = ['any', 'object', 'Error'];  // Error: a schema that no model stands for

/** "" when the value is of the type, else what is wrong. */
export function fault(area, value, type, path = 'answer') {
  const choices = splitTop(type, '|');
  if (choices.length > 1) {
    const faults = choices.map((choice) => fault(area, value, choice, path));
    return faults.includes('') ? '' : faults.find((_, i) => choices[i] !== 'void');
  }
  if (type === 'void' || type === 'null') return value ? `${path} is more than nothing` : '';
  if (value === undefined || value === null) return `${path} is missing`;
  if (plain.includes(type)) return typeof value === type ? '' : `${path} is no ${type}`;
  if (free.includes(type)) return path === 'answer' && isEmpty(value) ? 'answer is {}' : '';
  if (type.startsWith('\'')) return `'${value}'` === type ? '' : `${path} is not ${type}`;
  return faultOfMany(area, value, type, path);
}

function faultOfMany(area, value, type, path) {
  if (type === 'Date') {
    // Of a model that the client no longer exports dates stay the texts they came as.
    const time = typeof value === 'string' ? new Date(value) : value;
    return time instanceof Date && !Number.isNaN(time.getTime()) ? '' : `${path} is no date`;
  }
  if (type === 'HttpFile') return value.data?.length ? '' : `${path} has no bytes`;
  const list = type.match(/^Array<(.*)>$/s);
  if (list) {
    if (!Array.isArray(value)) return `${path} is no list`;
    return first(value, (item, i) => fault(area, item, list[1], `${path}[${i}]`));
  }
  const map = type.match(/^\{ ?\[key: string\]: (.*?);? ?\}$/s);
  if (map) {
    if (!isObject(value)) return `${path} is no object`;
    return first(Object.keys(value), (key) => fault(area, value[key], map[1], `${path}.${key}`));
  }
  return faultOfModel(area, value, type, path);
}

function faultOfModel(area, value, type, path) {
  const declared = typeOf(area, type);
  if (!declared) return `${path}: the client declares no ${type}`;
  if (declared.values) {
    return declared.values.includes(value) ? '' : `${path} is ${value}, none of ${type}`;
  }
  if (declared.alternatives) return fault(area, value, declared.alternatives.join(' | '), path);
  if (!isObject(value)) return `${path} is no object`;
  const nothing = declared.fields.every(({ name }) => value[name] === undefined);
  if (path === 'answer' && declared.fields.length && nothing) {
    return `answer has no field of ${type}`;
  }
  // Of a model that the client no longer exports the names stay those of the wire, too.
  return first(declared.fields, (field) =>
    faultOfField(area, value[field.name] ?? value[field.wire], field, path));
}

function faultOfField(area, value, field, path) {
  if (field.optional && (value === undefined || value === null)) return '';
  return fault(area, value, field.type, `${path}.${field.name}`);
}

const isEmpty = (value) => isObject(value) && Object.keys(value).length === 0;
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const first = (items, look) => items.map(look).find(Boolean) ?? '';

/** A batch that answers 2xx but did nothing of what it was asked. */
export function failedWithin(value) {
  if (!isObject(value)) return '';
  if (value.numErrors > 0 || (Array.isArray(value.errors) && value.errors.length > 0)) {
    return `errors within: ${JSON.stringify(value.errors ?? value.numErrors).slice(0, 200)}`;
  }
  return '';
}
