//! The quick way finds what the plain way finds: on the families' examples and on random mixes of their words.

use super::*;
use crate::model::Span;
use crate::rules::{Family, Policy};

macro_rules! families {
    ($($folder:literal),*) => {
        [$((
            $folder,
            include_str!(concat!("../../", $folder, "/lexicon.toml")),
            include_str!(concat!("../../", $folder, "/rules.toml")),
            include_str!(concat!("../../", $folder, "/examples.toml")),
        )),*]
    };
}

const FAMILIES: [(&str, &str, &str, &str); 10] = families![
    "annotate/number",
    "annotate/quantity",
    "annotate/period",
    "annotate/place",
    "annotate/organization",
    "extract/observation",
    "extract/event",
    "extract/project",
    "clean/furniture",
    "clean/masthead"
];

/// A small linear congruential generator: the same texts in each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % below
    }
}

/// Holds both ways against each other on a text, whose `items` are finds of layers by turns.
fn assert_same(family: &Family, layers: &[String], text: &str, items: &[Span]) -> usize {
    let spans = |layer: usize| items.iter().skip(layer).step_by(layers.len()).copied().collect();
    let layers: Vec<(&str, Vec<Span>)> =
        layers.iter().enumerate().map(|(number, name)| (name.as_str(), spans(number))).collect();
    let tape = family.tape(text, Span::new(0, text.len()), &layers);
    let told = |hits: Vec<crate::rules::Hit<'_>>| -> Vec<_> {
        hits.into_iter().map(|hit| (hit.span, hit.rule.name.clone(), format!("{:?}", hit.groups))).collect()
    };
    for policy in [Policy::All, Policy::Longest] {
        let (quick, plain) = (told(family.find(&tape, policy)), told(family.find_plainly(&tape, policy)));
        assert_eq!(quick, plain, "{}: {text}", family.name);
    }
    family.find(&tape, Policy::All).len()
}

#[test]
fn the_gate_loses_no_find() {
    for (folder, lexicon, rules, examples) in FAMILIES {
        let family = Family::new(folder, lexicon, rules).unwrap();
        let file: toml::Table = rules.parse().unwrap();
        let named = file.get("layers").and_then(toml::Value::as_array).into_iter().flatten();
        let layers: Vec<String> = named.filter_map(|name| name.as_str().map(str::to_owned)).collect();
        let classes: toml::Table = lexicon.parse().unwrap();
        let forms = |entry: &toml::Value| match entry {
            toml::Value::Table(entry) => entry["forms"].as_array().unwrap().clone(),
            form => vec![form.clone()],
        };
        let classes: Vec<Vec<String>> = classes
            .values()
            .map(|class| {
                class.as_array().unwrap().iter().flat_map(forms).map(|f| f.as_str().unwrap().to_owned()).collect()
            })
            .collect();
        let cases: toml::Table = examples.parse().unwrap();
        let texts: Vec<String> = cases["case"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|case| case["text"].as_array().unwrap())
            .map(|text| text.as_str().unwrap().replace(['\u{27E6}', '\u{27E7}'], ""))
            .collect();
        let mut dice = Dice(7);
        let mut found = 0;
        for text in &texts {
            // What is a find of a layer is no matter here: any stretch of one or two characters will do.
            let ends: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            let mut items = Vec::new();
            let mut at = 0;
            while !layers.is_empty() && at + 2 < ends.len() {
                let end = at + 1 + dice.below(2);
                items.push(Span::new(ends[at], ends[end]));
                at = end + dice.below(9);
            }
            found += assert_same(&family, &layers, text, &[]);
            found += assert_same(&family, &layers, text, if layers.is_empty() { &[] } else { &items });
        }
        for _ in 0..400 {
            let (mut text, mut items) = (String::new(), Vec::new());
            for _ in 0..2 + dice.below(9) {
                let start = text.len();
                match dice.below(8) {
                    0 => text.push_str(["，", "、", "的", "：", "“", "”", "（", "）", " ", "。"][dice.below(10)]),
                    1 => text.push_str(["2", "10", "2023", "5.6", "年", "月", "3月4日", "5"][dice.below(8)]),
                    2 => text.push_str(
                        &texts[dice.below(texts.len())].chars().skip(dice.below(9)).take(6).collect::<String>(),
                    ),
                    3 if !layers.is_empty() => {
                        text.push('零');
                        items.push(Span::new(start, text.len()));
                    }
                    _ => {
                        let class = &classes[dice.below(classes.len())];
                        text.push_str(&class[dice.below(class.len())]);
                    }
                }
            }
            found += assert_same(&family, &layers, &text, &items);
        }
        assert!(found > 100, "{folder}: {found} finds hold nothing against each other");
    }
}

fn of(pattern: &str) -> Hir {
    regex_syntax::parse(pattern).unwrap()
}

fn words(pattern: &str) -> Option<Vec<String>> {
    closed(firsts(&of(pattern)))
}

#[test]
fn a_match_begins_with_one_of_the_words_that_are_read_off_its_expression() {
    assert_eq!(words("(?:签约|签订)了?"), Some(vec!["签约".into(), "签订".into()]));
    assert_eq!(words("(?:约|近)?三(?:个|项)"), Some(vec!["三个".into(), "三项".into(), "约三".into(), "近三".into()]));
    assert_eq!(words("(?:甲|乙丙)+丁"), Some(vec!["乙丙".into(), "甲".into()]));
    assert_eq!(words("^一[^，]*"), Some(vec!["一".into()]));
    assert_eq!(words("[^，]*一"), None);
    assert_eq!(words("(?:一|二)?"), None);
    assert_eq!(words("一?(?:[^，]|二)"), None);
}

#[test]
fn a_match_holds_a_word_of_each_part_that_it_cannot_leave_out() {
    let sets = needs(&of("[^，]{0,9}(?:大会|论坛)(?:上|中)?[^，]{0,9}(?P<held>举行|召开)"));

    assert_eq!(sets, [vec!["大会".to_owned(), "论坛".to_owned()], vec!["举行".to_owned(), "召开".to_owned()]]);
    assert_eq!(needs(&of(".*(?:一二|.三)")), [["一二".to_owned(), "三".to_owned()]]);
    assert!(needs(&of(".*(?:一二|.)")).is_empty());
}
