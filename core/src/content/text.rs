//! Texts of an unknown format: their structure, and their first words.

/// Most lines that are examined.
const LINES: usize = 30;
/// Length of the longest first words, in bytes.
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
    let Some(first) = lines.first() else {
        return ("text-blank", "blank text");
    };
    if is_numbers(first) && most(is_numbers) {
        ("text-numbers", "text of numbers")
    } else if first.starts_with("# ") && lines.iter().any(|line| is_markup(line)) {
        ("text-markdown", "Markdown text")
    } else if most(is_prose) {
        ("text-prose", "prose")
    } else if most(is_field) {
        ("text-fields", "text of names with values")
    } else if is_separated(&lines, ',') {
        ("text-commas", "comma-separated text")
    } else if is_separated(&lines, '\t') {
        ("text-tabs", "tab-separated text")
    } else if is_separated(&lines, ';') {
        ("text-semicolons", "semicolon-separated text")
    } else {
        ("text", "text")
    }
}

fn is_numbers(line: &str) -> bool {
    line.split([' ', '\t', ',', ';'])
        .filter(|word| !word.is_empty())
        .all(is_number)
}

/// A number, also with an exponent of Fortran (`1.0D-3`).
fn is_number(word: &str) -> bool {
    word.replace(['D', 'd'], "e").parse::<f64>().is_ok()
}

/// Whether a line has Markdown marks that comments of data files do not have.
fn is_markup(line: &str) -> bool {
    let marks = ["## ", "### ", "- ", "* ", "```", "![", "[", "|"];
    marks.iter().any(|mark| line.starts_with(mark))
}

/// Whether most lines have as many separators as the last of them.
fn is_separated(lines: &[&str], separator: char) -> bool {
    let count = |line: &str| line.matches(separator).count();
    let Some(last) = lines.iter().nth_back(1).or(lines.last()).map(|line| count(line)) else {
        return false;
    };
    last > 0 && lines.len() > 1 && 2 * lines.iter().filter(|line| count(line) == last).count() > lines.len()
}

/// Whether a line is prose: at least six words, most of them of letters alone.
fn is_prose(line: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().collect();
    let plain = |word: &&&str| {
        word.trim_matches(|c: char| c.is_ascii_punctuation())
            .chars()
            .all(char::is_alphabetic)
    };
    words.len() >= 6 && 4 * words.iter().filter(plain).count() >= 3 * words.len()
}

/// Whether a line is `name: value` or `name = value`, with or without comment marks before it.
fn is_field(line: &str) -> bool {
    let line = line.trim_start_matches(['#', '%', '*', '!', '/', ';', ' ']);
    line.find([':', '=']).is_some_and(|at| {
        let name = line[..at].trim_end();
        let is_name = name.starts_with(|c: char| c.is_alphabetic()) && !name.contains([',', ';', '\t']);
        is_name && name.len() <= 40
    })
}

/// The first words, up to three, or up to a word that ends with `:`, `=`, `,` or `;`, with 9 for each digit.
///
/// `None` if they say nothing about the format: columns of numbers, prose, a line that begins with a number.
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
        if words.is_empty() && is_numbers(&word[..end]) {
            return None;
        }
        if !words.is_empty() {
            words.push(' ');
        }
        words.extend(
            word[..end]
                .chars()
                .map(|c| if c.is_ascii_digit() { '9' } else { c }),
        );
        if word[..end].ends_with([':', '=', ',', ';']) {
            break;
        }
    }
    Some(crate::printable(words.as_bytes(), WORDS))
}
