"""SPARQLWrapper: every form of result, by GET and by both POSTs; and a mistake that is told as one."""

import sys

from SPARQLWrapper import CSV, GET, JSON, JSONLD, N3, POST, POSTDIRECTLY, RDFXML, TSV, TURTLE, URLENCODED, XML, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

base = sys.argv[1]
JL = "https://w3id.org/jialing/ontology#"
client = SPARQLWrapper(f"{base}/sparql")
client.setTimeout(30)

SELECT = f"SELECT ?o ?v WHERE {{ ?o a <{JL}Observation> ; <{JL}value> ?v }} ORDER BY ?v"
for method, request in ((GET, URLENCODED), (POST, URLENCODED), (POST, POSTDIRECTLY)):
    client.setMethod(method)
    client.setRequestMethod(request)
    client.setQuery(SELECT)
    client.setReturnFormat(JSON)
    rows = client.queryAndConvert()["results"]["bindings"]
    assert [row["v"]["value"] for row in rows][0].startswith("50.5"), rows
    client.setReturnFormat(XML)
    assert len(client.queryAndConvert().getElementsByTagName("result")) == len(rows)
    client.setReturnFormat(CSV)
    assert client.queryAndConvert().startswith(b"o,v")
    client.setReturnFormat(TSV)
    assert client.queryAndConvert().startswith(b"?o\t?v")

client.setMethod(GET)
client.setQuery(f"CONSTRUCT {{ ?s a <{JL}Place> }} WHERE {{ ?s a <{JL}Place> }}")
sizes = set()
for form in (TURTLE, RDFXML, JSONLD):
    client.setReturnFormat(form)
    answer = client.queryAndConvert()
    if isinstance(answer, bytes):
        from rdflib import Graph

        answer = Graph().parse(data=answer, format="turtle")
    sizes.add(len(answer))
assert sizes == {2}, sizes

client.setReturnFormat(JSON)
client.setQuery("ASK {}")
assert client.queryAndConvert()["boolean"] is True

client.setQuery("SELECT ?s WHERE { ?s ?p }")
try:
    client.query()
    sys.exit("a query that is none was answered")
except QueryBadFormed as error:
    assert "query-syntax" in str(error), error
print("ok")
