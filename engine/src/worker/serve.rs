//! The worker's side: receives jobs from standard input, which is a socket, until the parent ends.

use std::any::Any;
use std::fs::File;
use std::io::{self, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, OwnedFd};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use data_review_core::{Class, Failure, Registry, RegistryError, ReviewBuilder, Stage};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::net::{RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags};

use super::input::WorkerInput;
use super::wire::{self, Done, Frames, JobHeader};
use super::{limits, panics, shed};
use crate::allocator;

/// The stack of a review in bytes. It is the same everywhere, so that a recursion ends at the same depth.
const STACK: usize = 16 << 20;
/// Programs that a reader starts inherit no descriptor.
#[cfg(not(target_vendor = "apple"))]
const RECV_FLAGS: RecvFlags = RecvFlags::CMSG_CLOEXEC;
#[cfg(target_vendor = "apple")]
const RECV_FLAGS: RecvFlags = RecvFlags::empty();
/// Exit code of a worker that cannot serve; the reason is on standard error.
const CANNOT_WORK: i32 = 78;

/// Serves jobs, and ends the process afterwards.
pub(super) fn serve(registry: fn() -> Result<Registry, RegistryError>) -> ! {
    shed::descriptors();
    shed::signals();
    limits::set_for_worker();
    panics::keep();
    // This one first: the other counts threads.
    std::thread::spawn(leave_with_the_parent);
    let review = std::thread::Builder::new()
        .name("review".to_owned())
        .stack_size(STACK)
        .spawn(move || {
            let registry = registry().map_err(|error| io::Error::other(error.to_string()))?;
            wire::send_all(
                rustix::stdio::stdin(),
                &wire::frame(wire::READY, &wire::PROTOCOL.to_le_bytes()),
            )?;
            let mut frames = Frames::default();
            let threads = threads();
            while let Some((job, file)) = receive(&mut frames)? {
                let mut done = perform(&registry, &job, file);
                // A thread that a handler left behind could crash during the review of another file.
                done.retire |= threads.is_some() && self::threads() > threads;
                let retire = done.retire;
                wire::send_all(rustix::stdio::stdin(), &done.into_frame()?)?;
                if retire {
                    break;
                }
            }
            Ok::<(), io::Error>(())
        });
    let end = match review.map(std::thread::JoinHandle::join) {
        Ok(Ok(end)) => end,
        Ok(Err(panic)) => Err(io::Error::other(panics::describe(&*panic))),
        Err(error) => Err(error),
    };
    match end {
        Ok(()) => allocator::leave(0),
        Err(error) => {
            eprintln!("{error}");
            allocator::leave(CANNOT_WORK)
        }
    }
}

/// Ends this process when its parent ends, however it ends: the socket is closed then.
///
/// (`PR_SET_PDEATHSIG` would end the worker with the *thread* that started it, and is known on Linux only.)
fn leave_with_the_parent() {
    let socket = rustix::stdio::stdin();
    // An endless wait would keep a socket open that the handler closed.
    let patience = Timespec {
        tv_sec: 0,
        tv_nsec: 250_000_000,
    };
    loop {
        let mut descriptors = [PollFd::new(&socket, PollFlags::empty())];
        match poll(&mut descriptors, Some(&patience)) {
            Ok(_)
                if descriptors[0]
                    .revents()
                    .intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL) =>
            {
                allocator::leave(0)
            }
            Ok(_) => {}
            Err(_) => std::thread::sleep(Duration::from_millis(10)),
        }
    }
}

/// The next job; `None` if the parent closed the socket.
fn receive(frames: &mut Frames) -> io::Result<Option<(JobHeader<'static>, File)>> {
    let mut file: Option<OwnedFd> = None;
    loop {
        match frames.next().map_err(io::Error::other)? {
            Some((wire::JOB, payload)) => {
                let job = JobHeader::of_payload(payload).map_err(io::Error::other)?;
                let file = file.ok_or_else(|| io::Error::other("a job without a file"))?;
                return Ok(Some((job, File::from(file))));
            }
            Some((kind, _)) => {
                return Err(io::Error::other(format!(
                    "expected a job, found a frame of kind {kind}"
                )));
            }
            None => {}
        }
        let mut buffer = [0; 4 << 10];
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
        let mut control = RecvAncillaryBuffer::new(&mut space);
        let received = match rustix::net::recvmsg(
            rustix::stdio::stdin().as_fd(),
            &mut [IoSliceMut::new(&mut buffer)],
            &mut control,
            RECV_FLAGS,
        ) {
            Err(rustix::io::Errno::INTR) => continue,
            received => received?.bytes,
        };
        if received == 0 {
            return Ok(None);
        }
        for message in control.drain() {
            if let RecvAncillaryMessage::ScmRights(mut descriptors) = message {
                file = descriptors.next();
            }
        }
        frames.push(&buffer[..received]);
    }
}

fn perform(registry: &Registry, job: &JobHeader<'_>, file: File) -> Done {
    let handler = match registry
        .get(&job.handler)
        .filter(|handler| handler.card().version == job.version)
    {
        Some(handler) => handler,
        None => {
            let message = format!("this worker has no handler {} {}", job.handler, job.version);
            return Done {
                number: job.number,
                failure: Some(Failure::new(Stage::Review, Class::Service, message)),
                retire: true,
                ..Done::default()
            };
        }
    };
    let input = Arc::new(WorkerInput::new(file, job.len));
    let mut builder = ReviewBuilder::new(handler.card(), &job.name).with_preview(job.preview);
    panics::forget();
    limits::set_for_job(&job.limits);
    allocator::set_limit(job.limits.memory_bytes);
    let result = catch_unwind(AssertUnwindSafe(|| handler.review(input.clone(), &mut builder)));
    let complete = matches!(result, Ok(Ok(())));
    let panicked = result.is_err();
    let error = match result {
        Ok(Ok(())) => None,
        Ok(Err(error)) => Some(error.into()),
        Err(panic) => Some(crashed(&*panic)),
    };
    let review = catch_unwind(AssertUnwindSafe(|| builder.finish(complete)));
    let peak_bytes = allocator::peak();
    allocator::set_limit(0);
    input.end();
    Done {
        number: job.number,
        // After a panic, the state of the handler's statics is unknown.
        retire: panicked || review.is_err(),
        failure: error.or_else(|| Some(crashed(&**review.as_ref().err()?))),
        review: review.unwrap_or_default(),
        bytes_read: input.bytes_read(),
        peak_bytes,
    }
}

/// The failure of a review that panicked.
fn crashed(panic: &(dyn Any + Send)) -> Failure {
    Failure::new(Stage::Review, Class::Crashed, panics::describe(panic))
}

/// The number of threads of this process, if one call tells it: a directory has a link per entry.
#[cfg(target_os = "linux")]
fn threads() -> Option<u64> {
    std::fs::metadata("/proc/self/task")
        .ok()
        .map(|found| std::os::unix::fs::MetadataExt::nlink(&found))
}

#[cfg(not(target_os = "linux"))]
fn threads() -> Option<u64> {
    None
}
