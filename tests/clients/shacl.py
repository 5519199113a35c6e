#!/usr/bin/env python3
"""A second opinion on the data: pySHACL on the shapes, rdflib on the integrity constraints of RDF Data Cube.

    python3 tests/clients/shacl.py JIALING STORE

JIALING is the program, STORE a store that it built (of the seeds, say). Each article's graph is validated with
`ontology/shapes.ttl`, as the program validates it, and pySHACL must agree with `jialing check` on every one. Then one figure
is broken on purpose, and both must see it. Last, the constraints IC-1 to IC-21 of section 10 of the Data Cube recommendation
are asked of the whole, in our own words. Needs pyshacl and rdflib. Exit status 1 tells that they do not agree.
"""
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import pyshacl
import rdflib
from rdflib.namespace import RDF

ROOT = Path(__file__).resolve().parents[2]
JL = rdflib.Namespace("https://w3id.org/jialing/ontology#")
PREFIXES = """
PREFIX qb: <http://purl.org/linked-data/cube#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> PREFIX owl: <http://www.w3.org/2002/07/owl#>
"""
# The properties of a data set by the role that its structure gives them.
OF = "?set qb:structure/qb:component/qb:componentProperty ?property . ?property a qb:{} ."

# Each asks for something that breaks the constraint; an answer is a fault.
CONSTRAINTS = {
    "IC-1 an observation belongs to one data set": """SELECT ?o WHERE { ?o a qb:Observation
        OPTIONAL { ?o qb:dataSet ?set } } GROUP BY ?o HAVING (COUNT(DISTINCT ?set) != 1)""",
    "IC-2 a data set has one structure": """SELECT ?set WHERE { ?set a qb:DataSet
        OPTIONAL { ?set qb:structure ?dsd . ?dsd a qb:DataStructureDefinition } }
        GROUP BY ?set HAVING (COUNT(DISTINCT ?dsd) != 1)""",
    "IC-3 a structure has a measure": """SELECT ?dsd WHERE { ?dsd a qb:DataStructureDefinition
        FILTER NOT EXISTS { ?dsd qb:component/qb:componentProperty/rdf:type qb:MeasureProperty } }""",
    "IC-4 a dimension has a range": """SELECT ?d WHERE { ?d a qb:DimensionProperty
        FILTER NOT EXISTS { ?d rdfs:range ?range } }""",
    "IC-5 a dimension of concepts has a code list": """SELECT ?d WHERE { ?d a qb:DimensionProperty ; rdfs:range skos:Concept
        FILTER NOT EXISTS { ?d qb:codeList ?list } }""",
    "IC-6 only attributes may be absent": """SELECT ?c WHERE { ?dsd qb:component ?c . ?c qb:componentRequired false ;
        qb:componentProperty ?p FILTER NOT EXISTS { ?p a qb:AttributeProperty } }""",
    "IC-7 a slice key belongs to a structure": """SELECT ?key WHERE { ?key a qb:SliceKey
        FILTER NOT EXISTS { ?dsd a qb:DataStructureDefinition ; qb:sliceKey ?key } }""",
    "IC-8 a slice key's properties are of its structure": """SELECT ?key WHERE { ?dsd qb:sliceKey ?key .
        ?key qb:componentProperty ?p FILTER NOT EXISTS { ?dsd qb:component/qb:componentProperty ?p } }""",
    "IC-9 a slice has one structure": """SELECT ?slice WHERE { ?slice a qb:Slice
        OPTIONAL { ?slice qb:sliceStructure ?key } } GROUP BY ?slice HAVING (COUNT(DISTINCT ?key) != 1)""",
    "IC-10 a slice fixes its dimensions": """SELECT ?slice WHERE { ?slice qb:sliceStructure/qb:componentProperty ?p
        FILTER NOT EXISTS { ?slice ?p ?value } }""",
    "IC-11 an observation has every dimension": "SELECT ?o ?property WHERE { ?o qb:dataSet ?set . "
        + OF.format("DimensionProperty") + " FILTER NOT EXISTS { ?o ?property ?value } }",
    "IC-13 an observation has every attribute that is required": """SELECT ?o ?p WHERE { ?o qb:dataSet/qb:structure/qb:component ?c .
        ?c qb:componentRequired true ; qb:componentProperty ?p . ?p a qb:AttributeProperty
        FILTER NOT EXISTS { ?o ?p ?value } }""",
    "IC-14 without a measure dimension an observation has every measure": "SELECT ?o ?property WHERE { ?o qb:dataSet ?set . "
        + OF.format("MeasureProperty")
        + """ FILTER NOT EXISTS { ?set qb:structure/qb:component/qb:componentProperty qb:measureType }
        FILTER NOT EXISTS { ?o ?property ?value } }""",
    "IC-15 with a measure dimension an observation has its measure": """SELECT ?o WHERE {
        ?o qb:dataSet/qb:structure/qb:component/qb:componentProperty qb:measureType ; qb:measureType ?m
        FILTER NOT EXISTS { ?o ?m ?value } }""",
    "IC-16 with a measure dimension an observation has no other measure": "SELECT ?o WHERE { ?o qb:dataSet ?set ; "
        "qb:measureType ?m . " + OF.format("MeasureProperty")
        + """ ?set qb:structure/qb:component/qb:componentProperty qb:measureType . ?o ?property ?value FILTER(?property != ?m) }""",
    "IC-17 with a measure dimension every measure is observed": """SELECT ?a WHERE { ?a qb:dataSet ?set ; qb:measureType ?m .
        ?set qb:structure ?dsd . ?dsd qb:component/qb:componentProperty qb:measureType , ?other . ?other a qb:MeasureProperty
        FILTER NOT EXISTS { ?b qb:dataSet ?set ; qb:measureType ?other FILTER NOT EXISTS {
          ?dsd qb:component/qb:componentProperty ?d . ?d a qb:DimensionProperty . ?a ?d ?x . ?b ?d ?y
          FILTER(?d != qb:measureType && ?x != ?y) } } }""",
    "IC-18 a slice's observations are of its data set": """SELECT ?o WHERE { ?set qb:slice ?slice . ?slice qb:observation ?o
        FILTER NOT EXISTS { ?o qb:dataSet ?set } }""",
    "IC-19 a coded value stands in the code list": "SELECT ?o ?property ?value WHERE { ?o qb:dataSet ?set . "
        + OF.format("DimensionProperty") + """ ?property qb:codeList ?list . ?o ?property ?value .
        { ?list a skos:ConceptScheme FILTER NOT EXISTS { ?value a skos:Concept ; skos:inScheme ?list } } UNION
        { ?list a skos:Collection FILTER NOT EXISTS { ?value a skos:Concept . ?list skos:member+ ?value } } }""",
    "IC-20 a coded value stands in the hierarchy": "SELECT ?o ?value WHERE { ?o qb:dataSet ?set . "
        + OF.format("DimensionProperty") + """ ?property qb:codeList ?list . ?list a qb:HierarchicalCodeList .
        ?o ?property ?value FILTER NOT EXISTS { ?list qb:parentChildProperty ?down FILTER(isIRI(?down)) }
        FILTER NOT EXISTS { ?list qb:parentChildProperty/owl:inverseOf ?up } }""",
}


