//! Texts of an unknown format: their structure, and the words that they begin with.

/// Lines that are looked at.
const LINES: usize = 30;
/// Longest first words.
const WORDS: usize = 32;

/// Name and title of a text's structure.
pub(super) fn structure(text: &str) -> (&'static str, &'static str) {
    let lines: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .take(LINES)
        .collect();
    let most = |is: fn(&str) -> bool| 2 * lines.iter().filter(|line| is(line)).count() > lines.len();
    if lines.is_empty() {
        ("text-blank", "blank text")
    } else if is_numbers(lines[0]) && most(is_numbers) {
        ("text-numbers", "text of numbers")
    } else if lines[0].starts_with("# ") && lines.iter().filter(|line| is_markup(line)).count() > 1 {
        ("text-markdown", "Markdown text")
    } else if most(is_prose) {
        ("text-prose", "prose")
    } else if most(is_field) {
        ("text-fields", "text of names with values")
    } else {
        ("text", "text")
    }
}

fn is_numbers(line: &str) -> bool {
    line.split([' ', '\t', ',', ';'])
        .filter(|word| !word.is_empty())
        .all(|word| word.replace(['D', 'd'], "e").parse::<f64>().is_ok())
}

fn is_markup(line: &str) -> bool {
    ["# ", "## ", "### ", "- ", "* ", "```", "![", "[", "|"]
        .iter()
        .any(|mark| line.starts_with(mark))
}

/// Six words at least, most of them of letters alone.
fn is_prose(line: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().collect();
    let plain = |word: &&&str| {
        word.trim_matches(|c: char| c.is_ascii_punctuation())
            .chars()
            .all(char::is_alphabetic)
    };
    words.len() >= 6 && 4 * words.iter().filter(plain).count() >= 3 * words.len()
}

/// `name: value` or `name = value`, behind comment marks or without.
fn is_field(line: &str) -> bool {
    let line = line.trim_start_matches(['#', '%', '*', '!', '/', ';', ' ']);
    line.find([':', '=']).is_some_and(|at| {
        let name = line[..at].trim_end();
        (1..=40).contains(&name.len()) && name.starts_with(|c: char| c.is_alphabetic())
    })
}

/// The first words, up to the first name that a `:`, `=` or `,` ends, with 9 for each digit; none of columns of numbers
/// and of prose, whose first words say nothing of their kind.
pub(super) fn first_words(text: &str) -> Option<String> {
    if matches!(
        structure(text).0,
        "text-numbers" | "text-prose" | "text-blank" | "text-markdown"
    ) {
        return None;
    }
    let line = text.lines().map(str::trim).find(|line| !line.is_empty())?;
    let mut words = String::new();
    for word in line.split_whitespace().take(3) {
        let end = word.find([':', '=', ',', ';']).map_or(word.len(), |at| at + 1);
        if !words.is_empty() {
            words.push(' ');
        }
        for c in word[..end].chars() {
            words.push(if c.is_ascii_digit() { '9' } else { c });
        }
        if end < word.len() || word.ends_with([':', '=', ',', ';']) {
            break;
        }
    }
    Some(crate::printable(words.as_bytes(), WORDS))
}
