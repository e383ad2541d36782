// What each WebSocket of Node says to a server that echoes, by the browser's interface:
// node conversation.cjs CLASS URL [deflate] with CLASS ws, undici or global.
"use strict";
const assert = require("node:assert");
const { randomBytes } = require("node:crypto");
const [kind, url, deflate = "none"] = process.argv.slice(2);

const choices = {
  none: false,
  peer: { threshold: 0, serverNoContextTakeover: true, clientNoContextTakeover: true },
  takeover: { threshold: 0 },
};

function open(protocols) {
  if (kind === "ws") {
    const { WebSocket } = require("ws");
    return new WebSocket(url, protocols, { perMessageDeflate: choices[deflate], maxPayload: 1 << 24 });
  }
  return kind === "undici" ? new (require("undici").WebSocket)(url, protocols) : new WebSocket(url, protocols);
}

function connected(protocols) {
  return new Promise((resolve, reject) => {
    const socket = open(protocols);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => resolve(socket);
    socket.onerror = event => reject(event.error ?? new Error("no connection"));
  });
}

function echoed(socket, what) {
  return new Promise((resolve, reject) => {
    socket.onmessage = event => resolve(event.data);
    socket.onclose = event => reject(new Error(`closed: ${event.code} ${event.reason}`));
    socket.send(what);
  });
}

function closed(socket) {
  return new Promise(resolve => {
    socket.onclose = event => resolve(`${event.code} ${event.reason} ${event.wasClean}`);
  });
}

async function main() {
  const socket = await connected([]);
  const even = "0123456789".repeat(7000);
  const uneven = randomBytes(70000);
  for (let round = 0; round < 2; round++) {
    for (const text of ["hé", "", even]) {
      assert.strictEqual(await echoed(socket, text), text);
    }
    assert.ok(uneven.equals(Buffer.from(await echoed(socket, uneven))));
  }
  const end = closed(socket);
  socket.send("close 4001 bye");
  assert.strictEqual(await end, "4001 bye true");
  const other = await connected([]);
  const otherEnd = closed(other);
  other.close(1000, "done");
  assert.strictEqual(await otherEnd, "1000  true"); // the answer has no reason
  console.log(`extensions: ${socket.extensions}`);
}

main().catch(problem => {
  console.error(problem);
  process.exit(1);
});
