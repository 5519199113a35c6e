//! `jialing explain`: the article in the terminal with its facts marked, and the rule behind each.

use super::fetch::FetchOptions;
use super::options::Settings;
use super::print;
use super::read::{all_read, tell_problems};
use crate::error::{Error, Result};
use crate::model::{Linked, Ref, Span};
use std::fmt::Write as _;
use std::io::IsTerminal;

/// Show an article with its facts marked and the rule behind each
#[derive(clap::Args)]
pub(super) struct Explain {
    /// A file, folder, address, or `-` for NDJSON on standard input
    #[arg(value_name = "SOURCE")]
    source: String,
    /// Two names of the article: tell whether they are taken for one thing, and why
    #[arg(long, num_args = 2, value_names = ["A", "B"])]
    why: Option<Vec<String>>,
    #[command(flatten)]
    fetch: FetchOptions,
}

impl Explain {
    pub(super) fn run(&self, settings: &Settings) -> Result<()> {
        let mut left_out = 0;
        let mut known = false;
        let options = self.fetch.over(settings);
        for document in crate::ingest::ingest(std::slice::from_ref(&self.source), &options)? {
            let problems = match document {
                Err(problem) => vec![problem],
                Ok(document) => {
                    let outcome = crate::clean::clean(document);
                    for article in outcome.value {
                        let linked = crate::link::link(crate::extract::extract(crate::annotate::annotate(article)));
                        match self.why.as_deref() {
                            Some([a, b]) => known |= why(&linked, a, b)?,
                            _ => print(&explained(&linked, std::io::stdout().is_terminal()))?,
                        }
                    }
                    outcome.problems
                }
            };
            left_out += problems.iter().filter(|problem| problem.fatal).count();
            tell_problems(&problems, settings.json);
        }
        if let (Some([a, b]), false) = (self.why.as_deref(), known) {
            return Err(Error::Usage {
                message: format!("no article of `{}` names both `{a}` and `{b}`", self.source),
                hint: "`jialing explain SOURCE` shows the names that were found".into(),
            });
        }
        all_read(left_out)
    }
}

/// One line below a sentence: where it belongs, what it says.
struct Note {
    at: Span,
    line: String,
}

fn explained(linked: &Linked, colour: bool) -> String {
    let annotated = &linked.facts.annotated;
    let article = &annotated.article;
    let mut out = format!("== {}\n", article.title.as_deref().unwrap_or(&article.path));
    let date = article.published.map(|date| date.to_string()).unwrap_or_default();
    let home = annotated.home.as_ref().map(|home| home.name.as_str()).unwrap_or_default();
    let publisher = article.publisher.as_deref().unwrap_or_default();
    // Writing to a string cannot fail.
    let _ = writeln!(
        out,
        "   {date} {publisher} {} | home: {home} | {} repairs",
        article.authors.join(" "),
        article.repairs.len()
    );
    let notes = notes(linked);
    for sentence in &annotated.sentences {
        let _ = writeln!(out, "\n{}", marked(linked, sentence.span, colour).trim_end());
        for note in
            notes.iter().filter(|note| sentence.span.start <= note.at.start && note.at.start < sentence.span.end)
        {
            let _ = writeln!(out, "    {}", note.line);
        }
    }
    out.push('\n');
    out
}

/// The sentence with the number of each figure and the trigger of each event marked.
fn marked(linked: &Linked, span: Span, colour: bool) -> String {
    let facts = &linked.facts;
    let (open, close) = if colour { ("\u{1b}[1;32m", "\u{1b}[0m") } else { ("[", "]") };
    let mut marks: Vec<Span> = facts.observations.iter().map(|found| found.span).collect();
    marks.extend(facts.events.iter().map(|found| found.span));
    marks.extend(facts.projects.iter().map(|found| found.span));
    marks.sort_unstable();
    let text = &facts.annotated.article.text;
    let (mut out, mut at) = (String::new(), span.start);
    for mark in marks.into_iter().filter(|mark| span.contains(*mark)) {
        if mark.start < at {
            continue;
        }
        let _ = write!(out, "{}{open}{}{close}", &text[at..mark.start], mark.of(text));
        at = mark.end;
    }
    out.push_str(&text[at..span.end]);
    out
}

