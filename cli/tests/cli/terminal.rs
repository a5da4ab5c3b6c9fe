//! The program on a terminal: tables that fit, colours, and what a user reads first.

use std::fs::File;
use std::io::Read;
use std::os::fd::OwnedFd;
use std::process::{Command, Stdio};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

use super::{NOISE, TABLE, World, program, ragged};

/// Runs the program in a directory with standard output on a terminal of this width, and returns what it wrote there, with
/// LF as the end of lines.
pub(crate) fn on_terminal(world: &World, columns: u16, args: &[&str]) -> String {
    on_terminal_with(world, columns, args, &[])
}

fn on_terminal_with(world: &World, columns: u16, args: &[&str], variables: &[(&str, &str)]) -> String {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&master).unwrap();
    unlockpt(&master).unwrap();
    let size = Winsize {
        ws_row: 50,
        ws_col: columns,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    tcsetwinsize(&master, size).unwrap();
    let name = ptsname(&master, Vec::new()).unwrap();
    let terminal = File::options()
        .read(true)
        .write(true)
        .open(name.to_str().unwrap())
        .unwrap();
    let mut child = Command::new(program())
        .args(args)
        .current_dir(world.dir.path())
        .env_clear()
        .env("PAGER", "cat")
        .env("TERM", "xterm-256color")
        .envs(variables.iter().copied())
        .stdin(Stdio::null())
        .stdout(OwnedFd::from(terminal))
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut written = Vec::new();
    // The end of a terminal whose last user has left is an error.
    let mut buffer = [0; 4096];
    let mut master = File::from(master);
    while let Ok(count @ 1..) = master.read(&mut buffer) {
        written.extend_from_slice(&buffer[..count]);
    }
    child.wait().unwrap();
    String::from_utf8(written).unwrap().replace("\r\n", "\n")
}

/// The text without colours.
pub(crate) fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}

/// A cast with flags, a long key and many findings, beside the other test files.
fn world() -> World {
    let bottle = "BOTTLE,20240101SIOCCHABC\n\
        EXPOCODE,STNNBR,CASTNO,SAMPNO,BTLNBR,BTLNBR_FLAG_W,DATE,TIME,LATITUDE,LONGITUDE,DEPTH,CTDPRS,CTDTMP,CTDSAL,CTDSAL_FLAG_W\n\
        ,,,,,,,,,,METERS,DBAR,ITS-90,PSS-78,\n\
        33RR20240101,1,1,1,1,2,20240101,1200,10.5000,-170.2500,4000,5.0,-25.1234,34.1234,2\n\
        33RR20240101,1,1,2,2,2,20240101,1200,10.5000,-170.2500,4000,1005.0,2.1234,134.5678,2\n\
        END_DATA\n";
    World::with(&[
        (
            "cruises/2024/33RR20240101/bottle/33RR20240101_hy1.csv",
            bottle.as_bytes(),
        ),
        ("ragged.csv", &ragged()),
        (
            "times.csv",
            b"station,time,depth\nA,2019-04-12T10:00:00Z,1\nB,2019-04-13T10:00:00Z,2\n",
        ),
        ("noise.bin", NOISE),
    ])
}

#[test]
fn every_command_fits_any_width_from_60_columns() {
    let world = world();
    world.run(&["review", "in"]).ends(1);
    for columns in [60, 80, 100, 140] {
        for args in [
            &["review", "in", "--force"][..],
            &["list"],
            &["show", "33RR20240101_hy1.csv"],
            &["show", "times.csv"],
            &["show", "ragged.csv"],
            &["show", "noise.bin"],
            &["show", "33RR20240101_hy1.csv", "--variable", "CTDSAL"],
            &["failures"],
            &["unhandled"],
            &["handlers"],
            &["explain"],
            &["explain", "name-contradicts-content"],
            &["summary"],
            &["summary", "--by", "folder"],
            &["config"],
            &["config", "--explain", "select"],
        ] {
            let text = plain(&on_terminal(&world, columns, args));
            assert!(!text.is_empty(), "{args:?}");
            for line in text.lines() {
                assert!(
                    line.chars().count() <= usize::from(columns),
                    "{args:?} at {columns}: {line}\n{text}"
                );
            }
        }
    }
}

