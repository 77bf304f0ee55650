// Does in Node what a window does, over a server that node_test.py has started.
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const {after: atEnd, test} = require('node:test');
const grpc = require('@grpc/grpc-js');
const byReflection = require('./by_reflection.js');
const {Refused, Window, after, call, callUntilAnswered, settleAsAgreed} =
    require('./window.js');

const ADDRESS = process.env.ONESTOP_SERVER;
const TODAY = process.env.ONESTOP_TODAY;
const CLINIC = 'H-KM-1';
const window = new Window(ADDRESS);
atEnd(() => window.close());

const NOT_YET = fs.readFileSync(
                      path.join(__dirname, '..', 'methods_not_yet.txt'), 'utf8')
                    .split('\n');
// The options of a test that needs this method.
const needs = (method) => ({
  skip: NOT_YET.includes(method) && 'the server does not have yet: ' + method,
});

const visit = {line_id: '1', item_code: 'SRV-01', quantity: '1', amount_fen: 10000};
const blood = {line_id: '2', item_code: 'SRV-02', quantity: '1', amount_fen: 4500};

function claim(personId, lines, fields = {}) {
  return {
    person_id: personId,
    institution_id: CLINIC,
    encounter_id: 'V-1',
    service_date: '2025-03-18',
    physician_id: 'DR-01',
    diagnosis_codes: ['J18.9'],
    lines,
    ...fields,
  };
}

// Imports persons of Kunming; returns the results.
async function importPersons(persons) {
  const stream = window.registry.ImportPersons({deadline: after(10)});
  stream.end({persons});
  const results = [];
  for await (const answer of stream) results.push(...answer.results);
  return results;
}

let persons = 0;
async function newPerson() {
  const person = {
    person_id: 'NODE-' + ++persons,
    birth_date: '1980-01-01',
    pooling_region: '530100',
    insurance_type: 'INSURANCE_TYPE_EMPLOYEE',
    person_category: 'PERSON_CATEGORY_IN_SERVICE',
  };
  const [result] = await importPersons([person]);
  assert.equal(result.outcome, 'ROW_OUTCOME_CREATED');
  return person.person_id;
}

async function refusal(promise) {
  try {
    await promise;
  } catch (error) {
    assert(error instanceof Refused, error);
    return error;
  }
  return assert.fail('it was not refused');
}

// The answer's very bytes.
function rawSettle(request) {
  const method = window.settlement.Settle;
  return new Promise((resolve, reject) => {
    window.settlement.makeUnaryRequest(
        method.path, method.requestSerialize, (bytes) => bytes, request,
        {deadline: after(5)},
        (error, bytes) => error ? reject(error) : resolve(bytes));
  });
}

test('what was quoted is settled', async () => {
  const asked = claim(await newPerson(), [visit]);
  const quoted = await window.quote(asked);
  assert.equal(quoted.state, 'SETTLEMENT_STATE_QUOTED');
  assert.equal(quoted.totals.fund_pay_fen, '4800'); // (100 - 20) x 60 %
  assert.equal(quoted.totals.cash_fen, '5200');
  const answer = await window.settle('r-1', asked, quoted);
  assert.equal(answer.outcome, 'SETTLE_OUTCOME_SETTLED');
  assert.deepEqual(answer.receipt.totals, quoted.totals);
  assert.equal(answer.receipt.booked_on, TODAY);
  const ledger = await call(window.settlement, 'GetLedger', {
    person_id: asked.person_id,
    year: 2025,
  });
  const used = ledger.rows[0].counters.find(
      ({counter}) => counter === 'cap/yn-outpatient-employee');
  assert.equal(used.amount_fen, '4800');
});

test('a retry gets the same bytes', async () => {
  const request = {
    request_id: 'r-1',
    claim: claim(await newPerson(), [visit]),
  };
  const first = await rawSettle(request);
  assert(first.length > 200);
  assert(first.equals(await rawSettle(request)));
  assert(first.equals(await rawSettle({...request, expected_cash_fen: 1})));
});

