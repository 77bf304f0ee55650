// A window's client in Node: quote, settle, retry, read what was refused, take
// back, look up, list and stream. docs/integrate.md quotes from here.
'use strict';

const path = require('node:path');
const {once} = require('node:events');
const {setTimeout: sleep} = require('node:timers/promises');
const grpc = require('@grpc/grpc-js');
const protoLoader = require('@grpc/proto-loader');
const protobuf = require('protobufjs');

const PROTO = path.join(__dirname, '..', '..', '..', 'proto');
const OPTIONS = {
  includeDirs: [PROTO],
  keepCase: true,
  longs: String, // fen as text: never rounded
  enums: String,
  defaults: true,
  oneofs: true,
};
const {onestop} = grpc.loadPackageDefinition(protoLoader.loadSync(
    ['onestop/v1/settlement.proto', 'onestop/v1/registry.proto'], OPTIONS));

const rpc = new protobuf.Root();
rpc.resolvePath = (_, file) => path.join(PROTO, file);
rpc.loadSync(
    ['google/rpc/status.proto', 'google/rpc/error_details.proto'],
    {keepCase: true});
const read = (type, bytes) => {
  const message = rpc.lookupType(type);
  return message.toObject(
      message.decode(bytes), {longs: Number, defaults: true});
};

// The answer is not known, or it is "not now": the same request may be sent
// again. Everything else is an answer.
const SEND_AGAIN = [
  grpc.status.UNAVAILABLE,
  grpc.status.ABORTED,
  grpc.status.DEADLINE_EXCEEDED,
];

// A refusal: `reason` is for programs, the message is for people.
class Refused extends Error {
  constructor(code, status) {
    super(status.message);
    this.code = code;
    this.reason = ''; // empty: the answer did not come from onestop
    this.facts = {};
    this.fields = {}; // what is wrong with which field
    this.retryAfterMs = 0;
    for (const {type_url: url, value} of status.details) {
      const type = url.slice(url.lastIndexOf('/') + 1);
      const detail = read(type, value);
      if (type === 'google.rpc.ErrorInfo') {
        this.reason = detail.reason;
        this.facts = detail.metadata;
      } else if (type === 'google.rpc.BadRequest') {
        for (const violation of detail.field_violations) {
          this.fields[violation.field] = violation.description;
        }
      } else if (type === 'google.rpc.RetryInfo') {
        const {seconds, nanos} = detail.retry_delay;
        this.retryAfterMs = seconds * 1000 + nanos / 1e6;
      }
    }
  }

  // Of the error that a call ended with.
  static fromCall(error) {
    const [bytes] = error.metadata?.get('grpc-status-details-bin') ?? [];
    const status = bytes ? read('google.rpc.Status', bytes) :
                           {message: error.details, details: []};
    return new Refused(error.code, status);
  }

  // Of the google.rpc.Status in a stream's or an import's answer.
  static fromStatus(status) {
    return new Refused(status.code, status);
  }
}

const after = (seconds) => new Date(Date.now() + seconds * 1000);

// One call with a deadline.
function call(stub, method, request, seconds = 5) {
  return new Promise((resolve, reject) => {
    stub[method](request, {deadline: after(seconds)}, (error, answer) => {
      if (error) reject(Refused.fromCall(error));
      else resolve(answer);
    });
  });
}

// Sends the same request until there is an answer, at most so long. When it
// gives up, it is not known whether the request was booked.
async function callUntilAnswered(stub, method, request, seconds = 60) {
  const giveUp = after(seconds);
  for (let pause = 100;; pause = Math.min(2 * pause, 5000)) {
    try {
      return await call(stub, method, request);
    } catch (refused) {
      const wait =
          Math.max(refused.retryAfterMs, pause) * (1 + Math.random() / 2);
      const late = Date.now() + wait > giveUp;
      if (late || !SEND_AGAIN.includes(refused.code)) throw refused;
      await sleep(wait);
    }
  }
}

// One connection for the whole process.
class Window {
  constructor(address) {
    const plain = grpc.credentials.createInsecure();
    this.settlement = new onestop.v1.SettlementService(address, plain);
    this.registry = new onestop.v1.RegistryService(address, plain);
  }

  close() {
    this.settlement.close();
    this.registry.close();
  }

  async quote(claim) {
    return (await call(this.settlement, 'Quote', {claim})).receipt;
  }

  // Settles for what was quoted; the caller has written requestId down.
  settle(requestId, claim, quoted = null) {
    const request = {request_id: requestId, claim};
    if (quoted) {
      request.expected_cash_fen = quoted.totals.cash_fen;
      request.quoted_counters = quoted.movements.map((moved) => ({
        person_id: moved.person_id,
        year: moved.year,
        counter: moved.counter,
        amount_fen: moved.before_fen,
      }));
    }
    return callUntilAnswered(this.settlement, 'Settle', request);
  }

  // Reverses by the settle's request id, also when its answer never came.
  // `replacement`: a SettleRequest with a request id of its own.
  takeBack(claim, requestId, reason, replacement = null) {
    return callUntilAnswered(this.settlement, 'Reverse', {
      person_id: claim.person_id,
      institution_id: claim.institution_id,
      settle_request_id: requestId,
      reason,
      replacement,
    });
  }

  lookUp(claim, requestId) {
    return callUntilAnswered(this.settlement, 'GetSettlement', {
      person_id: claim.person_id,
      institution_id: claim.institution_id,
      settle_request_id: requestId,
    });
  }

  // Everything that was booked for the institution on that day.
  async *bookedOn(institutionId, day) {
    const request = {
      institution_id: institutionId,
      booked_from: day,
      booked_until: day,
    };
    do {
      const page =
          await callUntilAnswered(this.settlement, 'ListSettlements', request);
      yield* page.settlements;
      request.page_token = page.next_page_token;
    } while (request.page_token);
  }

  // Settles many over one stream; yields [index, answer or Refused] as the
  // answers come, which is not the order of `requests`.
  async *settleAll(requests, seconds = 600) {
    const stream = this.settlement.SettleStream({deadline: after(seconds)});
    const sent = this.#send(stream, requests);
    sent.catch(() => {}); // what ends the stream is told to the reader below
    try {
      for await (const {results} of stream) {
        for (const {index, settle, error} of results) {
          yield [Number(index), settle ?? Refused.fromStatus(error)];
        }
      }
    } catch (error) {
      throw Refused.fromCall(error);
    }
  }

  async #send(stream, requests) {
    const items = requests.map((settle, index) => ({index, settle}));
    for (let first = 0; first < items.length; first += 100) {
      const message = {items: items.slice(first, first + 100)};
      if (!stream.write(message)) await once(stream, 'drain');
    }
    stream.end();
  }
}

// Quotes, asks the person, settles for just that; asks again if it became
// another amount in between. null: the person did not agree.
async function settleAsAgreed(window, requestId, claim, agrees) {
  let quoted = await window.quote(claim);
  while (await agrees(quoted)) {
    const answer = await window.settle(requestId, claim, quoted);
    if (answer.outcome === 'SETTLE_OUTCOME_SETTLED') return answer.receipt;
    quoted = answer.receipt; // stale: this is the new quote
  }
  return null;
}

module.exports =
    {Refused, Window, after, call, callUntilAnswered, settleAsAgreed};