def cube(graph):
    """The constraints that do not hold, with how often. IC-20 and IC-21 ask alike for a list whose hierarchy leads nowhere."""
    faults = {}
    for name, query in CONSTRAINTS.items():
        found = len(list(graph.query(PREFIXES + query)))
        if found:
            faults[name] = found
    # IC-12 by the key of each observation: as it is written it compares every two of them.
    qb = rdflib.Namespace("http://purl.org/linked-data/cube#")
    for data_set in graph.subjects(RDF.type, qb.DataSet):
        query = PREFIXES + "SELECT DISTINCT ?property WHERE { " + OF.format("DimensionProperty") + " }"
        dimensions = sorted(row[0] for row in graph.query(query, initBindings={"set": data_set}))
        keys = set()
        for observation in graph.subjects(qb.dataSet, data_set):
            key = tuple(tuple(sorted(graph.objects(observation, dimension))) for dimension in dimensions)
            if key in keys:
                faults["IC-12 no two observations share their dimensions"] = 1
            keys.add(key)
    for code_list in graph.subjects(RDF.type, qb.HierarchicalCodeList):
        for relation in graph.objects(code_list, qb.parentChildProperty):
            down = [relation] if isinstance(relation, rdflib.URIRef) else []
            up = list(graph.objects(relation, rdflib.OWL.inverseOf))
            reached, open_nodes = set(), list(graph.objects(code_list, qb.hierarchyRoot))
            while open_nodes:
                node = open_nodes.pop()
                if node not in reached:
                    reached.add(node)
                    open_nodes += [child for way in down for child in graph.objects(node, way)]
                    open_nodes += [child for way in up for child in graph.subjects(way, node)]
            for dimension in graph.subjects(qb.codeList, code_list):
                if any(value not in reached for value in graph.objects(None, dimension)):
                    faults["IC-21 a coded value stands in the hierarchy"] = 1
    return faults


