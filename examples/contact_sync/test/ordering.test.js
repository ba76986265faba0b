import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blankContact, mergeChange, mergeRecord } from '../src/ordering.js';

function permutations(items) {
  if (items.length < 2) return [items];
  return items.flatMap((item, i) =>
    permutations(items.toSpliced(i, 1)).map((rest) => [item, ...rest]),
  );
}

test('the same facts in any order give the same contact', () => {
  const facts = [
    (contact) => mergeChange(contact, 'city', 'Berlin', 10),
    (contact) => mergeChange(contact, 'city', 'Paris', 30),
    (contact) => mergeRecord(contact, { city: 'Rome', phone: '1' }, 20),
    (contact) => mergeChange(contact, 'phone', '', 25),
  ];
  for (const order of permutations(facts)) {
    const contact = blankContact(1);
    for (const apply of order) apply(contact);
    assert.deepEqual(contact.properties, { city: 'Paris', phone: null });
  }
});

test('two values of one millisecond are left to HubSpot', () => {
  const contact = blankContact(1);
  assert.equal(mergeChange(contact, 'city', 'Berlin', 10), 'applied');
  assert.equal(mergeChange(contact, 'city', 'Berlin', 10), 'old');
  assert.equal(mergeChange(contact, 'city', 'Paris', 10), 'unsure');
});