#[test]
fn numbers_words_and_the_ends_of_keys_stay_whole() {
    let world = world();
    world.run(&["review", "in"]).ends(1);
    for columns in [60, 80, 140] {
        let list = plain(&on_terminal(&world, columns, &["list"]));
        assert!(
            list.contains("_hy1.csv") && list.contains("unidentified:"),
            "{columns}:\n{list}"
        );
        let show = plain(&on_terminal(&world, columns, &["show", "33RR20240101_hy1.csv"]));
        for whole in ["-25.1234", "134.568", "CTDSAL"] {
            assert!(show.contains(whole), "{columns} lacks {whole}:\n{show}");
        }
    }
    let whole = world.run(&["list"]).ends(0).stdout;
    assert!(
        whole.contains("cruises/2024/33RR20240101/bottle/33RR20240101_hy1.csv"),
        "without a terminal nothing is left out:\n{whole}"
    );
}

#[test]
fn show_leads_with_what_it_is_and_what_is_wrong() {
    let world = world();
    world.run(&["review", "in"]).ends(1);
    let show = plain(&on_terminal(&world, 80, &["show", "ragged.csv"]));
    let at = |words: &str| {
        show.find(words)
            .unwrap_or_else(|| panic!("{words} is missing:\n{show}"))
    };
    assert!(at("CSV table · 21 rows") < at("why: "), "{show}");
    assert!(
        at("why: ") < at("do:  ") && at("do:  ") < at("variables"),
        "{show}"
    );
    assert!(at("variables") < at("details"), "{show}");
    let only = world.run(&["show", "ragged.csv", "--findings"]).ends(0).stdout;
    assert!(only.contains("line 22") && !only.contains("variables"), "{only}");
    let errors = world
        .run(&["show", "ragged.csv", "--findings", "--severity", "error"])
        .ends(0)
        .stdout;
    assert!(!errors.contains("warning "), "{errors}");
    let one = world
        .run(&["show", "ragged.csv", "--variable", "DEPTH"])
        .ends(0)
        .stdout;
    assert!(one.contains("\ndepth\n") && !one.contains("temperature"), "{one}");
    let slip = world
        .run(&["show", "ragged.csv", "--variable", "dpeth"])
        .ends(2)
        .stderr;
    assert!(slip.contains("did you mean `depth`?"), "{slip}");
}

#[test]
fn equal_files_are_named() {
    let world = World::with(&[("a.csv", TABLE), ("b/copy.csv", TABLE)]);
    world.run(&["review", "in"]).ends(0);
    let show = world.run(&["show", "a.csv"]).ends(0).stdout;
    assert!(show.contains("same content as b/copy.csv"), "{show}");
}

#[test]
fn severities_have_colours_where_they_are_wanted() {
    let world = world();
    world.run(&["review", "in"]).ends(1);
    assert!(on_terminal(&world, 80, &["list"]).contains("\x1b["));
    assert!(!on_terminal(&world, 80, &["list", "--color", "never"]).contains('\x1b'));
    assert!(
        world
            .run(&["list", "--color", "always"])
            .ends(0)
            .stdout
            .contains("\x1b[")
    );
    assert!(!world.run(&["list"]).ends(0).stdout.contains('\x1b'));
}

#[test]
fn keys_are_links_where_the_terminal_shows_them() {
    let world = World::with(&[("a b.csv", TABLE)]);
    world.run(&["review", "in"]).ends(0);
    let place = world.path("in").canonicalize().unwrap();
    let link = format!(
        "\x1b]8;;file://{}/a%20b.csv\x1b\\a b.csv\x1b]8;;\x1b\\",
        place.display()
    );
    let shown = on_terminal_with(&world, 100, &["list"], &[("FORCE_HYPERLINK", "1")]);
    assert!(shown.contains(&link), "{shown:?}");
    let without = on_terminal(&world, 100, &["list"]);
    assert!(!without.contains("]8;;"), "{without:?}");
    assert_eq!(plain(&shown), plain(&without), "a link has no width");
    let piped = world.run(&["list"]).ends(0).stdout;
    assert!(!piped.contains("]8;;"), "{piped:?}");
}

#[test]
fn quiet_leaves_results_and_errors() {
    let world = world();
    let ran = world.run(&["review", "in", "--quiet"]).ends(1);
    assert_eq!(ran.stderr, "");
    assert!(ran.stdout.contains("noise.bin"), "{}", ran.stdout);
    let ran = world.run(&["show", "nowhere", "-q"]).ends(2);
    assert!(ran.stderr.starts_with("error: "), "{}", ran.stderr);
    let verbose = world.run(&["show", "ragged.csv", "--verbose"]).ends(0).stdout;
    assert!(verbose.contains("recipe "), "{verbose}");
}
