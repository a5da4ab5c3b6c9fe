//! Positions as navigation receivers and operators write them.

use text_format::Place;

/// One of the two angles of a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Angle {
    Latitude,
    Longitude,
}

impl Angle {
    /// Sign of a hemisphere, from its letter or word in lower case.
    fn sign(self, word: &str) -> Option<f64> {
        match (self, word) {
            (Angle::Latitude, "n" | "north") | (Angle::Longitude, "e" | "east") => Some(1.0),
            (Angle::Latitude, "s" | "south") | (Angle::Longitude, "w" | "west") => Some(-1.0),
            _ => None,
        }
    }

    fn most(self) -> f64 {
        match self {
            Angle::Latitude => 90.0,
            Angle::Longitude => 180.0,
        }
    }
}

/// A position that the operator typed into lines that begin with `**`.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct UserPosition {
    /// Latitude in degrees north.
    pub latitude: f64,
    /// Longitude in degrees east, -180 to 180.
    pub longitude: f64,
    /// Place of the latitude; the longitude is in the same line or in another one.
    pub place: Place,
}

/// An angle, as parsed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Degrees {
    /// The angle in degrees; north and east are positive.
    pub(crate) value: f64,
    /// Whether the hemisphere is known: a letter or a sign states it, or the number is a decimal one, in which the
    /// missing sign means north or east.
    pub(crate) has_side: bool,
    /// Whether the angle has minutes.
    has_minutes: bool,
    /// Whether a letter states the hemisphere.
    has_letter: bool,
}

/// A piece of a written angle.
#[derive(Debug, Clone, PartialEq)]
enum Token {
    /// A number without its sign, and whether it has a decimal point.
    Number(f64, bool),
    Minus,
    Word(String),
}

/// Most pieces of an angle; an operator's line may be any text.
const MOST_TOKENS: usize = 8;

/// Splits `47°32.8'N` into numbers and words; `None` if there is anything else.
fn tokens(text: &str) -> Option<Vec<Token>> {
    let text = text.split('(').next().unwrap_or_default();
    let has_point = text.contains('.');
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        if tokens.len() == MOST_TOKENS {
            return None;
        }
        let of = |is: &dyn Fn(char) -> bool| rest.find(|c| !is(c)).unwrap_or(rest.len());
        let length = if first.is_ascii_digit() || first == '.' {
            let length = of(&|c| c.is_ascii_digit() || c == '.' || c == ',' && !has_point);
            // A comma after a number is a separator.
            let number = rest[..length].trim_end_matches(',');
            let value: f64 = number.replace(',', ".").parse().ok()?;
            tokens.push(Token::Number(value, number.contains(['.', ','])));
            number.len()
        } else if first.is_ascii_alphabetic() {
            let length = of(&|c| c.is_ascii_alphabetic());
            let word = rest[..length].to_ascii_lowercase();
            if ![
                "deg", "degree", "degrees", "d", "min", "minutes", "m", "sec", "seconds",
            ]
            .contains(&word.as_str())
            {
                tokens.push(Token::Word(word));
            }
            length
        } else {
            // A dash before the first number is a sign; between numbers it is a separator.
            if matches!(first, '-' | '−') && !tokens.iter().any(|token| matches!(token, Token::Number(..)))
            {
                tokens.push(Token::Minus);
            } else if !(first.is_whitespace() || "°º˚'’′\"”″:+-−,;*\u{FFFD}".contains(first)) {
                return None;
            }
            first.len_utf8()
        };
        rest = rest[length..].trim_start();
    }
    Some(tokens)
}

