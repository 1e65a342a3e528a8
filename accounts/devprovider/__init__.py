"""The development provider: a small, real OpenID provider on a loopback address.

With it a newcomer signs in with no account anywhere, and the tests sign in as a browser would.
Whoever opens its page may be anyone, so `server.development_provider` refuses to start it unless
DEBUG is on, and nothing here listens on, or answers to, a name that is not loopback. Its
addresses and answers have the shape of an Okta org server.

From the inside out:

- `people`: who can sign in
- `web`: a request read from WSGI, a response, an early refusal
- `state`: what the provider remembers: people, sessions, grants, tokens
- `keys`: signing tokens and checking ID tokens
- `claims`: what an ID token and UserInfo say about a person
- `metadata`: the discovery document, the keys and the scopes there are
- `authorize`: the authorization endpoint
- `signin`: the pages a browser sees there: choose a person, register, deny
- `tokens`: the token, revocation and UserInfo endpoints
- `backchannel`: telling the site of sessions that have ended
- `logout`: the end-session endpoint
- `directory`: the page at `/` that deactivates people
- `provider`: the addresses, put together as one WSGI application
- `server`: that application on a socket
- `faults`: the same provider misbehaving, for tests
"""
