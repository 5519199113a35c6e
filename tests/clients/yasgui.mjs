// YASGUI in Chromium: the page is loaded from elsewhere than the endpoint, so CORS is tested with it. The query is run by
// YASGUI itself, and what it shows is read back from the page.
import { execFile } from 'node:child_process';
import assert from 'node:assert';
import { createServer } from 'node:http';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const [, , base, chromium] = process.argv;
const build = join(dirname(createRequire(join(process.cwd(), 'x.js')).resolve('@zazuko/yasgui/package.json')), 'build');
const query = 'SELECT ?name WHERE { ?place a <https://w3id.org/jialing/ontology#Place> ; <http://www.w3.org/2004/02/skos/core#prefLabel> ?name } ORDER BY ?name';
const page = `<!doctype html><meta charset="utf-8"><link rel="stylesheet" href="yasgui.min.css"><div id="yasgui"></div>
<script src="yasgui.min.js"></script><script>
const yasgui = new Yasgui(document.getElementById('yasgui'), { requestConfig: { endpoint: ${JSON.stringify(`${base}/sparql`)} }, persistenceId: null });
const tab = yasgui.getTab();
tab.setQuery(${JSON.stringify(query)});
const tell = (text) => { const said = document.createElement('pre'); said.id = 'said'; said.textContent = text; document.body.append(said); };
tab.yasqe.on('queryResponse', () => setTimeout(() => {
  const results = tab.getYasr().results;
  tell(JSON.stringify({ error: results.getError() ?? null, names: (results.getBindings() ?? []).map((row) => row.name.value), shown: document.querySelector('.yasr')?.innerText ?? '' }));
}, 500));
tab.query().catch((error) => tell(JSON.stringify({ error: String(error) })));
</script>`;

const server = createServer((request, response) => {
  const name = request.url === '/' ? null : request.url.slice(1).split('?')[0];
  if (name === null) return response.setHeader('content-type', 'text/html').end(page);
  if (!/^yasgui\.min\.(js|css)$/.test(name)) return response.writeHead(404).end();
  response.setHeader('content-type', name.endsWith('.js') ? 'text/javascript' : 'text/css').end(readFileSync(join(build, name)));
});
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const profile = mkdtempSync(join(tmpdir(), 'jialing-yasgui-'));
const dumped = await new Promise((resolve, reject) => {
  const flags = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run',
    `--user-data-dir=${profile}`, '--virtual-time-budget=20000', '--timeout=30000', '--dump-dom'];
  execFile(chromium, [...flags, `http://127.0.0.1:${server.address().port}/`], { timeout: 120_000, maxBuffer: 64 << 20 },
    (error, out, err) => (error ? reject(new Error(`${error.message}\n${err}`)) : resolve(out)));
});
server.close();
rmSync(profile, { recursive: true, force: true });
const said = dumped.match(/<pre id="said">([^]*?)<\/pre>/)?.[1]?.replaceAll('&quot;', '"').replaceAll('&amp;', '&');
assert.ok(said, `the page says nothing: ${dumped.slice(0, 2000)}`);
const found = JSON.parse(said);
assert.equal(found.error, null, said);
assert.ok(found.names.includes('柳溪县'), said);
console.log('ok');
process.exit(0);
