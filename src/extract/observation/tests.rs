//! The examples, and what they cannot say.

use super::*;
use crate::annotate::annotate;
use crate::model::{Article, Home, PlaceKind, Statistic};
use crate::rules::corpus::{Case, Reading, verify};

fn article(text: &str, title_len: usize, case: Option<&Case>) -> Annotated {
    let mut annotated =
        annotate(Article { published: case.and_then(|case| case.published), title_len, ..Article::of_text(text) });
    annotated.home =
        case.and_then(|case| case.home.clone()).map(|name| Home { name, code: None, kind: PlaceKind::City });
    annotated
}

fn read(text: &str, title_len: usize) -> Vec<Found<Observation>> {
    observations(&article(text, title_len, None), &[], &[])
}

#[test]
fn the_examples_hold() {
    let outcome = verify(&FAMILY, include_str!("examples.toml"), |text, case| {
        let found = observations(&article(text, 0, Some(case)), &[], &[]).into_iter();
        found
            .map(|observation| {
                let value = &observation.value;
                let fields = [
                    ("indicator", value.indicator.clone()),
                    ("value", value.quantity.value.normalize().to_string()),
                    ("unit", value.quantity.unit.as_ref().map(|unit| unit.text.clone()).unwrap_or_default()),
                    ("bound", value.quantity.bound.to_string()),
                    ("statistic", value.statistic.to_string()),
                    ("outlook", value.outlook.to_string()),
                    ("comparison", value.comparison.to_string()),
                    ("period", value.period.map(|period| period.to_string()).unwrap_or_default()),
                    ("about", value.about.map(|about| format!("{about:?}")).unwrap_or_default()),
                ];
                Reading::new(observation.span, observation.rule.as_str(), fields)
            })
            .collect()
    });

    assert!(outcome.is_ok(), "{}", outcome.unwrap_err());
}

#[test]
fn evidence_holds_its_figure_and_is_no_longer_than_a_quote() {
    let text = format!("{}，全县建成水库12座，蓄水量3.5亿立方米。", "修渠引水，".repeat(60));

    for observation in read(&text, 0) {
        let evidence = observation.value.evidence;
        assert!(evidence.contains(observation.value.quantity.number));
        assert!(evidence.of(&text).chars().count() <= 150);
    }
}

#[test]
fn a_figure_that_stands_twice_is_told_once_and_the_title_tells_none() {
    let text = "全县茶园面积达12万亩\n全县茶园面积达到12万亩。全县茶园面积12万亩，产茶800吨。";

    let found = read(text, "全县茶园面积达12万亩".len());

    let areas = found.iter().filter(|found| found.value.indicator == "茶园面积").count();
    assert_eq!(areas, 1);
    assert!(found.iter().all(|found| found.span.start > 30));
}

#[test]
fn no_figure_is_drawn_across_damaged_text() {
    let text = "全县茶园面积??达12万亩。林地面积30万亩。";
    let mut annotated = article(text, 0, None);
    let at = text.find("??").unwrap();
    annotated.article.damaged = vec![crate::model::Span::new(at, at + 2)];

    let found = observations(&annotated, &[], &[]);

    assert_eq!(found.iter().map(|found| found.value.indicator.as_str()).collect::<Vec<_>>(), ["林地面积"]);
}

#[test]
fn a_table_of_one_cell_a_line_gives_each_row_its_columns() {
    let text = "2021年主要水果产量\n指标名称\n产量（万吨）\n同比增长（±%）\n苹果\n12.5\n3.1\n#红富士\n7.0\n-1.2\n梨\n4.4\n0.6\n全县果农增收。";

    let found = read(text, 0);

    let told: Vec<_> = found
        .iter()
        .map(|found| {
            let value = &found.value;
            let unit = value.quantity.unit.as_ref().unwrap().text.clone();
            (value.indicator.as_str(), value.quantity.value.to_string(), unit, value.statistic)
        })
        .collect();
    assert_eq!(told.len(), 6);
    assert_eq!(told[0], ("苹果产量", "12.5".to_owned(), "万吨".to_owned(), Statistic::Level));
    assert_eq!(told[3], ("红富士产量", "-1.2".to_owned(), "%".to_owned(), Statistic::Growth));
}

#[test]
fn a_table_of_one_row_a_line_is_read_by_its_head() {
    let text = "单位：亿元\n指标\t绝对数\t比上年增长（%）\n工业投资\t35.2\t8.1\n民间投资\t20.0\t-2.5\n";

    let found = read(text, 0);

    assert_eq!(found.len(), 4);
    assert_eq!(found[0].value.quantity.unit.as_ref().unwrap().text, "亿元");
}

#[test]
fn the_period_of_a_report_title_holds_for_figures_without_one() {
    let title = "2021年云岭县国民经济和社会发展统计公报";
    let text = format!("{title}\n粮食产量31万吨。2020年，出栏生猪5万头。");

    let found = read(&text, title.len());

    let periods: Vec<_> = found.iter().map(|found| found.value.period.map(|p| p.to_string())).collect();
    assert_eq!(periods, [Some("2021".to_owned()), Some("2020".to_owned())]);
}

#[test]
fn a_text_without_figures_or_without_words_gives_nothing() {
    assert!(read("", 0).is_empty());
    assert!(read("风景如画，游人如织。", 0).is_empty());
    assert!(read("100%\n3、4、5\n（12）", 0).is_empty());
}

#[test]
fn a_subject_stands_behind_the_head_of_a_report() {
    let with = "本报讯（记者 张三）2023年，云溪茶业股份有限公司销售收入3.2亿元，利润5000万元。";

    let found = read(with, 0);

    assert_eq!(found.len(), 2);
    assert!(
        found.iter().all(|found| matches!(found.value.about, Some(crate::model::Ref::Organization(_)))),
        "{found:?}"
    );
}
