//! `extract` takes an annotated article and gives the facts that it states: figures, projects, events.
//!
//! `青江治理工程总投资12.8亿元，已于3月开工。` states a project, its investment and a ground-breaking. A figure may be about a project
//! or an event, so these are found first. Whose names the words are is for `link` to tell.

mod day;
mod event;
mod observation;
mod project;
#[cfg(test)]
mod sample;

use crate::model::{Annotated, Facts};

/// The facts that an article states.
pub fn extract(annotated: Annotated) -> Facts {
    let projects = project::projects(&annotated);
    let events = event::events(&annotated, &project::Mentions::new(&projects));
    let observations = observation::observations(&annotated, &projects, &events);
    Facts { annotated, observations, projects, events }
}
