//! From scores of tags to stretches: the best path through a linear-chain CRF (Viterbi), and the tags B and I read along it.

use super::{Tag, Tagged};
use crate::model::Span;

/// How well one tag follows another: a square, row by row.
#[derive(Debug, Clone)]
pub(super) struct Transitions {
    pub width: usize,
    pub weights: Vec<f32>,
}

/// The path of tags with the highest score. Of equal ones the first.
pub(super) fn best_path(scores: &[f32], transitions: &Transitions) -> Vec<usize> {
    let width = transitions.width;
    let mut rows = scores.chunks_exact(width);
    let Some(first) = rows.next() else { return Vec::new() };
    let mut best = first.to_vec();
    let mut back: Vec<Vec<usize>> = Vec::new();
    for row in rows {
        let mut next = vec![f32::NEG_INFINITY; width];
        let mut from = vec![0; width];
        for (before, score) in best.iter().enumerate() {
            let weights = &transitions.weights[before * width..(before + 1) * width];
            for (tag, weight) in weights.iter().enumerate() {
                let total = score + weight;
                if total > next[tag] {
                    next[tag] = total;
                    from[tag] = before;
                }
            }
        }
        for (total, score) in next.iter_mut().zip(row) {
            *total += score;
        }
        best = next;
        back.push(from);
    }
    let mut tag = 0;
    for (other, score) in best.iter().enumerate() {
        if *score > best[tag] {
            tag = other;
        }
    }
    let mut path = vec![tag];
    for from in back.iter().rev() {
        tag = from[tag];
        path.push(tag);
    }
    path.reverse();
    path
}

/// The names along a path. What a character begins goes on as long as tags that begin nothing follow, whatever they are of.
pub(super) fn stretches(path: &[usize], characters: &[(usize, char)], tags: &[(Tag, bool)]) -> Vec<Tagged> {
    let mut found: Vec<Tagged> = Vec::new();
    for (index, (tag, (at, c))) in path.iter().zip(characters).enumerate() {
        let (kind, begins) = tags[*tag];
        let end = at + c.len_utf8();
        match found.last_mut() {
            Some(last) if !begins && index > 0 => last.span.end = end,
            _ => found.push(Tagged { span: Span::new(*at, end), tag: kind }),
        }
    }
    found.retain(|stretch| stretch.tag != Tag::Other);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two tags, of which the second never follows itself.
    fn transitions() -> Transitions {
        Transitions { width: 2, weights: vec![0.0, 0.0, 0.0, -9.0] }
    }

    #[test]
    fn the_best_path_is_not_the_best_tag_at_each_place() {
        let scores = [0.0, 1.0, 0.0, 1.5, 0.0, 1.0];

        assert_eq!(best_path(&scores, &transitions()), [1, 0, 1]);
        assert_eq!(best_path(&[0.0, 2.0, 0.0, 1.0], &transitions()), [1, 0]);
    }

    #[test]
    fn a_text_of_no_characters_has_no_path() {
        assert!(best_path(&[], &transitions()).is_empty());
    }

    #[test]
    fn a_name_ends_where_another_begins() {
        let tags = [(Tag::Place, true), (Tag::Place, false), (Tag::Other, true)];
        let text: Vec<(usize, char)> = "在青城北岭".char_indices().collect();

        let found = stretches(&[2, 0, 1, 0, 1], &text, &tags);

        assert_eq!(found.iter().map(|name| (name.span.start, name.span.end)).collect::<Vec<_>>(), [(3, 9), (9, 15)]);
    }
}
