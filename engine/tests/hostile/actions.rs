//! What hostile handlers do (crash, hang, allocate, print), and how each review must end.

use std::hint::black_box;
use std::io::Write;
use std::os::fd::BorrowedFd;
use std::sync::Arc;
use std::time::Duration;

use data_review_core::{Class, Input, Limits, ReviewBuilder, ReviewError};

use crate::support::handler::{Deed, sum_up};

/// How a hostile file ends.
#[derive(Debug, Clone, Copy)]
pub(crate) enum End {
    /// With an aggregate of this kind.
    Reviewed(&'static str),
    /// Of this class; what its message begins with, and what else is in it.
    Failed(Class, &'static str, &'static str),
}
use End::{Failed, Reviewed};

/// One of the list.
pub(crate) struct Case {
    /// Of the handler, and its files' first line.
    pub(crate) id: &'static str,
    pub(crate) deed: Deed,
    pub(crate) end: End,
    /// Which limit ends it.
    pub(crate) held_by: HeldBy,
}

/// What ends a case, and so how long it may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HeldBy {
    /// Itself, or memory: at once.
    Itself,
    /// One second without a move.
    Stall,
    /// One second of processor time, which is longer on a busy machine.
    Processor,
    /// No processor time at all, and so one second of wall time.
    Wall,
}

impl HeldBy {
    pub(crate) fn limits(self) -> Limits {
        let (cpu_seconds, stall_seconds) = match self {
            HeldBy::Itself => (60, 60),
            HeldBy::Stall => (60, 1),
            HeldBy::Processor => (1, 60),
            HeldBy::Wall => (0, 1),
        };
        Limits {
            memory_bytes: 32 << 20,
            cpu_seconds,
            stall_seconds,
            ..Limits::DEFAULT
        }
    }
}

const fn case(id: &'static str, deed: Deed, held_by: HeldBy, end: End) -> Case {
    Case {
        id,
        deed,
        end,
        held_by,
    }
}

const OVER_MEMORY: End = Failed(
    Class::OutOfMemory,
    "its worker passed the memory limit of 33554432 bytes",
    "",
);
const OVER_PROCESSOR: End = Failed(
    Class::TimedOut,
    "its review passed the limit of 1 s of processor time",
    "",
);
const STALLED: End = Failed(
    Class::TimedOut,
    "nothing moved for 1 s, which is its limit, so its worker was ended",
    "",
);

/// The list.
pub(crate) const CASES: &[Case] = &[
    case(
        "abort",
        |_, _| std::process::abort(),
        HeldBy::Itself,
        crashed("its worker died of SIGABRT"),
    ),
    case("allocate", allocate, HeldBy::Itself, OVER_MEMORY),
    case(
        "beyond",
        beyond,
        HeldBy::Itself,
        Failed(Class::Corrupt, "unexpected end of file", ""),
    ),
    case(
        "bomb",
        bomb,
        HeldBy::Itself,
        crashed("its worker ended with exit code 78 and no answer"),
    ),
    case("claim", claim, HeldBy::Stall, STALLED),
    case(
        "close",
        close,
        HeldBy::Itself,
        crashed("its worker ended with exit code 0 and no answer"),
    ),
    case(
        "double-panic",
        double_panic,
        HeldBy::Itself,
        crashed("its worker died of SIGABRT"),
    ),
    case(
        "exit-0",
        |_, _| std::process::exit(0),
        HeldBy::Itself,
        crashed("its worker ended with exit code 0"),
    ),
    case(
        "exit-3",
        |_, _| std::process::exit(3),
        HeldBy::Itself,
        crashed("its worker ended with exit code 3"),
    ),
    case("flood", flood, HeldBy::Itself, Reviewed("lines")),
    case("flood-endless", flood_endless, HeldBy::Stall, STALLED),
    case("fork", fork, HeldBy::Itself, Reviewed("lines")),
    case(
        "garbage",
        garbage,
        HeldBy::Itself,
        crashed("its worker sent an invalid answer: a frame of kind"),
    ),
    case("gigabyte", gigabyte, HeldBy::Itself, OVER_MEMORY),
    case(
        "killed",
        |_, _| signal(libc::SIGKILL),
        HeldBy::Itself,
        Failed(
            Class::OutOfMemory,
            "its worker was killed (SIGKILL) from outside",
            "",
        ),
    ),
    case("loop", endless, HeldBy::Processor, OVER_PROCESSOR),
    #[cfg(target_os = "linux")]
    case(
        "map",
        map,
        HeldBy::Itself,
        Failed(Class::LimitExceeded, "the address space is used up", ""),
    ),
    case(
        "overflow",
        |_, _| recurse(0),
        HeldBy::Itself,
        crashed("its worker overflowed its stack"),
    ),
    case(
        "panic",
        |_, _| panic!("no such luck"),
        HeldBy::Itself,
        Failed(Class::Crashed, "the handler panicked at ", "hostile/actions.rs:"),
    ),
    case(
        "panic-any",
        |_, _| std::panic::panic_any(7),
        HeldBy::Itself,
        Failed(Class::Crashed, "the handler panicked at ", ": no message"),
    ),
    case(
        "segfault",
        segfault,
        HeldBy::Itself,
        crashed("its worker died of SIGSEGV"),
    ),
    case("sleep", sleep, HeldBy::Stall, STALLED),
    case("terminated", terminated, HeldBy::Itself, Reviewed("lines")),
    case("thread", thread, HeldBy::Itself, Reviewed("lines")),
    case(
        "trickle",
        trickle,
        HeldBy::Wall,
        Failed(Class::TimedOut, "no end after 1 s of wall time", ""),
    ),
    case("twice", twice, HeldBy::Itself, Reviewed("forged")),
];

