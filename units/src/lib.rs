//! Units of measurement as UDUNITS-2 reads them, the syntax that the CF conventions prescribe for netCDF.
//!
//! [`parse`] turns a text such as `umol kg-1`, `degC` or `days since 1950-01-01` into a [`Unit`], which knows whether it
//! converts into another one and how ([`converter`]). The units are those of the XML files of UDUNITS-2 (see
//! [`DATABASE`]), with prefixes, plurals and symbols. [`spelling`] corrects what data files often write instead.
//!
//! ```
//! let celsius = udunits::parse("degree_Celsius")?;
//! let kelvin = udunits::parse("K")?;
//! let converter = udunits::converter(&celsius, &kelvin).expect("both are temperatures");
//! assert_eq!(converter.convert(0.0), 273.15);
//!
//! assert!(udunits::known("degreesN"));
//! assert!(!udunits::known("psu"));
//! # Ok::<(), udunits::UnitError>(())
//! ```
//!
//! # Grammar
//!
//! ```text
//! unit      = [ shifted ]                          nothing is the dimensionless 1
//! shifted   = product [ SHIFT number               K @ 273.15
//!                     | SHIFT reference ]          hours since 2001-12-31 23:59:59.9 -6:00
//! product   = power { [ MULTIPLY | DIVIDE ] power }
//! power     = basic [ INTEGER | EXPONENT ]         m2, m-2, m^2, m**2, m², m⁻²
//! basic     = identifier | number
//!           | "(" shifted ")"
//!           | LOG "(" "re" [ ":" ] product ")"     lg(re 1 mW); LOG is log, lg (base 10), ln or lb
//! SHIFT     = "@" | "after" | "from" | "since" | "ref"
//! MULTIPLY  = blanks | "." | "*" | "-" | "·"
//! DIVIDE    = "/" | " per "
//! reference = date [ ( "T" | blanks ) clock [ zone ] ]
//! ```
//!
//! An identifier is a name (in any case, singular or plural) or a symbol (exact case) of a unit. Any number of prefix
//! names and at most one prefix symbol may precede it. Three forms are accepted that version 2.2.28 of the C library
//! rejects, all of which later versions or CF allow: `⁻` and digits above 3 as superscripts after a letter, years of
//! more than four digits, and `24:00` or a zone after a date without a clock.
//!
//! Time and memory are at most proportional to the length of the text, and texts longer than [`MAX_LENGTH`] are rejected.

mod error;
mod parser;
mod reference;
mod scanner;
mod spelling;
mod system;
mod table;
mod unit;

pub use error::UnitError;
pub use parser::{MAX_LENGTH, parse};
pub use reference::{Reference, split_reference};
pub use spelling::{misread, spelling};
pub use unit::{Converter, Unit, converter};

/// Name and version of the database of units, such as `UDUNITS-2 2.2.28`.
///
/// ```
/// assert!(udunits::DATABASE.starts_with("UDUNITS-2 2."));
/// ```
pub const DATABASE: &str = table::DATABASE;

/// Whether UDUNITS-2 accepts `unit`, that is, whether [`parse`] succeeds.
///
/// ```
/// assert!(udunits::known("ug/l"));
/// assert!(udunits::known("days since 1950-01-01"));
/// assert!(!udunits::known("deg C"));
/// ```
pub fn known(unit: &str) -> bool {
    parse(unit).is_ok()
}
