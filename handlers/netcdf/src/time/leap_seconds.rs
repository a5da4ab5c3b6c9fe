//! Leap seconds, for the calendars `utc` and `tai` (CF 1.13, 4.4.2).

/// The days (since 1970-01-01, UTC) from whose start on atomic time is ahead of UTC by this many seconds (IERS Bulletin
/// C; none was announced after 2017).
const STEPS: [(i128, i128); 28] = [
    (730, 10),
    (912, 11),
    (1096, 12),
    (1461, 13),
    (1826, 14),
    (2191, 15),
    (2557, 16),
    (2922, 17),
    (3287, 18),
    (3652, 19),
    (4199, 20),
    (4564, 21),
    (4929, 22),
    (5660, 23),
    (6574, 24),
    (7305, 25),
    (7670, 26),
    (8217, 27),
    (8582, 28),
    (8947, 29),
    (9496, 30),
    (10043, 31),
    (10592, 32),
    (13149, 33),
    (14245, 34),
    (15522, 35),
    (16617, 36),
    (17167, 37),
];
const SECOND: i128 = 1_000_000_000;
const DAY: i128 = 86_400 * SECOND;

/// Nanoseconds by which atomic time is ahead at a moment of UTC; 10 s before 1972, when UTC had no leap seconds.
pub(super) fn at_utc(nanos: i128) -> i128 {
    ahead(|(day, _)| day * DAY <= nanos)
}

/// The same at a moment of atomic time. A moment within a leap second is at or after midnight of the next day.
pub(super) fn at_tai(nanos: i128) -> i128 {
    ahead(|(day, seconds)| day * DAY + seconds * SECOND <= nanos)
}

fn ahead(is_past: impl Fn((i128, i128)) -> bool) -> i128 {
    let step = STEPS.iter().rev().find(|step| is_past(**step));
    step.map_or(STEPS[0].1, |(_, seconds)| *seconds) * SECOND
}
