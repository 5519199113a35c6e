//! Projects: by name and the area of their place, else by name and article.

use super::fold::fold;
use crate::model::{Facts, Identity, PlaceKind, ProjectIdentity, Ref};

/// An identity for each project.
pub(super) fn projects(
    facts: &Facts,
    places: &[Identity<PlaceKind>],
    place_of: &[usize],
    home: Option<usize>,
) -> Vec<ProjectIdentity> {
    let code = |place: usize| {
        let place = &places[place];
        place.code.clone().or_else(|| place.within.as_ref().map(|(code, _)| code.clone()))
    };
    let identity = |name: &str, refs: &[Ref]| {
        let own = refs.iter().find_map(|place| match place {
            Ref::Place(index) => code(*place_of.get(*index)?),
            Ref::Home => home.and_then(code),
            _ => None,
        });
        let name = fold(name);
        let area = own.or_else(|| home.and_then(code));
        let key = area.unwrap_or_else(|| facts.annotated.article.key.clone());
        ProjectIdentity { key: format!("{name}~{key}"), name }
    };
    facts.projects.iter().map(|project| identity(&project.value.name, &project.value.places)).collect()
}
