// A provider whose ID tokens go bad on request: each line of input names how the next one is spoilt, and is repeated once it is so.
// Says its issuer on the first line and ends when its input does.

import { generateKeyPairSync, sign } from "node:crypto";
import { createInterface } from "node:readline";
import { OAuth2Server } from "oauth2-mock-server";

const server = new OAuth2Server();
await server.issuer.keys.generate("RS256");
await server.start(0, "127.0.0.1");
server.issuer.url = `http://127.0.0.1:${server.address().port}`;
const stranger = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;

const now = () => Math.floor(Date.now() / 1000);
const encoded = (part) => Buffer.from(JSON.stringify(part)).toString("base64url");
const PAYLOADS = {
  good: () => {},
  aud: (payload) => { payload.aud = "somebody-else"; },
  auds: (payload) => { payload.aud = [payload.aud, "somebody-else"]; },
  azp: (payload) => { payload.azp = "somebody-else"; },
  iss: (payload) => { payload.iss = "https://elsewhere.example"; },
  nonce: (payload) => { payload.nonce = "another"; },
  no_nonce: (payload) => { delete payload.nonce; },
  no_sub: (payload) => { delete payload.sub; },
  no_exp: (payload) => { delete payload.exp; },
  expired: (payload) => { payload.exp = now() - 120; },
  future: (payload) => { payload.nbf = now() + 600; },
};
const BODIES = {
  unsigned: (body) => { body.id_token = `${encoded({ alg: "none" })}.${body.id_token.split(".")[1]}.`; },
  no_signature: (body) => { body.id_token = body.id_token.split(".").slice(0, 2).join(".") + "."; },
  symmetric: (body) => { body.id_token = `${encoded({ alg: "HS256" })}.${body.id_token.split(".").slice(1).join(".")}`; },
  tampered: (body) => { body.id_token = tamper(body.id_token); },
  other_key: (body) => { body.id_token = resigned(body.id_token.split(".")[0], body.id_token); },
  other_name: (body) => { body.id_token = resigned(encoded({ alg: "RS256", kid: "nobody-knows" }), body.id_token); },
  missing: (body) => { delete body.id_token; },
  nonsense: (body) => { body.id_token = "not.a.token"; },
  number: (body) => { body.id_token = 5; },
};

function tamper(token) {
  const [head, payload, mark] = token.split(".");
  const claims = JSON.parse(Buffer.from(payload, "base64url"));
  return `${head}.${encoded({ ...claims, sub: "somebody-else" })}.${mark}`;
}

function resigned(head, token) {
  const signed = `${head}.${token.split(".")[1]}`;
  return `${signed}.${sign("RSA-SHA256", Buffer.from(signed), stranger).toString("base64url")}`;
}

let spoil = "good";
server.service.on("beforeTokenSigning", ({ payload }) => PAYLOADS[spoil]?.(payload));
server.service.on("beforeResponse", ({ body }) => BODIES[spoil]?.(body));

console.log(server.issuer.url);
createInterface({ input: process.stdin })
  .on("line", (line) => {
    spoil = line;
    console.log(line);
  })
  .on("close", () => process.exit(0));
