//! The account for a terminal.

use super::account::{Account, Block};
use super::find::Find;
use super::rival::Rival;
use std::fmt::Write;

/// How many repairs are shown; the page shows all.
const REPAIRS: usize = 12;

/// The account as lines. Writing to a string cannot fail.
pub(super) fn written(account: &Account, colour: bool) -> String {
    let paint = Paint(colour);
    let mut out = String::new();
    head(&mut out, account, &paint);
    for block in &account.blocks {
        let role = if block.role.code == "sentence" { "" } else { block.role.en };
        let role = if role.is_empty() { String::new() } else { paint.dim(&format!("({role}) ")) };
        let _ = writeln!(out, "\n{role}{}", marked(block, &paint));
        for damaged in &block.damaged {
            let _ = writeln!(
                out,
                "    {} characters {} to {}",
                paint.kind("damaged", "damaged"),
                damaged.start,
                damaged.end
            );
        }
        for find in &block.finds {
            told(&mut out, find, &paint);
        }
        for rival in &block.rivals {
            let _ = writeln!(out, "    {}", paint.dim(&lost(rival)));
        }
    }
    if !account.rules.is_empty() {
        let _ = writeln!(out, "\n{}", paint.dim("-- rules"));
    }
    for (id, says) in &account.rules {
        let _ = writeln!(out, "{}", paint.dim(&format!("[{id}] {says}")));
    }
    out.push('\n');
    out
}

fn head(out: &mut String, account: &Account, paint: &Paint) {
    let _ = writeln!(out, "== {}", safe(account.called()));
    let dated = account.dated_by.and_then(|by| serde_json::to_value(by).ok());
    let dated = dated.as_ref().and_then(|by| by.as_str()).map(|by| format!(" (by {by})"));
    let published = account.published.as_deref().map(|date| format!("{date}{}", dated.unwrap_or_default()));
    let home = account.home.as_ref().map(|home| format!("home: {}", home.name));
    let parts = [
        Some(published.unwrap_or_else(|| "date unknown".to_owned())),
        Some(account.publisher.clone().unwrap_or_else(|| "publisher unknown".to_owned())),
        Some(account.authors.join(" ")).filter(|authors| !authors.is_empty()),
        account.editor.clone().map(|editor| format!("editor: {editor}")),
        Some(home.unwrap_or_else(|| "home unknown".to_owned())),
    ];
    let _ = writeln!(out, "   {}", safe(&parts.into_iter().flatten().collect::<Vec<_>>().join(" | ")));
    let _ = writeln!(out, "   {}", paint.dim(&account.iri));
    if account.repairs.is_empty() {
        return;
    }
    let counts = account.repair_counts().into_iter().map(|(kind, count)| format!("{} {count}", kind.code));
    let _ = writeln!(out, "   {} repairs: {}", account.repairs.len(), counts.collect::<Vec<_>>().join(", "));
    for repair in account.repairs.iter().take(REPAIRS) {
        let line = format!("   {}: {:?} -> {:?}", repair.kind.code, repair.printed, repair.clean);
        let _ = writeln!(out, "{}", paint.dim(&safe(&line)));
    }
    if let Some(more) = account.repairs.len().checked_sub(REPAIRS).filter(|more| *more > 0) {
        let _ = writeln!(out, "   {}", paint.dim(&format!("and {more} more: --html FILE or --json shows all")));
    }
}

/// The block's text, each find in brackets (or colour) with its number, damage in braces.
fn marked(block: &Block, paint: &Paint) -> String {
    let mut out = String::new();
    let mut damaged = false;
    for segment in block.segments() {
        let broken = segment.kinds.contains(&"damaged");
        if !paint.0 && broken != damaged {
            out.push(if broken { '{' } else { '}' });
        }
        damaged = broken;
        if !paint.0 {
            out.extend(segment.opens.iter().map(|_| '['));
        }
        let kind = if broken { Some("damaged") } else { segment.kinds.last().copied() };
        out.push_str(&kind.map_or_else(|| safe(segment.text), |kind| paint.kind(kind, segment.text)));
        for number in segment.closes {
            out.push_str(&if paint.0 { paint.dim(&format!("#{number}")) } else { format!("]#{number}") });
        }
    }
    if !paint.0 && damaged {
        out.push('}');
    }
    out
}

fn told(out: &mut String, find: &Find, paint: &Paint) {
    let confidence = find.confidence.map(|sure| format!(" {sure}")).unwrap_or_default();
    let taken = if find.name == find.text { String::new() } else { format!("{} = ", safe(&find.text)) };
    // A figure's name says its value already.
    let taken = if find.kind.code == "figure" || find.kind.code == "event" { String::new() } else { taken };
    let kind = paint.kind(find.kind.code, find.kind.code);
    let _ = writeln!(out, "    #{} {kind} {taken}{} [{}]{confidence}", find.number, safe(&find.name), find.rule);
    let known = ["evidence", "indicator", "value", "to", "unit"];
    let attributes = find.attributes.0.iter().filter(|(name, _)| !known.contains(&name.code));
    let attributes: Vec<String> = attributes.map(|(name, value)| format!("{}: {value}", name.code)).collect();
    if !attributes.is_empty() {
        let _ = writeln!(out, "        {}", safe(&attributes.join(" | ")));
    }
    if let Some(why) = find.held_back {
        let _ = writeln!(out, "        {}", why.en);
    }
    if let Some(iri) = &find.iri {
        let _ = writeln!(out, "        {}", paint.dim(iri));
    }
}

fn lost(rival: &Rival) -> String {
    let to = rival.lost_to.as_ref().map(|winner| format!(": {winner}")).unwrap_or_default();
    let weight = rival.weight.filter(|_| rival.reason.code == "light");
    let weight =
        weight.map(|weight| format!(" ({}, {} characters; needs {})", weight.content, weight.chars, weight.needs));
    let weight = weight.unwrap_or_default();
    safe(&format!("- no {} {}: {}{to}{weight} [{}]", rival.kind.code, rival.text, rival.reason.en, rival.rule))
}

/// Text that moves no cursor: an article may hold any character.
fn safe(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' { '\u{FFFD}' } else { c }).collect()
}

/// Colours, where there is a terminal.
struct Paint(bool);

impl Paint {
    fn kind(&self, kind: &str, text: &str) -> String {
        let code = match kind {
            "figure" => "1;32",
            "place" => "34",
            "organization" => "36",
            "project" => "1;35",
            "event" => "1;33",
            "damaged" => "7;31",
            _ => "4",
        };
        self.with(code, text)
    }

    fn dim(&self, text: &str) -> String {
        self.with("2", text)
    }

    fn with(&self, code: &str, text: &str) -> String {
        let text = safe(text);
        if self.0 { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text }
    }
}
