//! Classic netCDF files from statements in CDL with the values beside the declaration:
//!
//! ```text
//! float TEMP(N_PROF=1, N_LEVELS=2) = 4, NaN ;
//! TEMP:units = "degree_Celsius" ;
//! :title = "a file" ;
//! ```
#![expect(clippy::unwrap_used, reason = "an example that cannot be read fails its test")]

/// Types of the classic formats, with their numbers.
const TYPES: [(&str, u32); 7] = [
    ("byte", 1),
    ("char", 2),
    ("short", 3),
    ("int", 4),
    ("float", 5),
    ("double", 6),
    ("int64", 10),
];

/// A variable, with values and attributes as CDL writes them.
pub(crate) struct Variable {
    pub(crate) name: String,
    /// One of [`TYPES`].
    pub(crate) of: &'static str,
    /// Indices of its dimensions.
    pub(crate) dimensions: Vec<usize>,
    pub(crate) attributes: Vec<(String, String)>,
    pub(crate) values: String,
}

/// The bytes of the file that the statements describe.
pub(crate) fn file(text: &str) -> Vec<u8> {
    let mut dimensions: Vec<(String, usize)> = Vec::new();
    let mut variables: Vec<Variable> = Vec::new();
    let mut globals: Vec<(String, String)> = Vec::new();
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    let text: String = lines.collect::<Vec<_>>().join("\n");
    for statement in text
        .split(" ;")
        .map(str::trim)
        .filter(|statement| !statement.is_empty())
    {
        let (left, values) = statement
            .split_once('=')
            .map_or((statement, ""), |_| split(statement));
        let (left, values) = (left.trim(), values.trim().to_owned());
        let of = TYPES
            .into_iter()
            .map(|(name, _)| name)
            .find(|name| left.starts_with(&format!("{name} ")));
        let Some(of) = of else {
            let (name, attribute) = left.split_once(':').unwrap();
            let pair = (attribute.trim().to_owned(), values);
            match variables.iter_mut().find(|variable| variable.name == name) {
                Some(variable) => {
                    variable.attributes.retain(|(known, _)| *known != pair.0);
                    variable.attributes.push(pair);
                }
                None => globals.push(pair),
            }
            continue;
        };
        let declared = left[of.len()..].trim();
        let (name, along) = declared.split_once('(').unwrap_or((declared, ")"));
        let along = along
            .trim_end_matches(')')
            .split(',')
            .map(str::trim)
            .filter(|one| !one.is_empty());
        let along = along.map(|one| {
            let (name, length) = one.split_once('=').unwrap_or((one, ""));
            let at = dimensions.iter().position(|(known, _)| known == name);
            at.unwrap_or_else(|| {
                dimensions.push((name.to_owned(), length.parse().unwrap()));
                dimensions.len() - 1
            })
        });
        let along = along.collect();
        let fill = match of {
            "float" | "double" => vec![("_FillValue".to_owned(), "99999".to_owned())],
            "char" => vec![("_FillValue".to_owned(), "\" \"".to_owned())],
            _ => Vec::new(),
        };
        variables.push(Variable {
            name: name.trim().to_owned(),
            of,
            dimensions: along,
            attributes: fill,
            values,
        });
    }
    write(&dimensions, &globals, &variables)
}

/// The bytes of a file with these dimensions, global attributes and variables.
pub(crate) fn write(
    dimensions: &[(String, usize)],
    globals: &[(String, String)],
    variables: &[Variable],
) -> Vec<u8> {
    let data: Vec<Vec<u8>> = variables
        .iter()
        .map(|variable| values(variable, dimensions))
        .collect();
    // The header has the same length for all offsets, so that a first pass measures it.
    let length = header(dimensions, globals, variables, &data, 0).len();
    let mut bytes = header(dimensions, globals, variables, &data, length);
    for one in data {
        bytes.extend(one);
    }
    bytes
}

/// Splits a statement at the `=` that is not within parentheses.
fn split(statement: &str) -> (&str, &str) {
    let mut depth = 0;
    for (at, letter) in statement.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            '=' if depth == 0 => return (&statement[..at], &statement[at + 1..]),
            _ => {}
        }
    }
    (statement, "")
}

