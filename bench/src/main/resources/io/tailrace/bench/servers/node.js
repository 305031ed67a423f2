// A plain Node server of Server-Sent Events: GET follows a path, POST publishes to it.
'use strict';
const http = require('node:http');

const channels = new Map();

function follow(request, response) {
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  response.flushHeaders();
  let readers = channels.get(request.url);
  if (!readers) channels.set(request.url, (readers = new Set()));
  readers.add(response);
  request.on('close', () => readers.delete(response));
}

function publish(request, response) {
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => {
    const frame = `data: ${Buffer.concat(parts)}\n\n`;
    for (const reader of channels.get(request.url) ?? []) reader.write(frame);
    response.writeHead(204).end();
  });
}

const server = http.createServer((request, response) =>
  (request.method === 'POST' ? publish : follow)(request, response));
server.requestTimeout = 0;
server.listen({ port: Number(process.argv[2]), host: '127.0.0.1', backlog: 4096 });
