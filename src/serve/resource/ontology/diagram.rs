//! The picture of the ontology: its classes at fixed places, its properties as lines between them.

use std::collections::BTreeMap;

/// Half of a class's width and height.
const HALF: (i32, i32) = (76, 25);

/// Where each class stands, by its middle.
const PLACES: [(&str, i32, i32); 10] = [
    ("Observation", 430, 60),
    ("Conflict", 780, 60),
    ("Indicator", 780, 150),
    ("Period", 780, 240),
    ("Evidence", 110, 230),
    ("Article", 110, 570),
    ("Event", 430, 410),
    ("Project", 780, 410),
    ("Organization", 430, 580),
    ("Place", 780, 580),
];

/// The superclass of four of them, as a frame: left, top, right, bottom.
const FRAME: (&str, i32, i32, i32, i32) = ("Subject", 310, 330, 900, 640);

/// A class.
pub struct Box {
    pub name: String,
    pub label: String,
    pub x: i32,
    pub y: i32,
    pub width: i32,
    pub height: i32,
    /// Properties that lead from it to its like.
    pub round: String,
    pub is_frame: bool,
}

/// One or more properties between two classes.
pub struct Line {
    pub text: String,
    pub from: (i32, i32),
    pub to: (i32, i32),
    pub at: (i32, i32),
}

/// All of it.
pub struct Diagram {
    pub boxes: Vec<Box>,
    pub lines: Vec<Line>,
}

/// A rectangle by its corners.
type Area = (i32, i32, i32, i32);

fn area(name: &str) -> Option<Area> {
    if name == FRAME.0 {
        return Some((FRAME.1, FRAME.2, FRAME.3, FRAME.4));
    }
    let (_, x, y) = PLACES.iter().find(|(class, ..)| *class == name)?;
    Some((x - HALF.0, y - HALF.1, x + HALF.0, y + HALF.1))
}

fn is_framed(name: &str) -> bool {
    area(name).is_some_and(|(left, top, ..)| left > FRAME.1 && top > FRAME.2)
}

fn middle((left, top, right, bottom): Area) -> (i32, i32) {
    ((left + right) / 2, (top + bottom) / 2)
}

/// Where the line from the middle of an area to a point leaves the area.
fn border(area: Area, point: (i32, i32)) -> (i32, i32) {
    let (x, y) = middle(area);
    let (dx, dy) = (point.0 - x, point.1 - y);
    let (half_width, half_height) = ((area.2 - area.0) / 2, (area.3 - area.1) / 2);
    if dx.abs() * half_height > dy.abs() * half_width {
        (x + dx.signum() * half_width, y + dy * half_width / dx.abs().max(1))
    } else {
        (x + dx * half_height / dy.abs().max(1), y + dy.signum() * half_height)
    }
}

/// The point of an area that is nearest to another.
fn nearest((left, top, right, bottom): Area, (x, y): (i32, i32)) -> (i32, i32) {
    (x.clamp(left, right), y.clamp(top, bottom))
}

impl Diagram {
    /// The classes with their labels, and the properties as (from, name, label, to). What has no place is not drawn.
    pub fn new(classes: &BTreeMap<&str, &str>, properties: &[(String, String, String, String)]) -> Self {
        let mut lines: BTreeMap<(&str, &str), Vec<String>> = BTreeMap::new();
        let mut round: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for (from, name, label, to) in properties {
            if area(from).is_none() || area(to).is_none() {
                continue;
            }
            let text = format!("{name} {label}");
            if from == to {
                round.entry(from).or_default().push(text);
                continue;
            }
            // What several classes of the frame have in common leaves it once.
            let from = if is_framed(from) && !is_framed(to) && to != FRAME.0 { FRAME.0 } else { from };
            let known = lines.entry((from, to)).or_default();
            if !known.contains(&text) {
                known.push(text);
            }
        }
        let names = std::iter::once(FRAME.0).chain(PLACES.iter().map(|(name, ..)| *name));
        let boxes = names.filter_map(|name| {
            let (left, top, right, bottom) = area(name)?;
            Some(Box {
                name: name.to_owned(),
                label: (*classes.get(name)?).to_owned(),
                x: left,
                y: top,
                width: right - left,
                height: bottom - top,
                round: round.remove(name).unwrap_or_default().join(", "),
                is_frame: name == FRAME.0,
            })
        });
        let boxes = boxes.collect();
        let lines = lines.into_iter().filter_map(|((from, to), texts)| line(from, to, &texts.join(", "))).collect();
        Self { boxes, lines }
    }
}

fn line(from: &str, to: &str, text: &str) -> Option<Line> {
    let (source, target) = (area(from)?, area(to)?);
    let (start, end) = if to == FRAME.0 {
        let end = nearest(target, middle(source));
        (border(source, end), end)
    } else if from == FRAME.0 {
        // Beside the line that comes the other way.
        let (x, y) = nearest(source, middle(target));
        let start = (x, y + 70);
        let (left, _, _, bottom) = target;
        (start, ((left + middle(target).0) / 2, bottom))
    } else {
        (border(source, middle(target)), border(target, middle(source)))
    };
    // Two lines that cross in the frame are named near their beginnings.
    let part = if start.0 != end.0 && start.1 != end.1 && is_framed(from) && is_framed(to) { 16 } else { 50 };
    let along = |a: i32, b: i32| a + (b - a) * part / 100;
    Some(Line { text: text.to_owned(), from: start, to: end, at: (along(start.0, end.0), along(start.1, end.1)) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_ends_where_its_classes_begin() {
        let classes =
            BTreeMap::from([("Event", "事件"), ("Project", "项目"), ("Evidence", "依据"), ("Subject", "对象")]);
        let property = |from: &str, name: &str, to: &str| (from.into(), name.into(), "x".into(), to.into());
        let properties = [
            property("Event", "concerns", "Project"),
            property("Event", "evidence", "Evidence"),
            property("Project", "evidence", "Evidence"),
            property("Subject", "counterpart", "Subject"),
            property("Event", "date", "Literal"),
        ];

        let diagram = Diagram::new(&classes, &properties);

        assert_eq!(diagram.boxes.len(), 4);
        assert_eq!(diagram.boxes[0].round, "counterpart x");
        let texts: Vec<&str> = diagram.lines.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(texts, ["concerns x", "evidence x"], "what both have leaves the frame once");
        assert_eq!((diagram.lines[0].from, diagram.lines[0].to), ((506, 410), (704, 410)));
    }
}
