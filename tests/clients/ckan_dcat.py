"""ckanext-dcat: the parser by which CKAN portals harvest. It must read every field of its DCAT-AP 3 profile that ours has."""

import json
import sys
import urllib.request

from ckan.common import config
from rdflib import DCAT, Graph, URIRef
from rdflib import DCTERMS as DCT

config.update({"ckan.site_url": "http://portal.example.org", "ckanext.dcat.rdf.profiles": "euro_dcat_ap_3"})

from ckanext.dcat.processors import RDFParser  # noqa: E402

base = sys.argv[1]
DATA = "http://localhost:7878"  # the base of the data, whatever the server's address
AUTHORITY = "http://publications.europa.eu/resource/authority/"


def harvest(path, kind):
    text = urllib.request.urlopen(base + path).read().decode()
    parser = RDFParser(profiles=["euro_dcat_ap_3"])
    parser.parse(text, _format=kind)
    assert parser.next_page() is None, parser.next_page()
    return {extra(dataset, "uri"): dataset for dataset in parser.datasets()}


def extra(dataset, key):
    return next((item["value"] for item in dataset["extras"] if item["key"] == key), dataset.get(key))


# The fields of the profile, each with the property that it is read from.
DATASET = {
    "identifier": DCT.identifier, "issued": DCT.issued, "modified": DCT.modified, "version": DCAT.version,
    "frequency": DCT.accrualPeriodicity, "access_rights": DCT.accessRights, "spatial_uri": DCT.spatial, "theme": DCAT.theme,
    "language": DCT.language, "conforms_to": DCT.conformsTo, "publisher_uri": DCT.publisher, "contact_uri": DCAT.contactPoint,
    "url": DCAT.landingPage,
}
RESOURCE = {
    "access_url": DCAT.accessURL, "download_url": DCAT.downloadURL, "format": DCT.format, "mimetype": DCAT.mediaType,
    "size": DCAT.byteSize, "license": DCT.license, "issued": DCT.issued, "modified": DCT.modified, "language": DCT.language,
    "conforms_to": DCT.conformsTo, "availability": URIRef("http://data.europa.eu/r5r/availability"),
}


def same(graph, thing, properties, read):
    """Each field has what the graph says; a list comes as JSON."""
    for key, property in properties.items():
        said = {str(value) for value in graph.objects(URIRef(thing), property)}
        value = read(key)
        listed = set(json.loads(value)) if isinstance(value, str) and value.startswith("[") else {str(value)}
        assert said and listed == said, (thing, key, listed, said)


graph = Graph().parse(f"{base}/catalog.ttl", format="turtle")
read = {path: harvest(path, kind) for path, kind in (("/catalog.ttl", "turtle"), ("/catalog.rdf", "xml"), ("/catalog.xml", "xml"))}
for path, datasets in read.items():
    assert set(datasets) == {f"{DATA}/catalog#dataset", f"{DATA}/catalog#observations"}, (path, list(datasets))
    for uri, dataset in datasets.items():
        same(graph, uri, DATASET, lambda key: extra(dataset, key))
        assert dataset["title"] and dataset["notes"] and extra(dataset, "provenance"), uri
        assert {tag["name"] for tag in dataset["tags"]} == {str(word) for word in graph.objects(URIRef(uri), DCAT.keyword)}
        assert extra(dataset, "publisher_name") and extra(dataset, "contact_name"), dataset["extras"]
        assert extra(dataset, "publisher_type").startswith("http://purl.org/adms/publishertype/")
        assert extra(dataset, "access_rights") == AUTHORITY + "access-right/PUBLIC"
        assert extra(dataset, "spatial_text") and extra(dataset, "spatial_bbox") and extra(dataset, "spatial_centroid")
        assert extra(dataset, "temporal_start") <= extra(dataset, "temporal_end")
        assert dataset["resources"], uri
        for resource in dataset["resources"]:
            same(graph, resource["uri"], RESOURCE, resource.get)
            assert resource["name"] and resource["description"] and resource["rights"], resource
            assert int(resource["size"]) > 0
            assert len(resource["hash"]) == 64 and resource["hash_algorithm"].endswith("sha256"), resource["hash"]
            served = urllib.request.urlopen(resource["download_url"].replace(DATA, base))
            assert len(served.read()) == int(resource["size"]), resource["download_url"]
        packed = [resource for resource in dataset["resources"] if resource["url"].endswith(".gz")]
        assert packed and all("gzip" in resource["compress_format"] for resource in packed), packed
print("ok")
