//! What elements are, by their names and attributes.

use html5ever::tokenizer::Tag;
use html5ever::{Attribute, LocalName};

/// Elements that hold no text of the page: what runs, what is filled in, readings above characters.
pub(super) fn is_silent(name: &LocalName) -> bool {
    SILENT.contains(&&**name)
}

const SILENT: [&str; 24] = [
    "script",
    "style",
    "noscript",
    "template",
    "iframe",
    "noframes",
    "noembed",
    "select",
    "option",
    "button",
    "svg",
    "textarea",
    "object",
    "input",
    "datalist",
    "audio",
    "video",
    "canvas",
    "map",
    "rt",
    "rp",
    "annotation",
    "annotation-xml",
    "title",
];

/// Elements that stand in a line.
pub(super) fn is_inline(name: &LocalName) -> bool {
    INLINE.contains(&&**name)
}

const INLINE: [&str; 46] = [
    "a",
    "abbr",
    "b",
    "bdi",
    "bdo",
    "big",
    "cite",
    "code",
    "del",
    "dfn",
    "em",
    "font",
    "i",
    "img",
    "ins",
    "kbd",
    "label",
    "mark",
    "nobr",
    "q",
    "ruby",
    "rb",
    "s",
    "samp",
    "small",
    "span",
    "strike",
    "strong",
    "sub",
    "sup",
    "time",
    "tt",
    "u",
    "var",
    "wbr",
    "math",
    "mrow",
    "mi",
    "mn",
    "mo",
    "mtext",
    "msup",
    "msub",
    "mfrac",
    "msqrt",
    "semantics",
];

pub(super) fn is_void(name: &LocalName) -> bool {
    VOID.contains(&&**name)
}

const VOID: [&str; 17] = [
    "area", "base", "basefont", "bgsound", "br", "col", "embed", "frame", "hr", "img", "input", "link", "meta",
    "param", "source", "track", "wbr",
];

/// Elements whose end tags reach through no border of a cell.
pub(super) fn is_border(name: &LocalName) -> bool {
    BORDER.contains(&&**name)
}

const BORDER: [&str; 5] = ["table", "td", "th", "caption", "html"];

pub(super) fn is_row_part(name: &LocalName) -> bool {
    ROW_PART.contains(&&**name)
}

const ROW_PART: [&str; 7] = ["td", "th", "tr", "tbody", "thead", "tfoot", "caption"];

/// The value of a tag's attribute.
pub(super) fn attribute<'t>(tag: &'t Tag, name: &str) -> Option<&'t str> {
    let found = tag.attrs.iter().find(|a: &&Attribute| &*a.name.local == name)?;
    Some(&found.value)
}

/// `display: none`. What is only invisible may be about to be shown: messengers send articles so.
pub(super) fn hides(style: &str) -> bool {
    style.match_indices("display").any(|(at, word)| {
        let value = style[at + word.len()..].trim_start().strip_prefix(':');
        value.is_some_and(|value| value.trim_start().starts_with("none"))
    })
}

/// An attachment.
pub(super) fn is_file(href: &str) -> bool {
    let path = href.split(['?', '#']).next().unwrap_or_default();
    let ending = path.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    matches!(
        ending.as_str(),
        "doc" | "docx" | "wps" | "pdf" | "xls" | "xlsx" | "et" | "zip" | "rar" | "ofd" | "ppt" | "pptx"
    )
}