fn values(variable: &Variable, dimensions: &[(String, usize)]) -> Vec<u8> {
    let count: usize = variable.dimensions.iter().map(|at| dimensions[*at].1).product();
    let mut bytes = match variable.of {
        "char" => {
            let length = variable.dimensions.last().map_or(1, |at| dimensions[*at].1);
            let mut bytes = Vec::new();
            for text in texts(&variable.values) {
                bytes.extend(text.bytes());
                bytes.resize(bytes.len().next_multiple_of(length.max(1)).max(length), b' ');
            }
            bytes.resize(count, b' ');
            bytes
        }
        _ => {
            let numbers = variable
                .values
                .split(',')
                .map(str::trim)
                .filter(|one| !one.is_empty());
            let mut numbers: Vec<f64> = numbers.map(|one| one.parse().unwrap()).collect();
            numbers.resize(count, 0.0);
            numbers
                .into_iter()
                .flat_map(|value| number(variable.of, value))
                .collect()
        }
    };
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

fn texts(values: &str) -> Vec<String> {
    values.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

fn number(of: &str, value: f64) -> Vec<u8> {
    match of {
        "byte" => (value as i8).to_be_bytes().to_vec(),
        "short" => (value as i16).to_be_bytes().to_vec(),
        "int" => (value as i32).to_be_bytes().to_vec(),
        "float" => (value as f32).to_be_bytes().to_vec(),
        "int64" => (value as i64).to_be_bytes().to_vec(),
        _ => value.to_be_bytes().to_vec(),
    }
}

/// The number of a type.
fn id(of: &str) -> u32 {
    TYPES.iter().find(|(name, _)| *name == of).unwrap().1
}

/// The header of a file, in words of 4 bytes; in CDF-5, which has 64-bit integers, counts have 8.
struct Header {
    bytes: Vec<u8>,
    is_wide: bool,
}

fn header(
    dimensions: &[(String, usize)],
    globals: &[(String, String)],
    variables: &[Variable],
    data: &[Vec<u8>],
    length: usize,
) -> Vec<u8> {
    let is_wide = variables.iter().any(|variable| variable.of == "int64");
    let mut out = Header {
        bytes: vec![b'C', b'D', b'F', if is_wide { 5 } else { 1 }],
        is_wide,
    };
    out.count(0);
    out.list(10, dimensions.len());
    for (name, length) in dimensions {
        out.text(name.as_bytes());
        out.count(*length);
    }
    out.attributes(globals, "double");
    out.list(11, variables.len());
    let mut begin = length;
    for (variable, data) in variables.iter().zip(data) {
        out.text(variable.name.as_bytes());
        out.count(variable.dimensions.len());
        for at in &variable.dimensions {
            out.count(*at);
        }
        out.attributes(&variable.attributes, variable.of);
        out.word(id(variable.of));
        out.count(data.len());
        out.count(begin);
        begin += data.len();
    }
    out.bytes
}

impl Header {
    /// Writes attributes: texts in quotes, numbers with CDL's suffixes, and other numbers in the type `of`.
    fn attributes(&mut self, attributes: &[(String, String)], of: &str) {
        self.list(12, attributes.len());
        for (name, value) in attributes {
            self.text(name.as_bytes());
            if value.starts_with('"') {
                self.word(2);
                self.text(texts(value).concat().as_bytes());
                continue;
            }
            let of = match value.trim().chars().last() {
                Some('b') => "byte",
                Some('s') => "short",
                Some('f') => "float",
                Some('d') => "double",
                _ => of,
            };
            let numbers = value
                .split(',')
                .map(|one| one.trim().trim_end_matches(['b', 's', 'f', 'd']));
            let numbers: Vec<f64> = numbers.map(|one| one.parse().unwrap()).collect();
            self.word(id(of));
            self.count(numbers.len());
            self.bytes
                .extend(numbers.into_iter().flat_map(|value| number(of, value)));
            self.pad();
        }
    }

    fn list(&mut self, tag: u32, length: usize) {
        self.word(if length == 0 { 0 } else { tag });
        self.count(length);
    }

    fn word(&mut self, value: u32) {
        self.bytes.extend(value.to_be_bytes());
    }

    fn count(&mut self, value: usize) {
        match self.is_wide {
            true => self.bytes.extend((value as u64).to_be_bytes()),
            false => self.word(value as u32),
        }
    }

    fn text(&mut self, bytes: &[u8]) {
        self.count(bytes.len());
        self.bytes.extend(bytes);
        self.pad();
    }

    fn pad(&mut self) {
        self.bytes.resize(self.bytes.len().next_multiple_of(4), 0);
    }
}
