//! Markdown's marks: front matter, emphasis, links, pictures, list marks. Headings stay, as `issue` splits at them.

use super::mapped::{Edit, MappedText};
use super::masthead::{self, Masthead};
use crate::model::{PartialDate, Span};
use regex::Regex;
use std::sync::LazyLock;

/// What front matter says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Front {
    pub(super) title: Option<String>,
    pub(super) url: Option<String>,
    pub(super) masthead: Masthead,
}

static FRONT: LazyLock<Regex> = LazyLock::new(|| pattern(r"\A\s*---[ \t]*\n(?s:(.*?))\n---[ \t]*(?:\n|\z)"));

/// Marks around words: what they stand around is group 1, or nothing for pictures and rules.
static MARKS: LazyLock<[Regex; 5]> = LazyLock::new(|| {
    [
        pattern(r"!\[[^\]\n]*\]\([^)\n]*\)"),
        pattern(r"\[([^\]\n]+)\]\([^)\n]*\)"),
        pattern(r"(?:\*\*|__)([^*_\n]+)(?:\*\*|__)"),
        pattern(r"(?m)^(?:[ \t]*[-*+>][ \t]+|[ \t]*(?:-{3,}|\*{3,}|_{3,})[ \t]*$)"),
        pattern(r"<[a-zA-Z/!][^>\n]*>"),
    ]
});

fn pattern(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is fixed")
}

/// Takes the marks out, and gives what front matter says.
pub(super) fn take_out(text: &mut MappedText) -> Front {
    let front = FRONT.captures(text.text()).map(|found| (Span::from(found.get_match().range()), read(&found[1])));
    let (span, front) = front.unwrap_or_default();
    text.edit(vec![Edit::delete(span, "markup")]);
    for marks in MARKS.iter() {
        let mut edits = Vec::new();
        for found in marks.captures_iter(text.text()) {
            let all = Span::from(found.get_match().range());
            let kept = found.get(1).map_or(Span::new(all.end, all.end), |kept| kept.range().into());
            edits.push(Edit::delete(Span::new(all.start, kept.start), "markup"));
            edits.push(Edit::delete(Span::new(kept.end, all.end), "markup"));
        }
        text.edit(edits);
    }
    front
}

fn read(front: &str) -> Front {
    let value = |keys: &[&str]| {
        let mut lines = front.lines().filter_map(|line| line.split_once(':'));
        let (_, value) = lines.find(|(key, _)| keys.contains(&key.trim().to_ascii_lowercase().as_str()))?;
        let value = value.trim().trim_matches(['"', '\'', '[', ']']).trim();
        (!value.is_empty()).then(|| value.to_owned())
    };
    let date =
        value(&["date", "published", "pubdate"]).and_then(|date| PartialDate::parse(date.get(..10).unwrap_or(&date)));
    Front {
        title: value(&["title"]),
        url: value(&["url", "link", "canonical"]).filter(|url| url.starts_with("http")),
        masthead: Masthead {
            publisher: value(&["publisher", "source", "site"]).filter(|name| !name.contains("://")),
            published: date,
            authors: value(&["author", "authors"]).map(|names| masthead::persons(&names)).unwrap_or_default(),
            editor: value(&["editor"]),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_go_and_words_stay() {
        let mut text = MappedText::new(
            "# 新城\n\n**今年**，[投资](http://a.b)8.5亿元。\n\n![图](a.jpg)\n\n- 学校3所\n\n---\n> 引文",
        );

        let front = take_out(&mut text);

        assert_eq!(text.text(), "# 新城\n\n今年，投资8.5亿元。\n\n\n\n学校3所\n\n\n引文");
        assert_eq!(front, Front::default());
    }

    #[test]
    fn front_matter_tells_the_masthead() {
        let mut text = MappedText::new(
            "---\ntitle: \"新城动态\"\ndate: 2024-06-01T08:00\nauthor: 张三\nsource: 云溪日报\n---\n正文",
        );

        let front = take_out(&mut text);

        assert_eq!((text.text(), front.title.as_deref()), ("正文", Some("新城动态")));
        assert_eq!(front.masthead.published.unwrap().to_string(), "2024-06-01");
        assert_eq!(
            (front.masthead.authors, front.masthead.publisher),
            (vec!["张三".to_owned()], Some("云溪日报".to_owned()))
        );
    }
}
