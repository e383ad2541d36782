// A server of npm's ws that echoes: node echo.cjs PORT DEFLATE
"use strict";
const { WebSocketServer } = require("ws");
const [port, deflate] = process.argv.slice(2);

const choices = {
  none: false,
  peer: { threshold: 0, serverNoContextTakeover: true, clientNoContextTakeover: true },
  takeover: { threshold: 0 },
};

const server = new WebSocketServer({ host: "127.0.0.1", port: Number(port), perMessageDeflate: choices[deflate] });
server.on("connection", socket => {
  socket.on("message", (data, binary) => {
    const text = binary ? "" : data.toString();
    if (text.startsWith("close ")) {
      const [, code, reason] = text.split(" ");
      socket.close(Number(code), reason);
    } else {
      socket.send(data, { binary });
    }
  });
});
