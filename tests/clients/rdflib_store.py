"""rdflib's SPARQLStore: a remote graph that a notebook queries and walks."""

import sys

from rdflib import Graph, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore

base = sys.argv[1]
JL = "https://w3id.org/jialing/ontology#"

graph = Graph(SPARQLStore(f"{base}/sparql"))
rows = list(graph.query(f"SELECT ?place ?name WHERE {{ ?place a <{JL}Place> ; <http://www.w3.org/2004/02/skos/core#prefLabel> ?name }}"))
names = {str(row.name) for row in rows}
assert "柳溪县" in names, names
assert {row.name.language for row in rows} >= {"zh-hans"} or {row.name.language for row in rows} >= {"zh-Hans"}, rows

places = set(graph.subjects(URIRef("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), URIRef(JL + "Place")))
assert places == {row.place for row in rows}, places
assert all("%" not in place for place in places), places

value = next(iter(graph.query(f"SELECT ?v WHERE {{ ?o <{JL}value> ?v }} ORDER BY DESC(?v)"))).v.toPython()
assert str(value) in ("53", "53.0") and type(value).__name__ == "Decimal", repr(value)

assert graph.query(f"ASK {{ ?s a <{JL}Observation> }}").askAnswer is True

built = Graph().parse(f"{base}/id/place/500000", format="turtle")
assert len(built) > 2, len(built)
print("ok")