/// Parses `43 32.75 N`, `N43 32.75`, `43°32'45"N`, `-43.5458`, `43.5458 N`; `side` is the hemisphere that a label
/// states.
pub(crate) fn degrees(text: &str, angle: Angle, side: Option<f64>) -> Option<Degrees> {
    let tokens = tokens(text)?;
    let mut numbers = Vec::new();
    let (mut letter, mut is_negative) = (None, false);
    for (at, token) in tokens.iter().enumerate() {
        match token {
            Token::Number(value, has_point) => numbers.push((*value, *has_point)),
            Token::Minus => is_negative = true,
            // The letter comes first or last, once.
            Token::Word(word) if letter.is_none() && (at == 0 || at + 1 == tokens.len()) => {
                letter = Some(angle.sign(word)?);
            }
            Token::Word(_) => return None,
        }
    }
    let (whole, parts) = numbers.split_first()?;
    // Only the last number may have a fraction.
    let is_in_order = numbers[..numbers.len() - 1]
        .iter()
        .all(|(_, has_point)| !has_point);
    if parts.len() > 2 || !is_in_order || parts.iter().any(|(part, _)| *part >= 60.0) {
        return None;
    }
    let minutes = parts.first().map_or(0.0, |part| part.0) + parts.get(1).map_or(0.0, |part| part.0) / 60.0;
    let magnitude = whole.0 + minutes / 60.0;
    // A minus contradicts a letter of the north or east, and repeats a letter of the south or west.
    if magnitude > angle.most() || is_negative && letter == Some(1.0) {
        return None;
    }
    let sign = match letter {
        Some(sign) => Some(sign),
        None if is_negative => Some(-1.0),
        None => side,
    };
    let is_decimal = parts.is_empty() && whole.1;
    Some(Degrees {
        // Adding zero turns -0 into 0.
        value: magnitude * sign.unwrap_or(1.0) + 0.0,
        has_side: sign.is_some() || is_decimal,
        has_minutes: !parts.is_empty(),
        has_letter: letter.is_some(),
    })
}

/// Collects a position from the lines of the operator, each of which may contain one of the angles or both.
#[derive(Debug, Default)]
pub(crate) struct UserLines {
    latitude: Option<(Degrees, Place)>,
    longitude: Option<Degrees>,
}

impl UserLines {
    /// Looks for angles in a line without its asterisks. The first latitude and the first longitude count.
    pub(crate) fn line(&mut self, text: &str, place: Place) {
        if text.len() > 200 {
            return;
        }
        let (label, value) = split_label(text);
        let Some(kind) = kind(label) else {
            // A line without a label, such as `02 00.07 S`, must be complete.
            if let Some((angle, degrees)) = unlabelled(text) {
                self.set(angle, degrees, place);
            }
            return;
        };
        match kind {
            Kind::Both => {
                if let Some((latitude, longitude)) = both(value) {
                    self.set(Angle::Latitude, latitude, place);
                    self.set(Angle::Longitude, longitude, place);
                }
            }
            Kind::One(angle) => {
                // `Lat: 47 32.8 N Lon: 52 35.0 W` holds both.
                let (value, behind) = split_at_longitude(value);
                if let Some(degrees) = degrees(value, angle, side_in(label, angle)) {
                    self.set(angle, degrees, place);
                }
                if let Some(degrees) = behind.and_then(|text| degrees(text, Angle::Longitude, None)) {
                    self.set(Angle::Longitude, degrees, place);
                }
            }
        }
    }

    fn set(&mut self, angle: Angle, degrees: Degrees, place: Place) {
        match angle {
            Angle::Latitude => _ = self.latitude.get_or_insert((degrees, place)),
            Angle::Longitude => _ = self.longitude.get_or_insert(degrees),
        }
    }

    /// The position, if both angles are known with their hemispheres.
    ///
    /// Degrees and minutes without a letter do not state the hemisphere, so they do not give a position.
    pub(crate) fn position(&self) -> Option<UserPosition> {
        let ((latitude, place), longitude) = self.latitude.zip(self.longitude)?;
        (latitude.has_side && longitude.has_side).then_some(UserPosition {
            latitude: latitude.value,
            longitude: longitude.value,
            place,
        })
    }

    /// Place of a latitude that gives no position because a hemisphere is not known.
    pub(crate) fn without_side(&self) -> Option<Place> {
        let ((latitude, place), longitude) = self.latitude.zip(self.longitude)?;
        (!latitude.has_side || !longitude.has_side).then_some(place)
    }
}

enum Kind {
    One(Angle),
    Both,
}

/// Splits `Latitude: 58 12.50 N`, `LATITUDE = 58.2` or `Lat 58.2` into label and value.
fn split_label(text: &str) -> (&str, &str) {
    if let Some(at) = text.find([':', '=']) {
        return (&text[..at], &text[at + 1..]);
    }
    let word = text
        .find(|c: char| !c.is_ascii_alphabetic())
        .unwrap_or(text.len());
    (&text[..word], &text[word..])
}

