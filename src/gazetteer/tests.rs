use super::*;

fn only(name: &str) -> &'static Division {
    match tables().senses(name) {
        [Sense::Division(index) | Sense::Short(index)] => tables().division(*index),
        other => panic!("{name}: {other:?}"),
    }
}

#[test]
fn a_district_is_found_by_name_and_by_short_form_and_lies_in_its_city() {
    let beibei = only("北碚区");
    let around: Vec<_> =
        tables().chain(tables().by_code(&beibei.code).unwrap()).map(|at| tables().division(at).name.as_str()).collect();

    assert_eq!(beibei.code, "500109");
    assert_eq!(only("北碚").code, "500109");
    assert_eq!(around, ["北碚区", "重庆市"]);
}

#[test]
fn the_longest_name_is_found() {
    let found: Vec<_> = tables().find("从北碚区到西南大学").iter().map(|hit| hit.span).collect();

    assert_eq!(found, [Span::new(3, 12), Span::new(15, 27)]);
}

#[test]
fn a_name_that_several_towns_bear_keeps_all_its_senses() {
    assert!(tables().senses("石龙镇").len() > 1);
    assert!(tables().senses("无此地名镇").is_empty());
}

#[test]
fn a_county_level_city_is_a_city_and_a_municipality_too() {
    assert_eq!(only("江阴市").kind(), PlaceKind::City);
    assert_eq!(only("重庆市").kind(), PlaceKind::City);
    assert_eq!(only("北碚区").kind(), PlaceKind::District);
    assert_eq!(only("湖北省").kind(), PlaceKind::Province);
}

#[test]
fn a_towns_short_form_hides_no_name_after_a_small_word() {
    let found: Vec<_> = tables().find("在中国共产党").iter().map(|hit| hit.span).collect();

    assert_eq!(found, [Span::new(3, 18)]);
}

#[test]
fn words_that_are_also_short_forms_are_known() {
    assert!(tables().is_word("公安"));
    assert!(!tables().is_word("北碚"));
}

#[test]
fn every_division_lies_in_a_province() {
    for (index, division) in tables().divisions.iter().enumerate() {
        let outermost = tables().chain(index).last().unwrap();

        assert_eq!(tables().division(outermost).level, Level::Province, "{} {}", division.code, division.name);
    }
}

/// The rows of `same_as.csv`: type, key, IRI, source.
fn same_as() -> Vec<[&'static str; 4]> {
    let row = |line: &'static str| line.splitn(4, ',').collect::<Vec<_>>().try_into().unwrap();
    SAME_AS.lines().skip(1).map(row).collect()
}

#[test]
fn what_things_are_elsewhere_is_told_by_the_table() {
    let chongqing = ["http://www.wikidata.org/entity/Q11725", "https://sws.geonames.org/1814905/"];

    assert_eq!(tables().place_elsewhere("500000"), chongqing);
    assert_eq!(tables().place_elsewhere("日本")[0], "http://www.wikidata.org/entity/Q17");
    assert_eq!(tables().body_elsewhere("中国工商银行"), ["http://www.wikidata.org/entity/Q26463"]);
    assert!(tables().place_elsewhere("中国工商银行").is_empty());
    assert!(tables().body_elsewhere("500000").is_empty());
}

#[test]
fn the_links_are_sorted_and_each_stands_once() {
    let lines: Vec<&str> = SAME_AS.lines().skip(1).collect();

    assert!(lines.is_sorted_by(|a, b| a < b));
}

#[test]
fn one_target_stands_for_one_thing_and_one_thing_has_one_target_there() {
    let mut things = BTreeMap::new();
    let mut targets = BTreeMap::new();
    for [kind, key, iri, _] in same_as() {
        let there = if iri.starts_with("http://www.wikidata.org/") { "wikidata" } else { "geonames" };

        assert_eq!(things.insert(iri, key), None, "{iri}");
        assert_eq!(targets.insert((kind, key, there), iri), None, "{kind} {key}");
    }
}

#[test]
fn the_targets_are_iris_of_wikidata_or_geonames_and_name_their_source() {
    for [_, key, iri, source] in same_as() {
        let number = iri
            .strip_prefix("http://www.wikidata.org/entity/Q")
            .or_else(|| iri.strip_prefix("https://sws.geonames.org/")?.strip_suffix('/'));

        assert!(number.is_some_and(|number| number.parse::<u32>().is_ok_and(|number| number > 0)), "{key}: {iri}");
        assert_eq!(source.split(' ').count(), 3, "{key}: package, file and key in {source}");
    }
}

#[test]
fn every_link_is_of_a_thing_of_the_tables() {
    for [kind, key, iri, _] in same_as() {
        let known = match kind {
            "place" if key.starts_with(|c: char| c.is_ascii_digit()) => {
                tables().by_code(key).is_some_and(|index| tables().division(index).until.is_none())
            }
            "place" => tables().region_named(key).is_some_and(|region| region.name == key),
            "organization" => tables().body_named(key).is_some_and(|body| body.name == key),
            _ => false,
        };

        assert!(known, "{kind} {key} {iri}");
    }
}
