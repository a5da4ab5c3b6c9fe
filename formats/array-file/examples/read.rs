//! Reads every block of every variable of some files, and nothing else: a lower bound on the time of a review with this
//! reader.
//!
//! Usage: read THREADS FILE…
#![expect(clippy::disallowed_methods, reason = "a program that reads files by name")]

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use array_file::{ArrayFile, Limits, View};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [threads, files @ ..] = &arguments[..] else {
        return Err("usage: read THREADS FILE…".into());
    };
    let next = AtomicUsize::new(0);
    let threads: usize = threads.parse()?;
    let bytes: usize = thread::scope(|scope| {
        let work = || {
            std::iter::from_fn(|| files.get(next.fetch_add(1, Ordering::Relaxed)))
                .map(|file| read(file))
                .sum::<usize>()
        };
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers.into_iter().map(|worker| worker.join().unwrap_or(0)).sum()
    });
    println!("{} files, {bytes} bytes of values", files.len());
    Ok(())
}

/// Number of bytes of values; what cannot be read counts as 0.
fn read(path: &str) -> usize {
    let Ok(bytes) = std::fs::read(path) else { return 0 };
    let Ok(file) = ArrayFile::open(Arc::new(bytes), View::NetCdf, &Limits::default()) else {
        return 0;
    };
    let groups = file.root.all();
    let variables = groups.iter().flat_map(|group| &group.variables);
    let blocks = variables.flat_map(|variable| variable.blocks().map(move |block| (variable, block)));
    let read = blocks.map(|(variable, block)| file.read(variable, &block.start, &block.count));
    read.flatten().map(|values| values.len()).sum()
}
