// Emmett's side of the benchmark: told on standard input, a JSON object a
// line, how many callers append for how long; answers in the same way.
//
// Fair to Emmett: its own appendToStream through its own pool, in one process
// as its users run it. A second process gave no more in all, for PostgreSQL
// has the processor by then; nor did more connections than the pool is given.
import { webcrypto } from 'node:crypto';
import { createInterface } from 'node:readline';
import { getPostgreSQLEventStore } from '@event-driven-io/emmett-postgresql';
import pg from 'pg';

// Emmett makes its ids with it, and Debian 12's Node 18 does not have it yet.
globalThis.crypto ??= webcrypto;

const [socket, connections] = process.argv.slice(2);
const address = `postgresql://postgres@localhost/emmett?host=${encodeURIComponent(socket)}`;
const pool = new pg.Pool({ connectionString: address, max: Number(connections) });
const store = getPostgreSQLEventStore(address, { connectionOptions: { pool } });
await store.schema.migrate();

// Each round has streams of its own, so that no version is looked up in an
// ever longer stream.
let round = 0;

async function load({ callers, events, warm, window, data }) {
  round++;
  const batch = Array.from({ length: events }, () => ({ type: 'AttendanceRecorded', data }));
  const waits = [];
  const begin = performance.now() + warm;
  const end = begin + window;
  const call = async (_, caller) => {
    for (let asked = performance.now(); asked < end; ) {
      await store.appendToStream(`attendance-${round}-${caller}`, batch);
      const told = performance.now();
      if (told >= begin && told < end) waits.push(told - asked);
      asked = told;
    }
  };
  await Promise.all(Array.from({ length: callers }, call));
  return waits;
}

// Node compiles what runs often: until then Emmett is slower than it is.
await load({ callers: 16, events: 1, warm: 0, window: 1500, data: {} });
await load({ callers: 1, events: 1000, warm: 0, window: 500, data: {} });
console.log('{}');

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    answer = { waits: await load(JSON.parse(line)) };
  } catch (err) {
    answer = { error: String(err?.message ?? err) };
  }
  console.log(JSON.stringify(answer));
}
await store.close();
await pool.end();
