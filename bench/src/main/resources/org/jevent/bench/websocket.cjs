'use strict';
// A server of WebSockets with ws: /echo sends each message back, /broadcast to all that are connected there.
const { WebSocketServer, WebSocket } = require('ws');
const { version } = require('ws/package.json');

const server = new WebSocketServer({
  host: '127.0.0.1',
  port: 0,
  backlog: 4096,
  maxPayload: 4 << 20,
  perMessageDeflate: { serverNoContextTakeover: true, clientNoContextTakeover: true, threshold: 1024 },
});
const room = new Set();

server.on('connection', (socket, request) => {
  if (request.url === '/broadcast') {
    room.add(socket);
    socket.on('close', () => room.delete(socket));
    socket.on('message', (data, binary) => {
      for (const each of room) {
        if (each.readyState === WebSocket.OPEN) {
          each.send(data, { binary });
        }
      }
    });
  } else {
    socket.on('message', (data, binary) => socket.send(data, { binary }));
  }
  socket.on('error', () => {});
});
server.on('listening', () => {
  console.log(`listening on 127.0.0.1:${server.address().port} (style ws, engine ws ${version}, node ${process.version})`);
});