test('a stale quote settles nothing and says what moved', async () => {
  const personId = await newPerson();
  const asked = claim(personId, [visit]);
  const quoted = await window.quote(asked);
  await window.settle('between', claim(personId, [blood]));
  const stale = await window.settle('r-1', asked, quoted);
  assert.equal(stale.outcome, 'SETTLE_OUTCOME_QUOTE_STALE');
  assert.deepEqual(
      stale.moved.map(({counter}) => counter).sort(),
      ['cap/yn-outpatient-employee', 'dedc/yn-outpatient-employee/V-1']);
  const answer = await window.settle('r-1', asked, stale.receipt);
  assert.equal(answer.outcome, 'SETTLE_OUTCOME_SETTLED');
});

test('the person is asked until it is what was agreed', async () => {
  const personId = await newPerson();
  const asked = [];
  const receipt = await settleAsAgreed(
      window, 'r-1', claim(personId, [visit]), async (quoted) => {
        asked.push(quoted.totals.cash_fen);
        if (asked.length === 1) {
          await window.settle('between', claim(personId, [blood]));
        }
        return true;
      });
  assert.deepEqual(asked, ['5200', '4000']);
  assert.equal(receipt.totals.cash_fen, '4000');
  assert.equal(
      await settleAsAgreed(
          window, 'r-2', claim(personId, [blood]), () => false),
      null);
});

test('a refusal says what a program wants to know', async () => {
  const personId = await newPerson();
  const unknown = await refusal(window.quote(
      claim(personId, [visit, {...blood, item_code: 'NOTHING'}])));
  assert.equal(unknown.code, grpc.status.NOT_FOUND);
  assert.equal(unknown.reason, 'ITEM_UNKNOWN');
  assert.deepEqual(unknown.facts, {line_id: '2', item_code: 'NOTHING'});
  assert.equal(unknown.retryAfterMs, 0);
  const malformed = await refusal(window.quote(claim('', [
    {...visit, quantity: '1.00001'},
    {...blood, amount_fen: -1},
  ])));
  assert.equal(malformed.code, grpc.status.INVALID_ARGUMENT);
  assert.deepEqual(Object.keys(malformed.fields).sort(), [
    'claim.lines[0].quantity',
    'claim.lines[1].amount_fen',
    'claim.person_id',
  ]);
});

test('a server that is not there is tried again, then given up', async () => {
  const nobody = new Window('127.0.0.1:1');
  const started = Date.now();
  const refused = await refusal(
      callUntilAnswered(nobody.settlement, 'GetLedger', {person_id: 'X'}, 0.5));
  nobody.close();
  assert.equal(refused.code, grpc.status.UNAVAILABLE);
  assert.equal(refused.reason, '');
  assert(Date.now() - started >= 100, 'it was not tried again');
});

test('a reversal gives back once; the id is spent', async () => {
  const asked = claim(await newPerson(), [visit]);
  const {receipt} = await window.settle('r-1', asked);
  const answer = await window.takeBack(asked, 'r-1', 'entered twice');
  assert.equal(answer.reversal.settlement_id, receipt.settlement_id);
  assert.equal(answer.reversal.totals.fund_pay_fen, '-4800');
  assert.deepEqual(
      await window.takeBack(asked, 'r-1', 'entered twice'), answer);
  const spent = await refusal(window.settle('r-1', asked));
  assert.equal(spent.reason, 'REQUEST_REVERSED');
  const found = await window.lookUp(asked, 'r-1');
  assert.equal(found.state, 'SETTLEMENT_STATE_REVERSED');
});

test('an id that never arrived is closed', async () => {
  const asked = claim(await newPerson(), [visit]);
  const answer = await window.takeBack(asked, 'late', 'no answer came');
  assert.equal(answer.closed, true);
  assert.equal(answer.reversal, null);
  const late = await refusal(window.settle('late', asked));
  assert.equal(late.reason, 'REQUEST_REVERSED');
});

test('a partial refund is one call', async () => {
  const personId = await newPerson();
  const asked = claim(personId, [visit, blood]);
  await window.settle('r-1', asked);
  const answer = await window.takeBack(asked, 'r-1', 'test not done', {
    request_id: 'r-2',
    claim: claim(personId, [visit]),
  });
  assert.equal(answer.replacement.receipt.totals.gross_fen, '10000');
  assert.equal(
      answer.reversal.replaced_by, answer.replacement.receipt.settlement_id);
});