fn words(label: &str) -> impl Iterator<Item = String> {
    let words = label.split(|c: char| !c.is_ascii_alphabetic());
    words.filter(|word| !word.is_empty()).map(str::to_ascii_lowercase)
}

fn kind(label: &str) -> Option<Kind> {
    let (mut latitude, mut longitude) = (false, false);
    for word in words(label) {
        match word.as_str() {
            "lat" | "latitude" | "latitud" => latitude = true,
            "lon" | "long" | "lng" | "longitude" | "longitud" => longitude = true,
            "position" | "pos" | "posn" => (latitude, longitude) = (true, true),
            // This is the second position of a tow, or a position of something else.
            "end" | "stop" | "bottom" | "recovery" => return None,
            _ => {}
        }
    }
    match (latitude, longitude) {
        (true, true) => Some(Kind::Both),
        (true, false) => Some(Kind::One(Angle::Latitude)),
        (false, true) => Some(Kind::One(Angle::Longitude)),
        (false, false) => None,
    }
}

/// The hemisphere that a label such as `Latitude (N)` states.
fn side_in(label: &str, angle: Angle) -> Option<f64> {
    words(label).find_map(|word| angle.sign(&word))
}

/// The value of a latitude, and that of a longitude that follows in the same line.
fn split_at_longitude(value: &str) -> (&str, Option<&str>) {
    let lower = value.to_ascii_lowercase();
    match lower.find("lon") {
        Some(at) => {
            let behind = value[at..].trim_start_matches(|c: char| c.is_ascii_alphabetic());
            let behind = behind.trim_start_matches([':', '=', ' ']);
            (value[..at].trim_end_matches([',', ';', '/', ' ']), Some(behind))
        }
        None => (value, None),
    }
}

/// An angle with a letter and minutes, in a line of its own.
fn unlabelled(text: &str) -> Option<(Angle, Degrees)> {
    [Angle::Latitude, Angle::Longitude].into_iter().find_map(|angle| {
        let degrees = degrees(text, angle, None)?;
        (degrees.has_minutes && degrees.has_letter).then_some((angle, degrees))
    })
}

