//! Where forms that only the article itself gives stand in it: a name accepted once is looked for everywhere.

use crate::model::Span;
use daachorse::CharwiseDoubleArrayAhoCorasickBuilder;
use std::collections::BTreeMap;

/// With so many forms times bytes it pays to build an automaton; below that a plain search is quicker.
const PLAIN: usize = 1 << 20;

/// For each of `forms`, in their order, every place where it stands: from left to right, without overlaps with itself. Empty
/// forms stand nowhere, and a form may not stand twice. The time grows with the text and with what is found, not with the
/// number of forms.
pub fn everywhere(text: &str, forms: &[&str]) -> Vec<Vec<Span>> {
    if forms.len().saturating_mul(text.len()) <= PLAIN {
        let places = |form: &&str| match form.len() {
            0 => Vec::new(),
            length => text.match_indices(*form).map(|(at, _)| Span::new(at, at + length)).collect(),
        };
        return forms.iter().map(places).collect();
    }
    let mut found = vec![Vec::new(); forms.len()];
    let numbered = (0_u32..).zip(forms).filter(|(_, form)| !form.is_empty()).map(|(index, form)| (*form, index));
    // As one value: the same form twice would be refused.
    let distinct: BTreeMap<&str, u32> = numbered.collect();
    let Ok(automaton) = CharwiseDoubleArrayAhoCorasickBuilder::new().build_with_values(distinct) else {
        return found;
    };
    for hit in automaton.find_overlapping_iter(text) {
        let places: &mut Vec<Span> = &mut found[hit.value() as usize];
        if places.last().is_none_or(|last| last.end <= hit.start()) {
            places.push(Span::new(hit.start(), hit.end()));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_forms_are_found_where_each_alone_would_be() {
        let text = "甲乙甲乙甲丙甲乙。aaaa甲".repeat(2000);
        let few = ["甲乙甲", "乙", "aa", "丙甲乙。aaaa甲甲", "丁"];
        let more: Vec<String> = (0..40).map(|at| format!("没有{at}")).collect();
        let forms: Vec<&str> = few.into_iter().chain(more.iter().map(String::as_str)).collect();
        assert!(forms.len() * text.len() > PLAIN);

        let found = everywhere(&text, &forms);

        for (form, places) in forms.iter().zip(found) {
            let alone: Vec<usize> = text.match_indices(form).map(|(at, _)| at).collect();
            assert_eq!(places.iter().map(|place| place.start).collect::<Vec<_>>(), alone, "{form}");
        }
    }
}
