//! In which area a thing lies of which only the name is known.

use crate::gazetteer::{Level, Sense, tables};
use crate::model::Annotated;
use std::collections::BTreeSet;

/// The areas that an article names, and its home.
pub(super) struct Around {
    named: BTreeSet<usize>,
    /// The index of home in the gazetteer.
    pub(super) home: Option<usize>,
}

impl Around {
    pub(super) fn new(annotated: &Annotated) -> Self {
        let tables = tables();
        let codes = annotated.places.iter().filter_map(|place| place.value.code.as_deref());
        let home = annotated.home.as_ref().and_then(|home| tables.by_code(home.code.as_deref()?));
        Self { named: codes.filter_map(|code| tables.by_code(code)).collect(), home }
    }

    /// The division whose full or short name the name begins with: one that the article names, or that lies around or
    /// in one, or the only one of that name.
    pub(super) fn owner(&self, name: &str) -> Option<usize> {
        let tables = tables();
        let hit = tables.find(name).into_iter().find(|hit| hit.span.start == 0)?;
        let candidates = hit.senses.iter().filter_map(|sense| match *sense {
            Sense::Division(index) => Some((index, true)),
            Sense::Short(index) => Some((index, false)),
            _ => None,
        });
        let word = tables.is_word(hit.span.of(name));
        let mut best: Option<(u32, usize)> = None;
        let mut rivals = false;
        for (index, full) in candidates {
            let division = tables.division(index);
            if division.until.is_some() || (!full && (word || division.level == Level::Town)) {
                continue;
            }
            let known = self.named.contains(&index) || self.home == Some(index);
            let near = self.home.is_some_and(|home| tables.lies_in(index, home) || tables.lies_in(home, index));
            let large = match division.level {
                Level::Province => 3,
                Level::City => 2,
                Level::County => 1,
                Level::Town => 0,
            };
            let points = 20 * u32::from(known) + 10 * u32::from(near) + 2 * large + u32::from(full);
            match best {
                Some((top, _)) if top > points => {}
                Some((top, _)) if top == points => rivals = true,
                _ => {
                    best = Some((points, index));
                    rivals = false;
                }
            }
        }
        best.filter(|_| !rivals).map(|(_, index)| index)
    }

    /// The area around a thing of that name: the one that its name begins with, else home.
    pub(super) fn of(&self, name: &str) -> Option<usize> {
        self.owner(name).or(self.home)
    }
}

/// The code and name of a division.
pub(super) fn label(index: usize) -> (String, String) {
    let division = tables().division(index);
    (division.code.clone(), division.name.clone())
}
