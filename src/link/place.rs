//! Places: divisions by code, regions by name, others by name and the area around them.

use super::Clusters;
use super::around::{Around, label};
use super::fold::fold;
use crate::gazetteer::tables;
use crate::model::{Annotated, Identity, PlaceKind};

/// The places, the index of each mention's, and home's.
pub(super) fn places(annotated: &Annotated, around: &Around) -> (Vec<Identity<PlaceKind>>, Vec<usize>, Option<usize>) {
    let mut clusters = Clusters::new();
    for found in &annotated.places {
        let division = found.value.code.as_deref().and_then(|code| tables().by_code(code));
        let identity = match division {
            Some(index) => of_division(index),
            None => of_name(&found.value.name, found.value.kind, around),
        };
        clusters.mention(identity, found.span);
    }
    let home = annotated.home.as_ref().map(|home| {
        let division = home.code.as_deref().and_then(|code| tables().by_code(code));
        let identity = division.map_or_else(|| of_name(&home.name, home.kind, around), of_division);
        clusters.add(identity).key.clone()
    });
    // Where a place lies is told up to the province, though the article names none of what is around it.
    for code in clusters.areas() {
        for index in tables().by_code(&code).into_iter().flat_map(|index| tables().chain(index)) {
            clusters.add(of_division(index));
        }
    }
    let (places, of) = clusters.finish();
    let home = home.and_then(|key| places.binary_search_by(|place| place.key.cmp(&key)).ok());
    (places, of, home)
}

fn of_division(index: usize) -> Identity<PlaceKind> {
    let division = tables().division(index);
    Identity {
        key: division.code.clone(),
        name: division.name.clone(),
        aliases: Some(division.short.clone()).filter(|short| !short.is_empty()).into_iter().collect(),
        kind: division.kind(),
        code: Some(division.code.clone()),
        within: tables().by_code(&division.parent).map(label),
        same_as: tables().place_elsewhere(&division.code).to_vec(),
        mentions: Vec::new(),
    }
}

fn of_name(name: &str, kind: PlaceKind, around: &Around) -> Identity<PlaceKind> {
    let name = fold(name);
    if let Some(region) = tables().region_named(&name) {
        return Identity {
            key: region.name.clone(),
            name: region.name.clone(),
            aliases: region.aliases.clone(),
            kind: region.kind,
            code: None,
            within: None,
            same_as: tables().place_elsewhere(&region.name).to_vec(),
            mentions: Vec::new(),
        };
    }
    // A river or a region crosses the areas that it lies in; a name without an owner is no part of home.
    let area = match kind {
        PlaceKind::Region => around.owner(&name),
        _ => around.of(&name),
    };
    let within = area.map(label);
    let key = within.as_ref().map_or_else(|| name.clone(), |(code, _)| format!("{name}~{code}"));
    Identity { key, name, aliases: Vec::new(), kind, code: None, within, same_as: Vec::new(), mentions: Vec::new() }
}