test('a bad row does not stop an import', async () => {
  const good = {
    person_id: 'NODE-ROW',
    birth_date: '1980-01-01',
    pooling_region: '530100',
    insurance_type: 'INSURANCE_TYPE_RESIDENT',
    person_category: 'PERSON_CATEGORY_RESIDENT',
  };
  const results = await importPersons(
      [{...good, pooling_region: '999999'}, good, {...good, birth_date: ''}]);
  assert.deepEqual(results.map(({outcome}) => outcome), [
    'ROW_OUTCOME_REFUSED',
    'ROW_OUTCOME_CREATED',
    'ROW_OUTCOME_REFUSED',
  ]);
  assert.equal(
      Refused.fromStatus(results[0].error).reason, 'REGION_UNKNOWN');
  assert.deepEqual(
      Object.keys(Refused.fromStatus(results[2].error).fields),
      ['persons[2].birth_date']);
});

test('a stream', needs('SettlementService/SettleStream'), async () => {
  const personId = await newPerson();
  const requests = Array.from({length: 250}, (_, number) => ({
                                request_id: 's-' + number,
                                claim: claim(personId, [visit]),
                              }));
  requests[100].claim = claim(personId, [{...visit, item_code: 'NOTHING'}]);
  const answers = [];
  for await (const [index, answer] of window.settleAll(requests)) {
    assert.equal(answers[index], undefined, 'answered twice');
    answers[index] = answer;
  }
  assert.equal(Object.keys(answers).length, requests.length);
  assert.equal(answers[100].reason, 'ITEM_UNKNOWN');
  let used = 0n;
  for (const [index, {outcome, receipt}] of answers.entries()) {
    if (index === 100) continue;
    assert.equal(outcome, 'SETTLE_OUTCOME_SETTLED');
    const cap = receipt.movements.find(
        ({counter}) => counter === 'cap/yn-outpatient-employee');
    assert.equal(BigInt(cap.before_fen), used);
    used += BigInt(cap.delta_fen);
  }
});

test('the day of an institution', needs('SettlementService/ListSettlements'),
     async () => {
       const asked = claim(
           await newPerson(), [visit], {institution_id: 'H-KM-0'});
       const {receipt} = await window.settle('l-1', asked);
       await window.takeBack(asked, 'l-1', '');
       const rows = [];
       for await (const row of window.bookedOn('H-KM-0', TODAY)) {
         rows.push(row);
       }
       assert.equal(rows.length, 2);
       const isReversal = ({kind}) => kind === 'SETTLEMENT_KIND_REVERSAL';
       assert.equal(
           rows.find(isReversal).reverses, receipt.settlement_id);
       assert.equal(
           rows.find((row) => !isReversal(row)).settlement_id,
           receipt.settlement_id);
     });

test('eligibility', needs('SettlementService/GetEligibility'), async () => {
  const ask = (personId) => call(
      window.settlement, 'GetEligibility',
      {person_id: personId, institution_id: CLINIC});
  assert.equal((await ask('KM-0010')).in_force, true);
  assert.deepEqual((await ask('KM-0011')).refusals, ['BENEFIT_SUSPENDED']);
});

test('by reflection, without the .proto files', async () => {
  const told = await byReflection.services(ADDRESS);
  assert(told.includes('onestop.v1.SettlementService'));
  const stub = await byReflection.client(
      ADDRESS, 'onestop.v1.SettlementService',
      {keepCase: true, longs: String, enums: String, oneofs: true});
  try {
    const asked = claim(await newPerson(), [visit]);
    const quote = await call(stub, 'Quote', {claim: asked});
    assert.equal(quote.receipt.totals.cash_fen, '5200');
    const request = {request_id: 'r-1', claim: asked};
    const answer = await call(stub, 'Settle', request);
    assert.equal(answer.outcome, 'SETTLE_OUTCOME_SETTLED');
    assert.deepEqual(await call(stub, 'Settle', request), answer);
    const other = {...request, claim: {...asked, encounter_id: 'V-2'}};
    const reused = await refusal(call(stub, 'Settle', other));
    assert.equal(reused.reason, 'REQUEST_ID_REUSED');
    const {reversal} = await call(stub, 'Reverse', {
      person_id: asked.person_id,
      institution_id: CLINIC,
      settle_request_id: 'r-1',
    });
    assert.equal(reversal.settlement_id, answer.receipt.settlement_id);
  } finally {
    stub.close();
  }
});
