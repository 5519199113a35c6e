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
        annotated.organizations.iter().map(reading).collect()
    });

    if let Err(faults) = held {
        panic!("{faults}");
    }
}

#[test]
fn a_text_of_nothing_but_heads_and_marks_gives_nothing() {
    for text in ["", "、", "((((", "等等等等等等", "”“”“", "市市市市市", "\u{E000}\u{E001}"] {
        let annotated = crate::annotate::annotate(article(text, None));

        assert!(annotated.organizations.is_empty(), "{text}");
    }
}

#[test]
fn finds_stand_in_the_order_of_the_text_and_do_not_overlap() {
    let text = "北碚区朝阳街道杉木村、西部(重庆)科学城北碚园区与西南大学产业技术研究院、重庆市科技局。".repeat(3);
    let annotated = crate::annotate::annotate(article(&text, Some("北碚区")));

    assert!(annotated.organizations.len() > 3);
    assert!(annotated.organizations.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start));
}

fn read_as(found: &Found<OrganizationMention>) -> Reading {
    Reading::new(
        found.span,
        found.rule.as_str(),
        [("name", found.value.name.clone()), ("kind", found.value.kind.to_string())],
    )
}

#[test]
fn a_short_form_takes_the_full_name_that_the_article_gives() {
    let text = "远山重工科技发展股份有限公司开工。远山重工公司扩产。";
    let annotated = crate::annotate::annotate(article(text, None));

    let names: Vec<_> = annotated.organizations.iter().map(|found| found.value.name.as_str()).collect();
    assert_eq!(names, ["远山重工科技发展股份有限公司"; 2]);
}
