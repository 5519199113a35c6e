// Comunica over the endpoint, as a SPARQL source; and over the catalog's Turtle, as plain linked data.
import { QueryEngine } from '@comunica/query-sparql';
import assert from 'node:assert';

const base = process.argv[2];
const JL = 'https://w3id.org/jialing/ontology#';
const engine = new QueryEngine();

const context = { sources: [{ type: 'sparql', value: `${base}/sparql` }] };
const stream = await engine.queryBindings(
  `SELECT ?name ?value WHERE { ?o a <${JL}Observation> ; <${JL}value> ?value ; <${JL}about> ?place .
   ?place <http://www.w3.org/2004/02/skos/core#prefLabel> ?name . FILTER(LANG(?name) = "en") } ORDER BY DESC(?value)`,
  context,
);
const rows = await stream.toArray();
assert.deepEqual(rows.map((row) => row.get('name').value), ['Liuxi County', 'Liuxi County']);
assert.equal(Number(rows[0].get('value').value), 53);
assert.equal(rows[0].get('value').datatype.value, 'http://www.w3.org/2001/XMLSchema#decimal');

assert.equal(await engine.queryBoolean(`ASK { ?s a <${JL}Place> }`, context), true);

// Two sources at once: the endpoint's datasets are those of the document.
const documents = { sources: [`${base}/catalog.ttl`] };
const sets = await (await engine.queryBindings(
  'SELECT ?set WHERE { ?set a <http://www.w3.org/ns/dcat#Dataset> }', documents)).toArray();
assert.equal(sets.length, 2);
console.log('ok');
process.exit(0);
