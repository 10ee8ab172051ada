import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** What a web server of an authority does with one request. */
export type Route = (response: ServerResponse, body: Buffer, request: IncomingMessage) => void;

export interface Responder {
  readonly base: string;
  readonly port: number;
  /** `GET /path`, in the order in which they came. */
  readonly requests: string[];
  readonly last: () => { readonly request: IncomingMessage; readonly body: Buffer } | undefined;
  at(path: string, route: Route): string;
  stop(): void;
}

/** Answers with octets, as a web server does that knows its business. */
export function octets(bytes: Uint8Array, mediaType = 'application/octet-stream'): Route {
  return (response) => {
    response.writeHead(200, { 'content-type': mediaType, 'content-length': bytes.length });
    response.end(bytes);
  };
}

export function redirect(location: string, status = 302): Route {
  return (response) => {
    response.writeHead(status, { location });
    response.end();
  };
}

/** A web server on loopback, which whoever starts it stops. */
export async function startResponder(tls?: {
  readonly key: string;
  readonly cert: string;
}): Promise<Responder> {
  const routes = new Map<string, Route>();
  const requests: string[] = [];
  let last: { readonly request: IncomingMessage; readonly body: Buffer } | undefined;
  const listener = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url ?? '';
    requests.push(`${request.method} ${path}`);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    last = { request, body };
    response.on('error', () => undefined);
    const route = routes.get(path);
    if (route !== undefined) route(response, body, request);
    else response.writeHead(404).end();
  };
  const server: Server = tls === undefined ? createServer(listener) : createSecureServer(tls, listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const base = `http${tls === undefined ? '' : 's'}://127.0.0.1:${port}`;
  return {
    base,
    port,
    requests,
    last: () => last,
    at: (path, route) => {
      routes.set(path, route);
      return `${base}${path}`;
    },
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