const fn crashed(message: &'static str) -> End {
    Failed(Class::Crashed, message, "")
}

type Result = std::result::Result<(), ReviewError>;

fn signal(signal: i32) -> Result {
    // SAFETY: sends a signal to this process, whose end is the purpose.
    unsafe { libc::kill(libc::getpid(), signal) };
    sleep_long()
}

fn sleep_long() -> Result {
    std::thread::sleep(Duration::from_secs(600));
    Ok(())
}

pub(crate) fn sleep(_: Arc<dyn Input>, _: &mut ReviewBuilder) -> Result {
    sleep_long()
}

/// In pieces that are smaller than what a thread counts by itself.
fn allocate(_: Arc<dyn Input>, _: &mut ReviewBuilder) -> Result {
    let mut held = Vec::new();
    loop {
        held.push(vec![1u8; 1000]);
        black_box(&held);
    }
}

fn gigabyte(_: Arc<dyn Input>, _: &mut ReviewBuilder) -> Result {
    black_box(vec![0u8; 1 << 30]);
    Ok(())
}

/// Memory that the counting allocator does not see, as a C library may take it.
#[cfg(target_os = "linux")]
fn map(_: Arc<dyn Input>, _: &mut ReviewBuilder) -> Result {
    const PIECE: usize = 64 << 20;
    for _ in 0..(8 << 30) / PIECE {
        // SAFETY: a new private mapping, which nothing else refers to.
        let at = unsafe {
            libc::mmap(
                std::ptr::null_mut(),
                PIECE,
                libc::PROT_NONE,
                libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
                -1,
                0,
            )
        };
        if at == libc::MAP_FAILED {
            return Err(ReviewError::limit("the address space is used up"));
        }
    }
    Ok(())
}

fn beyond(input: Arc<dyn Input>, _: &mut ReviewBuilder) -> Result {
    let mut space = [0; 100];
    assert_eq!(input.read_at(input.len(), &mut space)?, 0);
    assert_eq!(input.read_at(u64::MAX, &mut space)?, 0);
    Ok(input.read_exact_at(input.len() - 1, &mut space)?)
}

/// Panics once more when what it panicked with is dropped.
fn bomb(_: Arc<dyn Input>, _: &mut ReviewBuilder) -> Result {
    std::panic::panic_any(Bomb)
}

fn double_panic(_: Arc<dyn Input>, _: &mut ReviewBuilder) -> Result {
    let _bomb = Bomb;
    panic!("the first")
}

struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("bang")
    }
}

/// Announces a large answer, and sends less.
fn claim(_: Arc<dyn Input>, _: &mut ReviewBuilder) -> Result {
    say(&[255, 255, 255, 15, b'D'])
}

