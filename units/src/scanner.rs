//! Splits a text into tokens: the longest possible one counts, and of equally long ones the first rule, as in
//! UDUNITS-2.

/// A token of the grammar.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Token<'t> {
    /// `@`, `since`, ... with the blanks around it.
    Shift,
    Divide,
    Multiply,
    /// `^2`, `**-1`, `⁻³`.
    Exponent(i64),
    /// Digits with an optional sign: an exponent after a unit, otherwise a number.
    Integer(&'t str),
    Real(&'t str),
    /// `lg(re`; the base of the logarithm.
    Log(f64),
    Identifier(&'t str),
    Open,
    Close,
    /// Anything that begins no token.
    Other,
    End,
}

/// Words between a unit and its origin, in any case.
const SHIFTS: [&str; 4] = ["after", "from", "since", "ref"];
/// Superscript digits in the order of their values.
const SUPERSCRIPTS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
/// Names of logarithms and their bases.
const LOGARITHMS: [(&str, f64); 4] = [
    ("log", 10.0),
    ("lg", 10.0),
    ("ln", std::f64::consts::E),
    ("lb", 2.0),
];

/// Reads tokens from left to right.
#[derive(Debug, Clone)]
pub(crate) struct Scanner<'t> {
    text: &'t str,
    at: usize,
    /// Whether the last token was an identifier or its `^` power: then neither another identifier nor a real number
    /// follows without a separator.
    identifier_seen: bool,
}

impl<'t> Scanner<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Scanner {
            text,
            at: 0,
            identifier_seen: false,
        }
    }

    /// Offset of the next token, in bytes.
    pub(crate) fn position(&self) -> usize {
        self.at
    }

    /// The rest of the text.
    pub(crate) fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    /// Skips `length` bytes that were parsed in another way.
    pub(crate) fn skip(&mut self, length: usize) {
        self.at += length;
        self.identifier_seen = false;
    }

    pub(crate) fn next(&mut self) -> Token<'t> {
        let rest = self.rest();
        if rest.is_empty() {
            return Token::End;
        }
        let identifier_seen = self.identifier_seen;
        let first = |length: usize| &rest[..length];
        let rules: [Option<(usize, Token<'t>)>; 9] = [
            shift(rest).map(|length| (length, Token::Shift)),
            divide(rest).map(|length| (length, Token::Divide)),
            multiply(rest).map(|length| (length, Token::Multiply)),
            power(rest).map(|(length, exponent)| (length, Token::Exponent(exponent))),
            superscript(rest).map(|(length, exponent)| (length, Token::Exponent(exponent))),
            real(rest)
                .filter(|_| !identifier_seen)
                .map(|length| (length, Token::Real(first(length)))),
            integer(rest).map(|length| (length, Token::Integer(first(length)))),
            logarithm(rest).map(|(length, base)| (length, Token::Log(base))),
            identifier(rest)
                .filter(|_| !identifier_seen)
                .map(|length| (length, Token::Identifier(first(length)))),
        ];
        // `max_by_key` returns the last of equal ones, so the rules are in reverse order.
        let longest = rules
            .into_iter()
            .rev()
            .flatten()
            .max_by_key(|(length, _)| *length);
        let (length, token) = longest.unwrap_or_else(|| {
            let length = rest.chars().next().map_or(1, char::len_utf8);
            (
                length,
                match first(length) {
                    "(" => Token::Open,
                    ")" => Token::Close,
                    _ => Token::Other,
                },
            )
        });
        self.at += length;
        self.identifier_seen = match token {
            Token::Identifier(_) => true,
            Token::Exponent(_) => identifier_seen && !rest.starts_with(is_superscript),
            _ => false,
        };
        token
    }
}

pub(crate) fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\u{C}' | '\u{B}')
}

fn is_superscript(c: char) -> bool {
    SUPERSCRIPTS.contains(&c) || matches!(c, '⁺' | '⁻')
}

/// Length of the blanks that a text begins with.
pub(crate) fn blanks(text: &str) -> usize {
    text.len() - text.trim_start_matches(is_blank).len()
}

fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

fn sign(text: &str) -> usize {
    usize::from(text.starts_with(['+', '-']))
}

fn shift(text: &str) -> Option<usize> {
    let start = blanks(text);
    let word = &text[start..];
    let length = if word.starts_with('@') {
        1
    } else {
        let is_start = |shift: &&&str| {
            word.get(..shift.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(shift))
        };
        let length = SHIFTS.iter().find(is_start)?.len();
        if word[length..].starts_with(is_letter) {
            return None;
        }
        length
    };
    Some(start + length + blanks(&word[length..]))
}