/// Latitude and longitude in `47 32.8 N 052 35.0 W`, `N47 32.8, W52 35.0` or `47.5467, -52.5833`.
fn both(value: &str) -> Option<(Degrees, Degrees)> {
    let value = value.trim();
    let separators = [',', ';', '/', ' ', '\t'];
    let first_letter = value.find(|c: char| c.is_ascii_alphabetic());
    let (latitude, longitude) = match first_letter {
        // The letter comes first: the longitude begins with the next letter.
        Some(0) => {
            let number = value.find(|c: char| c.is_ascii_digit())?;
            let next = value[number..].find(|c: char| c.is_ascii_alphabetic())?;
            value.split_at(number + next)
        }
        // The letter comes last: the latitude ends with its letter.
        Some(at) => {
            let end = value[at..].find(|c: char| !c.is_ascii_alphabetic())?;
            value.split_at(at + end)
        }
        None => value.split_at(value.find(separators)?),
    };
    let read = |text: &str, angle| degrees(text.trim_matches(separators), angle, None);
    read(latitude, Angle::Latitude).zip(read(longitude, Angle::Longitude))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn close(found: Option<f64>, expected: f64, text: &str) {
        let near = found.is_some_and(|found| (found - expected).abs() < 1e-9);
        assert!(near, "{text}: {found:?}, expected {expected}");
    }

    #[test]
    fn angles_in_many_forms() {
        for (text, expected) in [
            ("47 32.8 N", 47.0 + 32.8 / 60.0),
            ("N 47 32.8", 47.0 + 32.8 / 60.0),
            ("N47 32.8", 47.0 + 32.8 / 60.0),
            ("n47 32.8", 47.0 + 32.8 / 60.0),
            ("58 12.50N", 58.0 + 12.5 / 60.0),
            ("23  5.090 S", -(23.0 + 5.09 / 60.0)),
            ("47.5467", 47.5467),
            ("-47.5467", -47.5467),
            ("+47,5467", 47.5467),
            ("47.5467S", -47.5467),
            ("47°32.8'N", 47.0 + 32.8 / 60.0),
            ("47º 32’ 48\" N", 47.0 + 32.8 / 60.0),
            ("47 deg 32.8 min North", 47.0 + 32.8 / 60.0),
            ("47:32:48 N", 47.0 + 32.8 / 60.0),
            ("47-32.8N", 47.0 + 32.8 / 60.0),
            ("-12.5 S", -12.5),
            ("47 32.8 N (WGS84)", 47.0 + 32.8 / 60.0),
            ("90 00.0 N", 90.0),
        ] {
            close(
                degrees(text, Angle::Latitude, None).map(|found| found.value),
                expected,
                text,
            );
        }
        for text in [
            "",
            "N",
            "91 00.0 N",
            "47 60.0 N",
            "47 32.8 E",
            "-47 32.8 N",
            "47.5 32.8 N",
            "47 32 48 1 N",
            "1 N 2 N",
            "none",
            "47 32.8 N approx.",
            "47..5",
            "1e400",
            "999999999999999999999",
        ] {
            assert_eq!(degrees(text, Angle::Latitude, None), None, "{text}");
        }
        let has_side = |text| degrees(text, Angle::Longitude, None).map(|found| found.has_side);
        assert_eq!(
            [
                has_side("58 54.6"),
                has_side("58"),
                has_side("58.9"),
                has_side("-58")
            ],
            [Some(false), Some(false), Some(true), Some(true)]
        );
    }

    fn position(lines: &[&str]) -> Option<(f64, f64)> {
        let mut user = UserLines::default();
        for (at, line) in (1..).zip(lines) {
            user.line(line, Place::line(at, 1));
        }
        user.position()
            .map(|position| (position.latitude, position.longitude))
    }

    #[test]
    fn positions_in_operators_lines() {
        let expected = (47.0 + 32.8 / 60.0, -(52.0 + 35.0 / 60.0));
        for lines in [
            &["Ship: x", "Latitude: 47 32.8 N", "Longitude: 052 35.0 W"][..],
            &["LATITUDE XX XX.XX: 47 32.80 N", "LONGITUDE XX XX.XX: 52 35.00 W"],
            &["Latitude (N) = 47 32.8", "Longitude (W) = 52 35.0"],
            &["Latitude N47 32.8", "Longitude w52 35.0"],
            &["Position: 47 32.8 N 052 35.0 W"],
            &["Position: N47 32.8 W052 35.0"],
            &["Pos. = 47°32.8'N, 52°35.0'W"],
            &["Lat/Lon: 47 32.8 N / 52 35.0 W"],
            &["Lat: 47 32.8 N Lon: 52 35.0 W"],
            &["47 32.8 N", "052 35.0 W"],
            &[
                "Latitude: 47 32.8 N",
                "End latitude: 48 00.0 N",
                "Longitude: 52 35.0 W",
                "Longitude: 50 00.0 W",
            ],
        ] {
            let found = position(lines);
            close(found.map(|found| found.0), expected.0, lines[0]);
            close(found.map(|found| found.1), expected.1, lines[0]);
        }
        assert_eq!(
            position(&["Latitude: 47.5467", "Longitude: -125.3"]),
            Some((47.5467, -125.3))
        );
        assert_eq!(position(&["Position: 47.5467, -125.3"]), Some((47.5467, -125.3)));
        assert_eq!(position(&["Position: -47.5467 125.3"]), Some((-47.5467, 125.3)));
    }

    #[test]
    fn lines_without_a_position() {
        for lines in [
            &["Latitude: 47 32.8 N"][..],
            &["Latitude: 43 51.5793", "Longitude: 58 54.6074"],
            &["Platform: 47 32.8 N", "Longitude: 52 35.0 W"],
            &["Latitude:", "Longitude:"],
            &["12.5 N", "14.5 E"],
            &["Position: 47 32.8 52 35.0"],
            &["Position: harbour"],
            &["3150", "001", "02/04/2008 18:53"],
        ] {
            assert_eq!(position(lines), None, "{lines:?}");
        }
        // A line of 200 bytes may state a position, a longer one is a remark.
        for (length, is_read) in [(200, true), (201, false)] {
            let text = format!("{:>length$}", "47 32.8 N");
            assert_eq!(position(&[&text, "52 35.0 W"]).is_some(), is_read, "{length}");
        }
        let mut user = UserLines::default();
        user.line("LATITUDE: 43 51.5793", Place::line(7, 3));
        user.line("LONGITUDE: 58 54.6074", Place::line(8, 3));
        assert_eq!(user.without_side(), Some(Place::line(7, 3)));
    }
}