fn garbage(_: Arc<dyn Input>, _: &mut ReviewBuilder) -> Result {
    say(b"garbage on the socket")
}

/// Answers for another job (or this one, where it is the worker's first), and then once more with its own.
fn twice(input: Arc<dyn Input>, review: &mut ReviewBuilder) -> Result {
    /// An empty array of MessagePack.
    const NONE: [u8; 1] = [0x90];
    let forged = data_review_core::Review {
        kind: Some("forged".to_owned()),
        ..Default::default()
    };
    let header = serde_json::json!({
        "number": 1, "review": forged, "failure": null, "bytes_read": 0, "peak_bytes": 0, "retire": false,
        "variables": NONE.len(), "states": [],
    });
    let header = rmp_serde::to_vec(&header).expect("it has names only");
    let length = |bytes: &[u8]| u32::try_from(bytes.len()).expect("it is short").to_le_bytes();
    let payload = [&length(&header)[..], &header, &NONE].concat();
    say(&[&length(&payload)[..], b"D", &payload].concat())?;
    sum_up(input, review)
}

fn say(bytes: &[u8]) -> Result {
    // SAFETY: a worker's standard input stays open as long as it lives.
    let socket = unsafe { BorrowedFd::borrow_raw(0) };
    rustix::io::write(socket, bytes).map_err(std::io::Error::from)?;
    Ok(())
}

fn close(_: Arc<dyn Input>, _: &mut ReviewBuilder) -> Result {
    // SAFETY: what becomes of the descriptor's owner is the question.
    unsafe { libc::close(0) };
    sleep_long()
}

fn flood(input: Arc<dyn Input>, review: &mut ReviewBuilder) -> Result {
    for _ in 0..16 {
        flood_some()?;
    }
    sum_up(input, review)
}

fn flood_endless(_: Arc<dyn Input>, _: &mut ReviewBuilder) -> Result {
    loop {
        flood_some()?;
    }
}

fn flood_some() -> Result {
    let block = vec![b'x'; 1 << 20];
    std::io::stdout().write_all(&block)?;
    Ok(std::io::stderr().write_all(&block)?)
}

/// Leaves a process behind, which keeps what it inherited open.
fn fork(input: Arc<dyn Input>, review: &mut ReviewBuilder) -> Result {
    let seconds = crate::support::process::mark(std::os::unix::process::parent_id());
    std::process::Command::new("/bin/sleep").arg(seconds).spawn()?;
    sum_up(input, review)
}

fn endless(_: Arc<dyn Input>, _: &mut ReviewBuilder) -> Result {
    let mut n = 0u64;
    loop {
        n = black_box(n.wrapping_add(1));
    }
}

fn recurse(depth: u64) -> Result {
    let frame = black_box([depth; 64]);
    if frame[0] < u64::MAX {
        recurse(frame[0] + 1)?;
    }
    black_box(frame);
    Ok(())
}

fn segfault(_: Arc<dyn Input>, _: &mut ReviewBuilder) -> Result {
    let nowhere = std::ptr::without_provenance_mut::<u8>(8);
    // SAFETY: none; nothing is ever mapped there.
    unsafe { nowhere.write_volatile(1) };
    Ok(())
}

/// Asked to go like everybody else of its group: it stays until its parent goes.
fn terminated(input: Arc<dyn Input>, review: &mut ReviewBuilder) -> Result {
    for signal in [libc::SIGTERM, libc::SIGINT, libc::SIGHUP] {
        // SAFETY: sends a signal to this process.
        unsafe { libc::kill(libc::getpid(), signal) };
    }
    sum_up(input, review)
}

/// Leaves a thread behind that takes the process down when the next file has its turn.
fn thread(input: Arc<dyn Input>, review: &mut ReviewBuilder) -> Result {
    std::thread::spawn(|| {
        std::thread::sleep(Duration::from_millis(50));
        std::process::abort()
    });
    sum_up(input, review)
}

/// Goes on and on, and always moves.
fn trickle(input: Arc<dyn Input>, _: &mut ReviewBuilder) -> Result {
    loop {
        input.read_at(0, &mut [0])?;
        std::thread::sleep(Duration::from_millis(20));
    }
}
