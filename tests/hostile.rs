//! Articles that lack what articles have, or hold what none does: right facts or none, and never a failure.

#![expect(clippy::unwrap_used, reason = "a test that panics has failed, which is what it is for")]
#![expect(clippy::non_ascii_literal, reason = "tests speak the language of the texts")]

use jialing::model::{Document, Facts, Media};
use jialing::{annotate, clean, extract};
use std::fmt::Write as _;

/// The facts of a text that is one article at most.
fn facts(text: &str) -> Option<Facts> {
    let articles = clean::clean(Document::of_text(text, Media::Text)).value;
    assert!(articles.len() <= 1, "{} articles", articles.len());
    articles.into_iter().next().map(|article| extract::extract(annotate::annotate(article)))
}

/// Its figures as `indicator value unit`.
fn figures(facts: &Facts) -> Vec<String> {
    let told = facts.observations.iter().map(|found| {
        let quantity = &found.value.quantity;
        let unit = quantity.unit.as_ref().map_or("", |unit| unit.text.as_str());
        format!("{} {} {unit}", found.value.indicator, quantity.value)
    });
    told.collect()
}

fn organizations(facts: &Facts) -> Vec<&str> {
    facts.annotated.organizations.iter().map(|found| found.value.name.as_str()).collect()
}

/// Whether each fact lies within the text, on borders of its characters.
fn assert_whole(facts: &Facts) {
    let text = facts.annotated.article.text.as_str();
    let evidence = facts.observations.iter().map(|found| found.value.evidence);
    let evidence = evidence.chain(facts.events.iter().map(|found| found.value.evidence));
    for span in evidence.chain(facts.projects.iter().map(|found| found.value.evidence)) {
        assert!(text.get(span.start..span.end).is_some_and(|words| !words.is_empty()), "{span:?}");
    }
}

#[test]
fn without_date_place_and_publisher_a_figure_is_of_no_time_and_of_nothing() {
    let facts = facts("去冬今春雨水调匀，各处茶园长势喜人。茶叶产量达到8.2万吨，同比增长6.5%。").unwrap();

    assert_eq!(figures(&facts), ["茶叶产量 8.2 万吨", "茶叶产量 6.5 %"]);
    assert!(facts.observations.iter().all(|found| found.value.period.is_none() && found.value.about.is_none()));
    assert!(facts.annotated.home.is_none() && facts.annotated.article.published.is_none());
}

#[test]
fn what_is_not_chinese_states_nothing() {
    let english = "The economy of the city grew by 5% in 2023. Company Inc. invested 12 million dollars in it.\n";
    let arabic = "نما اقتصاد المدينة بنسبة 5% في عام 2023، واستثمرت الشركة 12 مليون دولار.\n";
    let emoji = "😀👍🏽👨‍👩‍👧❤️🇨🇳5%🔥\n";
    let private = "\u{E000}\u{E001}5%\u{F8FF}\u{E002}\n";
    for text in [english, arabic, emoji, private, "\u{0}\u{1}\u{7F}\u{85}\u{2028}", "5", "。，、；"] {
        for text in [text.to_owned(), text.repeat(50)] {
            if let Some(facts) = facts(&text) {
                assert_eq!(figures(&facts), [""; 0], "{text:?}");
                assert!(facts.projects.is_empty() && facts.events.is_empty(), "{text:?}");
            }
        }
    }
}

#[test]
fn no_fact_is_drawn_across_damage_wherever_it_stands() {
    let sentence = "3月5日，云溪区青禾科技有限公司南湖产业园项目开工，总投资12.8亿元，茶叶产量达到8.2万吨。";
    let borders: Vec<usize> = sentence.char_indices().map(|(at, _)| at).collect();
    for at in borders {
        let text = format!("云溪区动态\n{}\u{FFFD}\u{FFFD}{}\n", &sentence[..at], &sentence[at..]);
        let Some(facts) = facts(&text) else { continue };

        let damaged = |span| facts.annotated.article.is_damaged(span);
        assert!(!facts.annotated.article.damaged.is_empty());
        assert!(facts.observations.iter().all(|found| !damaged(found.value.evidence)), "{text}");
        assert!(facts.projects.iter().all(|found| !damaged(found.span)), "{text}");
        assert!(facts.events.iter().all(|found| !damaged(found.span)), "{text}");
        assert!(facts.annotated.organizations.iter().all(|found| !damaged(found.span)), "{text}");
    }
}

