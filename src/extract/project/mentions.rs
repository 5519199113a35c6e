//! Where the undertakings of an article are named, so that what stands near a place is found without asking all of them.

use crate::model::{Found, Project, Span};
use std::collections::BTreeSet;

/// The mentions of all undertakings.
pub struct Mentions {
    /// With the undertaking's index, in the order of the text.
    by_start: Vec<(Span, usize)>,
    /// For each of these, how far it and those before it reach.
    reach: Vec<usize>,
    /// Where each ends, with the undertaking's index, in order.
    by_end: Vec<(usize, usize)>,
    longest: usize,
}

impl Mentions {
    /// Of these undertakings.
    pub fn new(projects: &[Found<Project>]) -> Self {
        let mentions = projects.iter().enumerate();
        let mentions =
            mentions.flat_map(|(index, project)| project.value.mentions.iter().map(move |span| (*span, index)));
        let mut by_start: Vec<(Span, usize)> = mentions.collect();
        by_start.sort_unstable();
        let mut far = 0;
        let reach = by_start.iter().map(|(span, _)| {
            far = far.max(span.end);
            far
        });
        let reach = reach.collect();
        let mut by_end: Vec<(usize, usize)> = by_start.iter().map(|(span, index)| (span.end, *index)).collect();
        by_end.sort_unstable();
        let longest = by_start.iter().map(|(span, _)| span.len()).max().unwrap_or(0);
        Self { by_start, reach, by_end, longest }
    }

    /// Whether one of the names has all of the stretch.
    pub fn hold(&self, stretch: Span) -> bool {
        let before = self.by_start.partition_point(|(span, _)| span.start <= stretch.start);
        before.checked_sub(1).is_some_and(|last| self.reach[last] >= stretch.end)
    }

    /// The undertakings of which a name overlaps the stretch, in their order.
    pub fn overlapping(&self, stretch: Span) -> Vec<usize> {
        let first = self.by_start.partition_point(|(span, _)| span.start + self.longest <= stretch.start);
        let near = self.by_start[first..].iter().take_while(|(span, _)| span.start < stretch.end);
        let named: BTreeSet<usize> = near.filter(|(span, _)| span.overlaps(stretch)).map(|(_, index)| *index).collect();
        named.into_iter().collect()
    }

    /// The undertaking that is named last before that place.
    pub fn last_before(&self, at: usize) -> Option<usize> {
        let before = self.by_end.partition_point(|(end, _)| *end <= at);
        Some(self.by_end[before.checked_sub(1)?].1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::project::projects;
    use crate::extract::sample;

    #[test]
    fn who_is_named_at_a_place_is_who_would_be_found_by_asking_all() {
        let text =
            "南湖产业园项目开工建设，东山大桥工程竣工。南湖产业园项目投资5亿元，推进北站枢纽工程、东山大桥工程。";
        let found = projects(&sample::annotated(text, None, None));
        assert!(found.len() >= 2);

        let mentions = Mentions::new(&found);

        let all = |index: usize| found[index].value.mentions.iter();
        let borders: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        for (at, start) in borders.iter().enumerate() {
            for end in &borders[at + 1..] {
                let span = Span::new(*start, *end);
                let near: Vec<usize> = (0..found.len()).filter(|one| all(*one).any(|m| m.overlaps(span))).collect();
                assert_eq!(mentions.overlapping(span), near, "{span:?}");
                assert_eq!(mentions.hold(span), (0..found.len()).any(|one| all(one).any(|m| m.contains(span))));
            }
            let last = (0..found.len())
                .filter_map(|one| Some((all(one).map(|m| m.end).filter(|end| end <= start).max()?, one)));
            assert_eq!(mentions.last_before(*start), last.max().map(|(_, one)| one));
        }
    }
}
