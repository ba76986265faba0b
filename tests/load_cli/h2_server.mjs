// An HTTP/2 server that is not ours: Node's. Without TLS, with TLS, and one with TLS that speaks
// only HTTP/1.1. Prints its ports; for each line on stdin, what it has seen since the last.
//   node h2_server.mjs KEY.pem CERTIFICATE.pem
import { readFileSync } from "node:fs";
import http2 from "node:http2";
import https from "node:https";
import readline from "node:readline";

const [keyFile, certificateFile] = process.argv.slice(2);
const identity = { key: readFileSync(keyFile), cert: readFileSync(certificateFile) };
const settings = { maxConcurrentStreams: 50, initialWindowSize: 1024 };

let seen;
function forget() {
  const [paths, bodies, versions] = [new Set(), new Set(), new Set()];
  seen = { requests: 0, paths, bodies, versions, sessions: 0, most: 0 };
}
forget();

const open = new Map(); // session -> streams at the moment

function answer(request, response) {
  const session = request.httpVersion === "2.0" ? request.stream.session : request.socket;
  open.set(session, (open.get(session) ?? 0) + 1);
  seen.most = Math.max(seen.most, open.get(session));
  response.on("close", () => open.set(session, open.get(session) - 1));
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    const body = Buffer.concat(chunks).toString();
    seen.requests += 1;
    seen.paths.add(request.url);
    seen.bodies.add(body);
    seen.versions.add(request.httpVersion);
    const status = Number(/^\/status\/(\d+)/.exec(request.url)?.[1] ?? 200);
    response.writeHead(status, { "content-type": "text/plain" });
    response.end(body || "hello");
    if (request.url.startsWith("/leave/") && seen.requests % 40 === 0) {
      session.close(); // GOAWAY; what is open is still answered
    }
  });
}

function listen(server) {
  server.on("session", (session) => {
    seen.sessions += 1;
    session.on("error", () => {});
  });
  server.on("request", answer);
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve(server.address().port));
  });
}

const ports = {
  h2c: await listen(http2.createServer({ settings })),
  tls: await listen(http2.createSecureServer({ ...identity, settings, allowHTTP1: true })),
  tls11: await listen(https.createServer(identity)),
};
console.log(JSON.stringify(ports));

readline.createInterface({ input: process.stdin }).on("line", () => {
  const sets = Object.fromEntries(
    Object.entries(seen).map(([name, value]) => [name, value instanceof Set ? value.size : value]),
  );
  const [body] = seen.bodies;
  console.log(JSON.stringify({ ...sets, version: [...seen.versions].join(), body }));
  forget();
}).on("close", () => process.exit(0));