#[test]
fn nesting_that_has_no_end_hides_nothing_behind_it() {
    let marks = [("（", "）"), ("(", ")"), ("“", "”"), ("《", "》"), ("\"", "\""), ("【", "】")];
    for (open, close) in marks {
        for (left, right) in [(300, 300), (300, 0), (0, 300), (300, 7)] {
            let text = format!(
                "云溪区动态\n{}粮食产量5万吨{}\n雨水调匀，各处茶园长势喜人。茶叶产量达到8.2万吨。\n",
                open.repeat(left),
                close.repeat(right)
            );
            let facts = facts(&text).unwrap();

            assert_whole(&facts);
            assert!(
                figures(&facts).contains(&"茶叶产量 8.2 万吨".to_owned()),
                "{open} {left} {right}: {:?}",
                figures(&facts)
            );
        }
    }
}

#[test]
fn a_thousand_figures_in_a_line_are_a_thousand_figures() {
    let goods = ["茶叶", "粮食", "蔬菜", "水果", "油料", "烟叶", "棉花", "蚕茧", "木材", "水产品"];
    let mut text = String::from("云溪区统计\n");
    for number in 0..1000 {
        write!(text, "{}产量{}.{}万吨，", goods[number % 10], number / 10 + 1, number % 10).unwrap();
    }
    let facts = facts(&text).unwrap();

    let found = figures(&facts);
    assert_eq!(found.len(), 1000);
    assert_eq!((found[0].as_str(), found[999].as_str()), ("茶叶产量 1 万吨", "水产品产量 100.9 万吨"));
    assert_whole(&facts);
}

#[test]
fn a_sentence_without_end_is_read_to_its_end() {
    let mut text = String::from("云溪区动态\n");
    for number in 0..2000 {
        write!(text, "青禾{number}号园区、").unwrap();
    }
    text.push_str("青禾园区，茶叶产量达到8.2万吨。");
    let facts = facts(&text).unwrap();

    assert!(figures(&facts).contains(&"茶叶产量 8.2 万吨".to_owned()), "{:?}", figures(&facts));
    assert_whole(&facts);
}

#[test]
fn a_name_that_stands_everywhere_is_one_thing_named_often() {
    let text = format!("云溪区动态\n{}", "鑫磊科技有限公司与北碚区政府签约。".repeat(500));
    let facts = facts(&text).unwrap();

    let firms = organizations(&facts).into_iter().filter(|name| *name == "鑫磊科技有限公司").count();
    assert_eq!(firms, 500);
    assert!(facts.events.len() <= 500);
    assert_whole(&facts);
}

#[test]
fn hundreds_of_names_with_one_end_keep_apart() {
    let letters: Vec<char> = "鑫磊淼焱垚犇骉羴鑨翀翊昱晟昊璟璨珺瑄琮琪".chars().collect();
    let mut text = String::from("云溪区动态\n");
    for (first, second) in letters.iter().flat_map(|a| letters.iter().map(move |b| (a, b))) {
        writeln!(text, "{first}{second}{first}科技有限公司签约，{second}{first}{second}储能产业园项目开工建设。")
            .unwrap();
    }
    let facts = facts(&text).unwrap();

    let mut firms = organizations(&facts);
    firms.retain(|name| name.ends_with("科技有限公司"));
    firms.sort_unstable();
    firms.dedup();
    assert!(firms.len() > 350, "{}", firms.len());
    assert!(facts.projects.len() > 350, "{}", facts.projects.len());
    assert_whole(&facts);
}

#[test]
fn digits_and_marks_without_end_are_no_figure() {
    for text in ["12345678".repeat(2000), "5-".repeat(5000), "1.".repeat(5000), "、".repeat(9000), "123,".repeat(4000)]
    {
        if let Some(facts) = facts(&format!("云溪区动态\n茶叶{text}")) {
            assert_whole(&facts);
            assert!(facts.observations.len() <= 1, "{} {:?}", &text[..9], figures(&facts));
        }
    }
}