fn notes(linked: &Linked) -> Vec<Note> {
    let facts = &linked.facts;
    let annotated = &facts.annotated;
    let text = &annotated.article.text;
    let mut notes = Vec::new();
    for (found, identity) in annotated.places.iter().zip(&linked.place_of) {
        let thing = &linked.places[*identity];
        notes.push(Note {
            at: found.span,
            line: format!("place {} = {} ({}) [{}]", found.span.of(text), thing.name, thing.kind, found.rule),
        });
    }
    for (found, identity) in annotated.organizations.iter().zip(&linked.organization_of) {
        let thing = &linked.organizations[*identity];
        let line = format!("organization {} = {} ({}) [{}]", found.span.of(text), thing.name, thing.kind, found.rule);
        notes.push(Note { at: found.span, line });
    }
    for found in &facts.observations {
        let fact = &found.value;
        let unit = fact.quantity.unit.as_ref().map(|unit| unit.text.as_str()).unwrap_or_default();
        let max = fact.quantity.max.map(|max| format!("..{max}")).unwrap_or_default();
        let about = fact.about.map(|about| name(linked, about)).unwrap_or_default();
        let period = fact.period.map_or("time unknown".to_owned(), |period| period.to_string());
        let line = format!(
            "figure {} = {}{max} {unit} | {about} | {} {} {} | {period} | {} [{}]",
            fact.indicator,
            fact.quantity.value,
            fact.statistic,
            fact.outlook,
            fact.quantity.bound,
            fact.confidence,
            found.rule
        );
        notes.push(Note { at: found.span, line });
    }
    for found in &facts.projects {
        let status = found.value.status.map_or("status unknown", |status| status.as_str());
        notes.push(Note { at: found.span, line: format!("project {} | {status} [{}]", found.value.name, found.rule) });
    }
    for found in &facts.events {
        let fact = &found.value;
        let date = fact.date.map_or("date unknown".to_owned(), |date| date.to_string());
        notes.push(Note {
            at: found.span,
            line: format!("event {} | {} | {date} [{}]", fact.kind, fact.label, found.rule),
        });
    }
    notes.sort_by_key(|note| note.at);
    notes
}

fn name(linked: &Linked, thing: Ref) -> String {
    let home = || linked.home.map(|index| linked.places[index].name.clone());
    match thing {
        Ref::Place(index) => linked.places[linked.place_of[index]].name.clone(),
        Ref::Organization(index) => linked.organizations[linked.organization_of[index]].name.clone(),
        Ref::Project(index) => linked.projects[index].name.clone(),
        Ref::Event(index) => linked.facts.events[index].value.label.clone(),
        Ref::Home => home().unwrap_or_default(),
    }
}

/// Tells whether two names of the article are taken for one thing; `false` if it does not name both.
fn why(linked: &Linked, a: &str, b: &str) -> Result<bool> {
    let (first, second) = (identities(linked, a), identities(linked, b));
    if first.is_empty() || second.is_empty() {
        return Ok(false);
    }
    let article = &linked.facts.annotated.article;
    let mut out = format!("== {}\n", article.title.as_deref().unwrap_or(&article.path));
    for (form, found) in [(a, &first), (b, &second)] {
        for (key, name, rule) in found {
            let _ = writeln!(out, "{form} is taken for {name} (key {key}) by {rule}");
        }
    }
    let one = first.iter().any(|(key, _, _)| second.iter().any(|(other, _, _)| key == other));
    let _ = writeln!(out, "{}", if one { "one thing: the keys are the same" } else { "two things: the keys differ" });
    print(&out)?;
    Ok(true)
}

/// The identities that a form stands for: key, name, rule; each once.
fn identities(linked: &Linked, form: &str) -> Vec<(String, String, String)> {
    let annotated = &linked.facts.annotated;
    let text = &annotated.article.text;
    let mut found = Vec::new();
    for (mention, index) in annotated.places.iter().zip(&linked.place_of) {
        if mention.span.of(text) == form {
            let thing = &linked.places[*index];
            found.push((format!("place/{}", thing.key), thing.name.clone(), mention.rule.to_string()));
        }
    }
    for (mention, index) in annotated.organizations.iter().zip(&linked.organization_of) {
        if mention.span.of(text) == form {
            let thing = &linked.organizations[*index];
            found.push((format!("organization/{}", thing.key), thing.name.clone(), mention.rule.to_string()));
        }
    }
    for (project, identity) in linked.facts.projects.iter().zip(&linked.projects) {
        if project.value.mentions.iter().any(|mention| mention.of(text) == form) {
            found.push((format!("project/{}", identity.key), identity.name.clone(), project.rule.to_string()));
        }
    }
    found.sort();
    found.dedup();
    found
}
