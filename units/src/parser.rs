//! Parses a text into a unit by recursive descent.

use std::cell::RefCell;
use std::collections::HashMap;

use crate::reference::Reference;
use crate::scanner::{Scanner, Token, integer, real, to_i64};
use crate::{Unit, UnitError, system};

/// Length of the longest text that is parsed, in bytes; units of real files have a few dozen.
pub const MAX_LENGTH: usize = 1 << 12;
/// Most levels of nested parentheses.
const MAX_DEPTH: u32 = 64;

/// Length of the longest text whose unit is remembered, in bytes.
const MAX_REMEMBERED_LENGTH: usize = 64;
/// Most texts whose units are remembered; then all are forgotten.
const MAX_REMEMBERED: usize = 512;

thread_local! {
    /// Units by their texts: the files of an archive repeat a few dozen.
    static REMEMBERED: RefCell<HashMap<Box<str>, Result<Unit, UnitError>>> = RefCell::default();
}

/// Looks up an identifier.
type Lookup<'l> = &'l dyn Fn(&str) -> Result<Unit, UnitError>;

/// Parses a unit as UDUNITS-2 does. Blanks around it are ignored, and an empty text is the dimensionless 1.
///
/// ```
/// assert_eq!(udunits::parse("W m-2 sr-1")?.to_string(), "kg s-3 rad-2");
/// assert_eq!(udunits::parse("degreesN")?, udunits::parse("degrees_north")?);
/// assert!(udunits::parse("mg m-3 of chlorophyll").is_err());
/// # Ok::<(), udunits::UnitError>(())
/// ```
///
/// Each thread remembers the units of short texts, so that repeating one costs a look-up.
///
/// # Errors
/// When the text is not a unit: see [`UnitError`].
pub fn parse(unit: &str) -> Result<Unit, UnitError> {
    if unit.len() > MAX_REMEMBERED_LENGTH {
        return parse_with(unit, &system::find);
    }
    REMEMBERED.with_borrow_mut(|remembered| {
        if let Some(result) = remembered.get(unit) {
            return result.clone();
        }
        let result = parse_with(unit, &system::find);
        if remembered.len() >= MAX_REMEMBERED {
            remembered.clear();
        }
        remembered.insert(unit.into(), result.clone());
        result
    })
}

/// Parses a unit whose identifiers `lookup` resolves.
pub(crate) fn parse_with(unit: &str, lookup: Lookup<'_>) -> Result<Unit, UnitError> {
    let text = unit.trim_matches([' ', '\t', '\n', '\r', '\u{C}', '\u{B}']);
    if text.len() > MAX_LENGTH {
        return Err(UnitError::TooLong);
    }
    if text.is_empty() {
        return Ok(Unit::ONE);
    }
    let mut parser = Parser {
        scanner: Scanner::new(text),
        lookup,
    };
    let unit = parser.shifted(0)?;
    match parser.scanner.clone().next() {
        Token::End => Ok(unit),
        _ => Err(parser.syntax()),
    }
}

struct Parser<'t, 'l> {
    scanner: Scanner<'t>,
    lookup: Lookup<'l>,
}

impl<'t> Parser<'t, '_> {
    fn syntax(&self) -> UnitError {
        UnitError::Syntax(self.scanner.position())
    }

    /// The next token, which is not consumed.
    fn peek(&self) -> Token<'t> {
        self.scanner.clone().next()
    }

    fn shifted(&mut self, depth: u32) -> Result<Unit, UnitError> {
        let unit = self.product(depth)?;
        if self.peek() != Token::Shift {
            return Ok(unit);
        }
        self.scanner.next();
        let rest = self.scanner.rest();
        // Only a reference follows, up to the end or the parenthesis.
        let end = rest.find(')').filter(|_| depth > 0).unwrap_or(rest.len());
        let text = &rest[..end];
        if unit.is_time()
            && let Some(reference) = Reference::parse(text)
        {
            self.scanner.skip(end);
            return unit.since(reference);
        }
        let length = real(text)
            .or_else(|| integer(text))
            .filter(|length| *length == end);
        match length.and_then(|length| text[..length].parse().ok()) {
            Some(origin) => {
                self.scanner.skip(end);
                unit.shifted(origin)
            }
            None if unit.is_time() => Err(UnitError::Reference(text.chars().take(64).collect())),
            None => Err(self.syntax()),
        }
    }

    fn product(&mut self, depth: u32) -> Result<Unit, UnitError> {
        let mut product = self.power(depth)?;
        loop {
            match self.peek() {
                Token::Multiply => {
                    self.scanner.next();
                    product = product.times(&self.power(depth)?)?;
                }
                Token::Divide => {
                    self.scanner.next();
                    product = product.times(&self.power(depth)?.raised(-1)?)?;
                }
                Token::Identifier(_) | Token::Integer(_) | Token::Real(_) | Token::Open | Token::Log(_) => {
                    product = product.times(&self.power(depth)?)?;
                }
                _ => return Ok(product),
            }
        }
    }

    fn power(&mut self, depth: u32) -> Result<Unit, UnitError> {
        let basic = self.basic(depth)?;
        let exponent = match self.peek() {
            Token::Integer(text) => to_i64(text),
            Token::Exponent(exponent) => exponent,
            _ => return Ok(basic),
        };
        self.scanner.next();
        basic.raised(exponent)
    }

    fn basic(&mut self, depth: u32) -> Result<Unit, UnitError> {
        let error = self.syntax();
        match self.scanner.next() {
            Token::Identifier(name) => (self.lookup)(name),
            Token::Integer(text) | Token::Real(text) => Unit::ONE.scaled(text.parse().map_err(|_| error)?),
            Token::Open => {
                let unit = self.nested(depth, Self::shifted)?;
                self.close(unit)
            }
            Token::Log(base) => {
                let unit = self.nested(depth, Self::product)?;
                self.close(unit.logarithm(base)?)
            }
            _ => Err(error),
        }
    }

    fn nested(
        &mut self,
        depth: u32,
        rule: impl FnOnce(&mut Self, u32) -> Result<Unit, UnitError>,
    ) -> Result<Unit, UnitError> {
        if depth >= MAX_DEPTH {
            return Err(UnitError::TooLong);
        }
        rule(self, depth + 1)
    }

    fn close(&mut self, unit: Unit) -> Result<Unit, UnitError> {
        let error = self.syntax();
        match self.scanner.next() {
            Token::Close => Ok(unit),
            _ => Err(error),
        }
    }
}
