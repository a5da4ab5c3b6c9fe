//! The cruise in the name of a file.

/// The EXPOCODE in a file name: country (2 characters), ship (2) and date (8), between the start of the name or `_` and
/// its end, `_` or `.`. `None` if no part of the name is an EXPOCODE.
///
/// ```
/// assert_eq!(whp_exchange::expocode_in_name("a05_74EQ20151206_ct1.zip"), Some("74EQ20151206"));
/// assert_eq!(whp_exchange::expocode_in_name("notes_2015.txt"), None);
/// ```
pub fn expocode_in_name(name: &str) -> Option<&str> {
    name.split(['_', '.']).find(|part| {
        let bytes = part.as_bytes();
        bytes.len() == 12
            && bytes[..4]
                .iter()
                .all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
            && crate::time::plain_date(&bytes[4..]).is_some()
    })
}
