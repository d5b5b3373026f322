// Shows the OpenAPI document of this server and lets one try each call.

const byId = id => document.getElementById(id);

// An element with properties and children; text is never read as HTML.
function make(name, properties = {}, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

function resolve(api, schema) {
  while (schema?.$ref) schema = schema.$ref.split('/').slice(1).reduce((node, key) => node[key], api);
  return schema;
}

// What a value of a schema looks like.
function sample(api, schema) {
  schema = resolve(api, schema) ?? {};
  const type = [schema.type].flat().find(type => type && type !== 'null');
  if (schema.example !== undefined) return schema.example;
  if (schema.oneOf || schema.anyOf) return sample(api, (schema.oneOf ?? schema.anyOf).find(one => one.type !== 'null'));
  if (schema.properties) return Object.fromEntries(Object.entries(schema.properties).map(([name, part]) => [name, sample(api, part)]));
  if (type === 'array') return [sample(api, schema.items)];
  if (type === 'object') return schema.additionalProperties ? { name: sample(api, schema.additionalProperties) } : {};
  return { integer: 0, number: 0, boolean: true, string: 'text' }[type] ?? null;
}

function answers(api, operation) {
  const rows = Object.entries(operation.responses).map(([status, answer]) => {
    const [type, content] = Object.entries(answer.content ?? {})[0] ?? [];
    const shape = content?.schema && type.includes('json') ? [make('pre', { tabIndex: 0 }, JSON.stringify(sample(api, content.schema), null, 2))] : [];
    return make('tr', {}, make('td', {}, status), make('td', {}, answer.description ?? '', ...(type ? [make('div', {}, type)] : []), ...shape));
  });
  return make('table', {}, make('thead', {}, make('tr', {}, make('th', {}, 'status'), make('th', {}, 'answer'))), make('tbody', {}, ...rows));
}

function field(parameter) {
  const input = make('input', { name: parameter.name, required: parameter.required ?? false });
  return make('label', {}, `${parameter.name} (${parameter.in}) `, input, ` ${parameter.description ?? ''}`);
}

// Files, where the operation takes some, or else a text to be edited.
function body(api, content) {
  const accept = Object.keys(content).find(type => type.endsWith('/*'));
  return accept
    ? make('label', {}, 'files ', make('input', { type: 'file', name: 'file', multiple: true, required: true, accept }))
    : make('label', {}, 'JSON ', make('textarea', { name: 'json', rows: 6, cols: 60, value: JSON.stringify(sample(api, content['application/json'].schema), null, 2) }));
}

async function call(path, method, operation, form) {
  const values = new FormData(form);
  const query = new URLSearchParams();
  for (const parameter of operation.parameters ?? []) {
    const value = values.get(parameter.name);
    if (parameter.in === 'path') path = path.replace(`{${parameter.name}}`, encodeURIComponent(value));
    else if (value) query.set(parameter.name, value);
  }
  const request = { method, headers: {} };
  if (byId('key').value) request.headers['X-Api-Key'] = byId('key').value;
  if (values.has('json')) {
    request.body = values.get('json');
    request.headers['Content-Type'] = 'application/json';
  } else if (operation.requestBody) {
    request.body = new FormData();
    for (const file of values.getAll('file')) request.body.append('file', file);
  }
  const began = performance.now();
  const answer = await fetch(query.size ? `${path}?${query}` : path, request);
  const text = await answer.text();
  const json = answer.headers.get('content-type')?.includes('json');
  return `${answer.status} ${answer.statusText}, ${(performance.now() - began).toFixed(0)} ms\n\n${json ? JSON.stringify(JSON.parse(text), null, 2) : text}`;
}

function section(api, path, method, operation) {
  const output = make('pre', { hidden: true, tabIndex: 0, ariaLive: 'polite' });
  const form = make('form', {}, ...(operation.parameters ?? []).map(parameter => field(resolve(api, parameter))));
  if (operation.requestBody) form.append(body(api, operation.requestBody.content));
  form.append(make('button', {}, 'Try it'));
  form.addEventListener('submit', async event => {
    event.preventDefault();
    output.hidden = false;
    output.textContent = 'Waiting.';
    output.textContent = await call(path, method.toUpperCase(), operation, form).catch(error => `No answer: ${error.message}`);
  });
  return make('section', {}, make('details', {},
    make('summary', {}, make('h2', {}, make('code', {}, `${method.toUpperCase()} ${path}`)), ` ${operation.summary ?? ''}`),
    make('div', { className: 'about' }, make('p', {}, operation.description ?? ''), answers(api, operation)),
    form,
    make('div', { className: 'answer' }, output)));
}

async function show() {
  const main = byId('operations');
  const api = await (await fetch('/openapi/v1.json')).json();
  byId('title').textContent = `${api.info.title}: the API`;
  byId('description').textContent = api.info.description;
  main.replaceChildren(...Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => section(api, path, method, operation))));
  main.ariaBusy = 'false';
}

show().catch(error => { byId('operations').textContent = `The OpenAPI document cannot be read: ${error.message}`; });
