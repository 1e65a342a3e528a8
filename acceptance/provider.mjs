// A provider that is not Byline's own: oidc-provider, with one client and a directory in memory.
//
// It listens on loopback, prints its issuer on a line of its own, and ends with its standard input,
// so that it outlives no test run. A person is hired by PUT /people/<subject>, with claims, and
// leaves by DELETE, with whatever was granted in their name.

import { generateKeyPairSync, randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { json } from "node:stream/consumers";

import Provider from "oidc-provider";

const { CLIENT_ID, CLIENT_SECRET, SITE } = process.env;

const people = new Map();
const grants = new Map(); // by subject, the IDs of what was granted

const signingKey = {
  ...generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "jwk" }),
  kid: randomBytes(8).toString("hex"),
  use: "sig",
  alg: "RS256",
};

const configuration = {
  clients: [
    {
      client_id: CLIENT_ID,
      client_secret: CLIENT_SECRET,
      token_endpoint_auth_method: "client_secret_basic",
      grant_types: ["authorization_code", "refresh_token"],
      redirect_uris: [`${SITE}/oidc/callback/`],
      post_logout_redirect_uris: [`${SITE}/`],
      backchannel_logout_uri: `${SITE}/oidc/backchannel-logout/`,
      backchannel_logout_session_required: true,
    },
  ],
  claims: {
    openid: ["sub"],
    profile: ["name", "given_name", "family_name", "preferred_username"],
    email: ["email", "email_verified"],
    groups: ["groups"],
  },
  cookies: { keys: [randomBytes(32).toString("hex")] },
  features: {
    devInteractions: { enabled: true }, // takes any name as the subject, and any password
    rpInitiatedLogout: { enabled: true },
    backchannelLogout: { enabled: true },
    revocation: { enabled: true },
  },
  jwks: { keys: [signingKey] },
  pkce: { required: () => true },
  rotateRefreshToken: true,
  // Core §11 lets a provider pass over offline_access where consent is not asked for every time.
  // This one does; as at Okta, the grant type is what decides.
  issueRefreshToken: (ctx, client) => client.grantTypeAllowed("refresh_token"),
  findAccount: (ctx, subject) =>
    people.has(subject)
      ? { accountId: subject, claims: () => ({ ...people.get(subject), sub: subject }) }
      : undefined,
  // Its dispatcher refuses loopback, where the site is.
  fetch: (url, { dispatcher, ...options }) => fetch(url, options),
};

async function keepDirectory(provider, request, response) {
  const subject = decodeURIComponent(request.url.slice("/people/".length));
  if (request.method === "DELETE") {
    people.delete(subject);
    for (const id of grants.get(subject) ?? []) {
      await provider.RefreshToken.revokeByGrantId(id);
      await provider.AccessToken.revokeByGrantId(id);
      await (await provider.Grant.find(id))?.destroy();
    }
    grants.delete(subject);
  } else {
    people.set(subject, await json(request));
  }
  response.writeHead(204).end();
}

const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, configuration);
  const failures = ["server_error", "grant.error", "backchannel.error"];
  for (const name of failures) provider.on(name, (ctx, error) => console.error(name, error));
  provider.on("grant.success", ({ oidc: { account, entities } }) => {
    const subject = account.accountId;
    grants.set(subject, (grants.get(subject) ?? new Set()).add(entities.Grant.jti));
  });
  const answer = provider.callback();
  server.on("request", (request, response) =>
    request.url.startsWith("/people/") ? keepDirectory(provider, request, response) : answer(request, response),
  );
  console.log(issuer);
});

process.stdin.on("end", () => process.exit()).resume();