fn divide(text: &str) -> Option<usize> {
    let start = blanks(text);
    let rest = &text[start..];
    if let Some(rest) = rest.strip_prefix('/') {
        return Some(start + 1 + blanks(rest));
    }
    let is_per = rest.get(..3).is_some_and(|word| word.eq_ignore_ascii_case("per"));
    let after = is_per.then(|| blanks(&rest[3..])).filter(|after| *after > 0)?;
    (start > 0).then_some(start + 3 + after)
}

fn multiply(text: &str) -> Option<usize> {
    match text.chars().next()? {
        c @ ('-' | '.' | '*' | '·') => Some(c.len_utf8()),
        _ => Some(blanks(text)).filter(|length| *length > 0),
    }
}

fn power(text: &str) -> Option<(usize, i64)> {
    let start = match text {
        text if text.starts_with("**") => 2,
        text if text.starts_with('^') => 1,
        _ => return None,
    };
    let length = integer(&text[start..])?;
    Some((start + length, to_i64(&text[start..start + length])))
}

fn superscript(text: &str) -> Option<(usize, i64)> {
    let mut characters = text.chars();
    let (mut length, mut negative, mut value, mut any) = (0, false, 0i64, false);
    let sign = characters.clone().next().filter(|c| matches!(c, '⁺' | '⁻'));
    if let Some(sign) = sign {
        negative = sign == '⁻';
        length += sign.len_utf8();
        characters.next();
    }
    for c in characters {
        let Some(digit) = SUPERSCRIPTS.iter().position(|superscript| *superscript == c) else {
            break;
        };
        any = true;
        value = value.saturating_mul(10).saturating_add(digit as i64);
        length += c.len_utf8();
    }
    any.then_some((length, if negative { -value } else { value }))
}

/// Digits with a point or an exponent, and an optional sign.
pub(crate) fn real(text: &str) -> Option<usize> {
    let start = sign(text);
    let whole = digits(&text[start..]);
    let mut end = start + whole;
    let mut fraction = 0;
    let point = text[end..].starts_with('.');
    if point {
        fraction = digits(&text[end + 1..]);
        end += 1 + fraction;
    }
    if whole + fraction == 0 {
        return None;
    }
    let exponent = text[end..].strip_prefix(['e', 'E']).and_then(|rest| {
        let sign = sign(rest);
        let digits = digits(&rest[sign..]);
        (digits > 0).then_some(1 + sign + digits)
    });
    (point || exponent.is_some()).then_some(end + exponent.unwrap_or(0))
}

pub(crate) fn integer(text: &str) -> Option<usize> {
    let start = sign(text);
    let length = digits(&text[start..]);
    (length > 0).then_some(start + length)
}

/// The value of digits with an optional sign, clamped to the range of an `i64`.
pub(crate) fn to_i64(text: &str) -> i64 {
    let limit = if text.starts_with('-') { i64::MIN } else { i64::MAX };
    text.parse().unwrap_or(limit)
}

fn logarithm(text: &str) -> Option<(usize, f64)> {
    let (name, base) = LOGARITHMS.iter().find(|(name, _)| text.starts_with(name))?;
    let rest = text[name.len()..]
        .trim_start_matches(is_blank)
        .strip_prefix('(')?;
    let rest = rest.trim_start_matches(is_blank);
    let is_re = rest.get(..2).is_some_and(|re| re.eq_ignore_ascii_case("re"));
    let rest = is_re.then(|| &rest[2..])?;
    let rest = rest
        .strip_prefix(':')
        .unwrap_or(rest)
        .trim_start_matches(is_blank);
    Some((text.len() - rest.len(), *base))
}

/// Letters of identifiers: those of ASCII and beyond, the underscore, and signs such as `°` and `µ`, but no
/// superscripts.
fn is_letter(c: char) -> bool {
    c == '_' || c.is_ascii_alphabetic() || (!c.is_ascii() && c != '·' && !is_superscript(c) && c != '−')
}

fn identifier(text: &str) -> Option<usize> {
    let first = text.chars().next()?;
    if matches!(first, '%' | '\'' | '"') {
        return Some(1);
    }
    if !is_letter(first) {
        return None;
    }
    // Digits belong to an identifier if another letter follows: `H2O`.
    let (mut length, mut end) = (0, 0);
    for c in text.chars() {
        if is_letter(c) {
            length += c.len_utf8();
            end = length;
        } else if c.is_ascii_digit() {
            length += 1;
        } else {
            break;
        }
    }
    Some(end)
}
