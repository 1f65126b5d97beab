/** The OpenAPI document as a page for people: plain HTML, without a script. */
import { escapeHtml } from '../../functions/statement/export/escape.ts';
import { blocks, inline } from './markup.ts';
import type { Json } from './schemas.ts';

interface Schema extends Json {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
}
interface Media {
  readonly schema: Schema;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, unknown>>;
}
interface Content {
  readonly description: string;
  readonly content: Readonly<Record<string, Media>>;
  readonly headers?: Json;
}
interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description: string;
  readonly parameters: readonly (Json & { name: string; in: string; description: string; schema: Schema })[];
  readonly requestBody?: Content;
  readonly responses: Readonly<Record<string, Content>>;
  readonly security: readonly Json[];
  readonly 'x-rules'?: readonly { readonly pointer?: string; readonly detail: string }[];
}
export interface Document {
  readonly info: { readonly title: string; readonly description: string };
  readonly servers: readonly { readonly url: string; readonly description: string }[];
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly headers: Readonly<Record<string, { readonly description: string }>>;
    readonly securitySchemes: Readonly<Record<string, { readonly description: string }>>;
  };
}

/** `json` and `style` are where the document itself and the style sheet are served. */
export function pageOf(document: Document, where: { readonly json: string; readonly style: string }): string {
  const { info, servers, tags, components } = document;
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), ...operation })),
  );
  const of = (tag: string) => operations.filter((it) => it.tags.includes(tag));
  const contents = tags
    .map(({ name }) => `<li>${escapeHtml(name)}<ul>${of(name).map(linkTo).join('')}</ul></li>`)
    .join('\n');
  const sections = tags.map(
    ({ name, description }) =>
      `<h2>${escapeHtml(name)}</h2>\n${blocks(description)}\n${of(name).map(sectionOf).join('\n')}`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(info.title)}: the API</title>
<link rel="stylesheet" href="${where.style}">
</head>
<body>
<nav aria-label="Operations"><ul>${contents}<li><a href="#signing">signing</a></li><li><a href="#schemas">schemas</a></li></ul></nav>
<main>
<h1>${escapeHtml(info.title)}: the API</h1>
<p><a href="${where.json}">This page as an OpenAPI 3.1 document</a></p>
${blocks(info.description)}
<ul>${servers.map(({ url, description }) => `<li><code>${escapeHtml(url)}</code> ${inline(description)}</li>`).join('')}</ul>
${sections.join('\n')}
<h2 id="signing">signing</h2>
${Object.entries(components.securitySchemes)
  .map(([name, { description }]) => `<h3 id="scheme-${name}">${name}</h3>\n${blocks(description)}`)
  .join('\n')}
<h2 id="headers">headers of answers</h2>
${table(Object.entries(components.headers).map(([name, { description }]) => [`<code>${name}</code>`, inline(description)]))}
<h2 id="schemas">schemas</h2>
${Object.entries(components.schemas).map(schemaSection).join('\n')}
</main>
</body>
</html>
`;
}

type Placed = Operation & { readonly path: string; readonly method: string };

function linkTo({ operationId, summary }: Placed): string {
  return `<li><a href="#${operationId}">${escapeHtml(summary)}</a></li>`;
}

function sectionOf(operation: Placed): string {
  const { operationId, summary, description, method, path, parameters, requestBody, responses, security } = operation;
  const schemes = security.flatMap((it) => Object.keys(it));
  const signed = schemes.map((name) => `<a href="#scheme-${name}">${name}</a>`).join(' and ');
  return `<section id="${operationId}">
<h3>${escapeHtml(summary)}</h3>
<p><code>${method} ${escapeHtml(path)}</code> <code>${operationId}</code></p>
${blocks(description)}
${signed && `<p>Signed by ${signed}.</p>`}
${parameters.length > 0 ? `<h4>Parameters</h4>${table(parameters.map(parameterRow))}` : ''}
${requestBody ? `<h4>Body</h4>${contentOf(requestBody)}` : ''}
${operation['x-rules'] ? `<h4>Rules beside the schema</h4>${table(operation['x-rules'].map(ruleRow))}` : ''}
${Object.entries(responses)
  .map(([status, it]) => `<h4>${status === 'default' ? 'Otherwise' : status}</h4>${contentOf(it)}`)
  .join('\n')}