def conforms(graph, shapes):
    """What pySHACL says of a graph: whether it conforms, and its report."""
    result, _, text = pyshacl.validate(graph, shacl_graph=shapes, advanced=False, meta_shacl=False)
    return result, text


def program_conforms(program, graph):
    """What the program says of the same graph."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "graph.nt"
        graph.serialize(path, format="nt", encoding="utf-8")
        ran = subprocess.run([program, "check", str(path), "--json"], capture_output=True, text=True)
        if ran.returncode not in (0, 1):
            sys.exit(f"`check` failed: {ran.stderr}")
        return ran.returncode == 0


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    program, store = sys.argv[1:]
    shapes = rdflib.Graph().parse(ROOT / "ontology" / "shapes.ttl")
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([program, "export", folder, "--store", store], check=True, stdout=subprocess.DEVNULL)
        dump = next(path for path in sorted(Path(folder).iterdir()) if path.name.endswith((".nq", ".nq.gz")))
        data = dump.read_bytes()
        if dump.suffix == ".gz":
            import gzip

            data = gzip.decompress(data)
    dataset = rdflib.Dataset(default_union=True)
    dataset.parse(data=data.decode("utf-8"), format="nquads")
    articles = [g for g in dataset.graphs() if (g.identifier, RDF.type, JL.Article) in g]
    if not articles:
        sys.exit("the store holds no article")
    faults = []
    broken = None
    # What relate tells stands in graphs of its own, with shapes of its own.
    related = [g for g in dataset.graphs() if str(g.identifier).endswith(("/graph/identity", "/graph/conflicts"))]
    for article in sorted(articles + related, key=lambda graph: str(graph.identifier)):
        graph = rdflib.Graph()
        graph += article
        ours, (theirs, report) = program_conforms(program, graph), conforms(graph, shapes)
        if not theirs:
            faults.append(f"{article.identifier}: pySHACL: {report}")
        if ours != theirs:
            faults.append(f"{article.identifier}: `check` says {ours}, pySHACL {theirs}")
        if broken is None and (None, RDF.type, JL.Observation) in graph:
            broken = graph
    # What never fails tells nothing: a figure without its evidence must not pass.
    if broken is not None:
        observation = min(broken.subjects(RDF.type, JL.Observation))
        broken.remove((observation, JL.evidence, None))
        if program_conforms(program, broken) or conforms(broken, shapes)[0]:
            faults.append("a figure without evidence passes")
    whole = rdflib.Graph()
    for graph in dataset.graphs():
        whole += graph
    for file in ("jialing.ttl", "vocab.ttl", "indicators.ttl"):
        whole.parse(ROOT / "ontology" / file)
    faults += [f"{name}: {count}" for name, count in cube(whole).items()]
    dimension = rdflib.URIRef("https://w3id.org/jialing/ontology#unit")
    whole.remove((min(whole.subjects(RDF.type, JL.Observation)), dimension, None))
    if not any(name.startswith("IC-11") for name in cube(whole)):
        faults.append("IC-11 does not see a figure without its unit")
    print(json.dumps({"articles": len(articles), "graphs": len(articles) + len(related), "triples": len(whole), "faults": faults}, ensure_ascii=False, indent=1))
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
