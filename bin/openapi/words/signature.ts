import { COMPONENTS, ENROLMENT, ENROLMENT_KEYID, REQUEST, ROTATION } from '../../../functions/contract/signing.ts';
import { AGE_MAX, AHEAD_MAX } from '../../../functions/http/signature.ts';

const components = COMPONENTS.map((name) => `"${name}"`).join(' ');

const profile = `The request is signed by RFC 9421 (HTTP Message Signatures) with three headers:

- \`Content-Digest: sha-256=:<base64>:\` (RFC 9530) over the bytes of the body; only if there is a body.
- \`Signature-Input: ${REQUEST.label}=(${components} "content-digest");created=<seconds since 1970>;keyid="<keyid>";alg="<algorithm>";tag="${REQUEST.tag}"\`.
  The components are exactly these in this order; without a body \`"content-digest"\` is left out. \`nonce\` and \`expires\` may be added, no other parameter.
- \`Signature: ${REQUEST.label}=:<base64 of 64 bytes>:\`.

\`@authority\` is the host in lower case, with its port unless it is the default; \`@query\` is \`?\` and the query as it is sent, and a single \`?\` without one.
\`alg\` is \`ed25519\`, or \`ecdsa-p256-sha256\` whose signature is r and s as they are, 32 bytes each (IEEE P1363), not DER.
\`created\` may be ${AGE_MAX / 1000} seconds old and ${AHEAD_MAX / 1000} seconds ahead; else \`clock_skew\` tells \`serverTime\`.`;

export const INTRODUCTION = `Payments at points of sale. Amounts are whole minor units with a currency (ISO 4217), instants are RFC 3339 in UTC, objects are strict: a member that is not known is refused. Paths and queries consist of the characters A-Z a-z 0-9 - . _ ~ and their separators, without percent escapes; a body has 16 KB at the most and is JSON in UTF-8.

Three rules for a terminal:

1. Never a new order before the last one is definite. The same \`merchantOrderNo\`, \`attempt\` and \`refundNo\` may be sent as often as it takes; a repeat answers what is there and starts nothing.
2. Do what \`nextAction\` says, ask again after \`nextPollAfterMs\`, show \`message\`.
3. No answer is no news. A 202 is not paid and not failed; a 5xx is looked up by the same number.

Refusals are \`application/problem+json\`; switch on \`code\`. What a request must keep to that its schema cannot say stands at each operation (\`x-rules\`), in the words of the refusal.

The gateway in front (an HTTP API of Amazon API Gateway) answers some requests itself, before any function of ours hears of them: \`application/json\` with a \`message\` only, and without an \`x-request-id\` of ours.

- 400 \`Bad Request\`: the path has a percent escape that is none.
- 404 \`Not Found\`: there is no such path, or it has no such method (never 405); a slash at the end makes another path.
- 413 \`Request Entity Too Large\`: a body over 10 MB. From 16 KB on it is our own \`too_large\`.
- 429 \`Too Many Requests\`: all callers together send more than the deployment takes (\`requestsPerSecond\`). It has no \`retry-after\`, and nothing was carried out: wait a second and send the same request again.
- 431 \`Request Header Fields Too Large\`: headers over 10 KB.
- 500 \`Internal Server Error\` and 503 \`Service Unavailable\`: a function failed or took too long. Whether the request was carried out is not known: look it up by the same number.`;

export const SCHEMES = {
  messageSignature: {
    type: 'apiKey',
    in: 'header',
    name: 'Signature',
    description: `${profile}

The credential of \`keyid\` must have the scope that the operation names.`,
  },
  enrolmentSignature: {
    type: 'apiKey',
    in: 'header',
    name: 'Signature',
    description: `As \`messageSignature\`, by the key that the body names: label \`${ENROLMENT.label}\`, \`keyid="${ENROLMENT_KEYID}"\`, \`tag="${ENROLMENT.tag}"\`, and \`alg\` as in the body.`,
  },
  nextKeySignature: {
    type: 'apiKey',
    in: 'header',
    name: 'Signature',
    description: `A second signature of the same request beside \`${REQUEST.label}\`, by the key that the body names: label \`${ROTATION.label}\`, \`keyid\` of the present key with the next number (\`trm_….2\` after \`trm_….1\`), \`tag="${ROTATION.tag}"\`. Both stand in the same two headers, joined by \`, \`.`,
  },
};
