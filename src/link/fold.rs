//! One way of writing a name.

use super::LEXICON;

/// The name with ASCII brackets, curly quotes, one kind of dash, and no space between Chinese characters.
pub(super) fn fold(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    let mut open = true;
    for c in name.chars() {
        let mut buffer = [0; 4];
        let form: &str = c.encode_utf8(&mut buffer);
        if let Some(entry) = LEXICON.get("quote", form) {
            folded.push_str(entry.get(if open { "open" } else { "close" }).unwrap_or(form));
            open = !open;
        } else if let Some(to) = LEXICON.get("fold", form).and_then(|entry| entry.get("to")) {
            folded.push_str(to);
        } else if c.is_whitespace() {
            let latin = folded.ends_with(|last: char| last.is_ascii_alphanumeric());
            if latin {
                folded.push(' ');
            }
        } else {
            folded.push(c);
        }
    }
    folded.trim().to_owned()
}

/// Other forms of a name that hold wherever it does.
pub(super) fn rewritten(name: &str) -> Vec<String> {
    let mut forms = Vec::new();
    for entry in LEXICON.entries("rewrite") {
        let (Some(at), Some(to)) = (entry.get("at"), entry.get("to")) else {
            continue;
        };
        for form in &entry.forms {
            let other = if at == "start" {
                name.strip_prefix(form.as_str()).map(|rest| format!("{to}{rest}"))
            } else {
                name.strip_suffix(form.as_str()).map(|rest| format!("{rest}{to}"))
            };
            forms.extend(other.filter(|other| other.chars().count() > 3));
        }
    }
    // 管理委员会 ends with 委员会, and 管理委 is no name.
    forms.sort_by_key(String::len);
    forms.truncate(1);
    forms
}
