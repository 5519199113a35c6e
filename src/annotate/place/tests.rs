use super::*;
use crate::model::Article;
use crate::rules::corpus::{Reading, verify};

/// An article of that text. Its publisher says from where it speaks.
fn article(text: &str, home: Option<&str>) -> Article {
    Article { publisher: home.map(str::to_owned), ..Article::of_text(text) }
}

#[test]
fn the_examples_hold() {
    let held = verify(&FAMILY, include_str!("examples.toml"), |text, case| {
        let annotated = crate::annotate::annotate(article(text, case.home.as_deref()));
        let reading = |found: &Found<_>| read_as(found);
        annotated.places.iter().map(reading).collect()
    });

    if let Err(faults) = held {
        panic!("{faults}");
    }
}

#[test]
fn a_text_of_nothing_but_heads_and_marks_gives_nothing() {
    for text in ["", "、", "((((", "等等等等等等", "”“”“", "市市市市市", "\u{E000}\u{E001}"] {
        let annotated = crate::annotate::annotate(article(text, None));

        assert!(annotated.places.is_empty(), "{text}");
    }
}

#[test]
fn finds_stand_in_the_order_of_the_text_and_do_not_overlap() {
    let text = "北碚区朝阳街道杉木村、西部(重庆)科学城北碚园区与西南大学产业技术研究院、重庆市科技局。".repeat(3);
    let annotated = crate::annotate::annotate(article(&text, Some("北碚区")));

    assert!(annotated.places.len() > 3);
    assert!(annotated.places.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start));
}

fn read_as(found: &Found<PlaceMention>) -> Reading {
    Reading::new(
        found.span,
        found.rule.as_str(),
        [
            ("name", found.value.name.clone()),
            ("kind", found.value.kind.to_string()),
            ("code", found.value.code.clone().unwrap_or_default()),
        ],
    )
}

#[test]
fn a_district_speaks_of_itself_and_a_text_without_names_has_no_home() {
    let spoken = crate::annotate::annotate(article("北碚区举行活动。全区参加。北碚人来了。", None));
    let silent = crate::annotate::annotate(article("全区参加。", None));

    assert_eq!(spoken.home.unwrap().name, "北碚区");
    assert_eq!(silent.home, None);
}

#[test]
fn a_short_form_alone_takes_the_one_full_name_of_the_article() {
    let text = "重庆高新区扩园。高新区企业增加。";
    let annotated = crate::annotate::annotate(article(text, Some("重庆市")));

    let names: Vec<_> = annotated.places.iter().map(|place| place.value.name.as_str()).collect();
    assert_eq!(names, ["重庆高新区", "重庆高新区"]);
}