</section>`;
}

function parameterRow({ name, in: where, description, schema, required }: Operation['parameters'][number]): string[] {
  return [
    `<code>${name}</code>`,
    `${typeOf(schema)}, in the ${where}${required ? ', required' : ''}`,
    inline(description),
  ];
}

function ruleRow({ pointer, detail }: NonNullable<Operation['x-rules']>[number]): string[] {
  return [pointer === undefined ? 'the request' : `<code>${pointer}</code>`, escapeHtml(detail)];
}

function contentOf({ description, content, headers = {} }: Content): string {
  const names = Object.keys(headers).map((name) => `<code>${name}</code>`);
  const sent = Object.entries(content).map(([type, { schema, example }]) => {
    const shown =
      example === undefined ? '' : `<details><summary>Example</summary><pre>${exampleOf(example)}</pre></details>`;
    return `<p><code>${escapeHtml(type)}</code>: ${typeOf(schema)}</p>${shown}`;
  });
  return `${blocks(description)}${names.length > 0 ? `<p>Headers: ${names.join(' ')}</p>` : ''}${sent.join('')}`;
}

function exampleOf(example: unknown): string {
  return escapeHtml(typeof example === 'string' ? example : JSON.stringify(example, null, 2));
}

function schemaSection([name, schema]: [string, Schema]): string {
  const { description = '', properties = {}, required = [] } = schema;
  const rows = Object.entries(properties).map(([member, it]) => [
    `<code>${member}</code>`,
    `${typeOf(it)}${required.includes(member) ? '' : ', may be left out'}`,
    inline(it.description ?? ''),
  ]);
  const values = (schema.enum as string[] | undefined)?.map((value) => `<code>${value}</code>`).join(' ');
  return `<section id="schema-${name}"><h3>${name}</h3>${blocks(description)}${values ? `<p>${values}</p>` : table(rows)}</section>`;
}

/** The type in words, with a link to what has a name. */
function typeOf(schema: Schema): string {
  const { $ref, oneOf, items, type, format, pattern, minimum, maximum } = schema;
  if (typeof $ref === 'string') {
    const name = $ref.split('/').at(-1) ?? '';
    return `<a href="#schema-${name}">${name}</a>`;
  }
  if (oneOf) return oneOf.map(typeOf).join(' or ');
  if (items) return `list of ${typeOf(items)}`;
  const values = (schema.enum as string[] | undefined)?.map((value) => `<code>${escapeHtml(value)}</code>`).join(', ');
  const bounds = [
    format,
    minimum !== undefined && `from ${minimum}`,
    maximum !== undefined && `to ${maximum}`,
    pattern !== undefined && `<code>${escapeHtml(String(pattern))}</code>`,
  ].filter(Boolean);
  const kind = [type].flat().join(' or ');
  return [values ?? escapeHtml(kind), ...bounds].join(', ');
}

function table(rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  return `<table>${rows.map((cells) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`).join('\n')}</table>`;
}

export const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0; display: grid; grid-template-columns: minmax(0, 1fr); }
nav, main { padding: 1rem 1.5rem; }
nav ul { list-style: none; padding-left: .75rem; margin: 0; }
section { border-top: 1px solid color-mix(in srgb, currentcolor 25%, transparent); padding-top: .5rem; }
table { border-collapse: collapse; width: 100%; table-layout: fixed; }
td { vertical-align: top; padding: .25rem .75rem .25rem 0; overflow-wrap: anywhere; }
td:first-child { width: 22%; }
td:nth-child(2) { width: 26%; }
pre { overflow-x: auto; padding: .75rem; background: color-mix(in srgb, currentcolor 8%, transparent); }
code { overflow-wrap: anywhere; font-size: .9em; }
@media (min-width: 60rem) {
  body { grid-template-columns: 19rem minmax(0, 1fr); }
  nav { position: sticky; top: 0; height: 100vh; overflow: auto; box-sizing: border-box; font-size: .9rem; }
  main { max-width: 60rem; }
}
`;
