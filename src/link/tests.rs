use super::*;
use crate::gazetteer::tables;
use crate::model::*;

fn article(text: &str, publisher: Option<&str>) -> Article {
    Article { publisher: publisher.map(str::to_owned), ..Article::of_text(text) }
}

fn at(text: &str, form: &str) -> Span {
    let start = text.find(form).unwrap();
    Span::new(start, start + form.len())
}

fn place(text: &str, form: &str, name: &str, code: Option<&str>) -> Found<PlaceMention> {
    Found {
        span: at(text, form),
        value: PlaceMention { name: name.into(), kind: PlaceKind::Zone, code: code.map(str::to_owned) },
        rule: RuleId::new("place/test"),
    }
}

fn organization(text: &str, form: &str, name: &str) -> Found<OrganizationMention> {
    Found {
        span: at(text, form),
        value: OrganizationMention { name: name.into(), kind: OrganizationKind::Other },
        rule: RuleId::new("organization/test"),
    }
}

fn facts(
    article: Article,
    places: Vec<Found<PlaceMention>>,
    organizations: Vec<Found<OrganizationMention>>,
    home: Option<&str>,
) -> Facts {
    Facts {
        annotated: Annotated {
            article,
            sentences: Vec::new(),
            tokens: Vec::new(),
            numbers: Vec::new(),
            quantities: Vec::new(),
            periods: Vec::new(),
            places,
            organizations,
            credit_codes: Vec::new(),
            home: home.map(|code| Home { name: String::new(), code: Some(code.into()), kind: PlaceKind::District }),
        },
        observations: Vec::new(),
        projects: Vec::new(),
        events: Vec::new(),
    }
}

#[test]
fn a_division_has_its_code_as_key_and_its_names_from_the_table() {
    let text = "全区";
    let given =
        facts(article(text, None), vec![place(text, "全区", "北碚区", Some("500109"))], Vec::new(), Some("500109"));

    let linked = link(given);

    let beibei = &linked.places[linked.home.unwrap()];
    assert_eq!((beibei.key.as_str(), beibei.name.as_str()), ("500109", "北碚区"));
    assert_eq!(beibei.aliases, ["北碚"]);
    assert_eq!(beibei.within, Some(("500000".into(), "重庆市".into())));
    assert_eq!(linked.place_of, [linked.home.unwrap()]);
}

#[test]
fn the_areas_around_a_place_are_identities_up_to_the_province_and_have_no_mentions() {
    let text = "磁器口街道";
    let given = facts(article(text, None), vec![place(text, text, text, Some("500106004"))], Vec::new(), None);

    let linked = link(given);

    let told: Vec<_> = linked.places.iter().map(|place| (place.key.as_str(), place.mentions.len())).collect();
    assert_eq!(told, [("500000", 0), ("500106", 0), ("500106004", 1)]);
}

#[test]
fn what_is_the_same_elsewhere_comes_from_the_table() {
    let text = "重庆、工行、河湾区";
    let given = facts(
        article(text, None),
        vec![place(text, "重庆", "重庆市", Some("500000")), place(text, "河湾区", "河湾区", None)],
        vec![organization(text, "工行", "中国工商银行")],
        None,
    );

    let linked = link(given);

    let [chongqing, bend] = [linked.place_of[0], linked.place_of[1]].map(|index| &linked.places[index]);
    assert_eq!(chongqing.same_as, tables().place_elsewhere("500000"));
    assert!(bend.same_as.is_empty());
    assert_eq!(linked.organizations[0].same_as, ["http://www.wikidata.org/entity/Q26463"]);
}

#[test]
fn brackets_of_both_widths_make_one_place() {
    let text = "西部（重庆）科学城与西部(重庆)科学城";
    let given = facts(
        article(text, None),
        vec![
            place(text, "西部（重庆）科学城", "西部（重庆）科学城", None),
            place(text, "西部(重庆)科学城", "西部(重庆)科学城", None),
        ],
        Vec::new(),
        Some("500109"),
    );

    let linked = link(given);

    assert_eq!(linked.place_of[0], linked.place_of[1]);
    assert_eq!(linked.places[linked.place_of[0]].mentions.len(), 2);
}

#[test]
fn a_common_name_bears_the_code_of_the_area_around_it() {
    let text = "人民医院、西南大学、区委";
    let given = facts(
        article(text, None),
        Vec::new(),
        vec![
            organization(text, "人民医院", "人民医院"),
            organization(text, "西南大学", "西南大学"),
            organization(text, "区委", "中共北碚区委"),
        ],
        Some("500109"),
    );

    let linked = link(given);

    let mut keys: Vec<_> = linked.organizations.iter().map(|item| item.key.as_str()).collect();
    keys.sort_unstable();
    assert_eq!(keys, ["中共北碚区委", "人民医院~500109", "西南大学"]);
}

#[test]
fn the_publisher_and_home_are_identities_even_where_the_text_never_names_them() {
    let given = facts(article("今天晴。", Some("华龙网-重庆晨报")), Vec::new(), Vec::new(), Some("500109"));

    let linked = link(given);

    let publisher = &linked.organizations[linked.publisher.unwrap()];
    assert_eq!(publisher.name, "华龙网");
    assert_eq!(linked.organizations.len(), 2);
    assert_eq!(linked.places[linked.home.unwrap()].key, "500109");
}

#[test]
fn an_article_without_home_or_names_links_to_nothing() {
    let linked = link(facts(article("", None), Vec::new(), Vec::new(), None));

    assert!(linked.places.is_empty() && linked.organizations.is_empty());
    assert_eq!((linked.home, linked.publisher), (None, None));
}

#[test]
fn an_organization_has_the_credit_code_that_the_article_states_unless_it_states_two() {
    let text = "甲公司91999999MA00000X0H、乙公司129999990000000055、乙公司91999999MA00000X0H";
    let mut given = facts(
        article(text, None),
        Vec::new(),
        vec![
            organization(text, "甲公司", "甲公司"),
            organization(text, "乙公司1", "乙公司"),
            organization(text, "乙公司9", "乙公司"),
        ],
        None,
    );
    let code = |code: &str, organization| StatedCode {
        span: at(text, code),
        code: CreditCode::parse(code).unwrap(),
        organization,
    };
    given.annotated.credit_codes =
        vec![code("91999999MA00000X0H", 0), code("129999990000000055", 1), code("91999999MA00000X0H", 2)];

    let linked = link(given);

    let code_of = |mention: usize| linked.organizations[linked.organization_of[mention]].code.as_deref();
    assert_eq!((code_of(0), code_of(1)), (Some("91999999MA00000X0H"), None));
}
