// A certified OpenID provider on a free port of this machine: `node provider.mjs <redirect_uri> [facebook]`. Says its issuer on the first line
// and ends when its input does. Whoever signs in is who they say they are. As "facebook" its metadata is as silent as Facebook's, and its
// token endpoint takes the client's id and secret in the body alone.

import { createServer } from "node:http";
import Provider from "oidc-provider";

const [redirectUri, kind] = process.argv.slice(2);
const NAMES = ["name", "given_name", "family_name"];
const METADATA = "/.well-known/openid-configuration";
// What https://www.facebook.com/.well-known/openid-configuration tells, and nothing more.
const TOLD = ["issuer", "authorization_endpoint", "jwks_uri", "response_types_supported", "subject_types_supported",
  "id_token_signing_alg_values_supported", "claims_supported"];

const server = createServer((request, response) => {
  if (kind === "facebook" && request.url === METADATA) silence(response);
  if (kind === "facebook" && request.headers.authorization) response.writeHead(400).end('{"error":"Missing client_id parameter."}');
  else provider.callback()(request, response);
});

function silence(response) {
  const end = response.end.bind(response);
  response.end = (body) => {
    const told = Object.entries(JSON.parse(body)).filter(([name]) => TOLD.includes(name));
    const less = JSON.stringify(Object.fromEntries(told));
    response.setHeader("Content-Length", Buffer.byteLength(less));
    return end(less);
  };
}

await new Promise((begun) => server.listen(0, "127.0.0.1", begun));
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  clients: [{
    client_id: "vtbot", client_secret: "a-secret-between-the-two-of-us", redirect_uris: [redirectUri],
    grant_types: ["authorization_code"], response_types: ["code"], token_endpoint_auth_method: "client_secret_post",
  }],
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: NAMES, public_profile: NAMES },
  conformIdTokenClaims: false,
  cookies: { keys: ["only for these tests"] },
  pkce: { required: () => true },
  findAccount: (_, sub) => ({
    accountId: sub,
    claims: () => ({ sub, email: `${sub}@example.org`, email_verified: true, name: `${sub} of Braga`, given_name: sub, family_name: "Braga" }),
  }),
});

console.log(issuer);
process.stdin.resume().on("end", () => process.exit(0));
